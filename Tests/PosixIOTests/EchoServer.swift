import WireKit

@testable import PosixIO

/// A server on the test's own loop that sends back what it receives, and a client's round trip through it.
final class EchoServer {
    private let listener: ListeningSocket
    private let connections: Connections
    var port: UInt16 { listener.boundPort }
    let loop: EventLoop

    /// The accepted streams, each with what it still has to send back.
    final class Connections {
        var open: [EchoConnection] = []
    }

    init(on loop: EventLoop, tls: TLSServerConfiguration? = nil, endpoint: Endpoint? = nil) async throws {
        self.loop = loop
        let connections = Connections()
        self.connections = connections
        listener = try await ListeningSocket.bind(
            to: endpoint ?? .tcp(host: "127.0.0.1", port: 0),
            on: loop,
            tls: tls
        ) { stream in
            connections.open.append(EchoConnection(stream))
        }
    }

    var endpoint: Endpoint { .tcp(host: "127.0.0.1", port: port) }

    func dropConnections() {
        for connection in connections.open { connection.stream.close() }
        connections.open = []
    }

    func connect(tls: TLSClientConfiguration? = nil, serverName: String = "localhost") async throws -> ByteStream {
        let stream = try await ByteStream.connect(to: endpoint, timeout: .seconds(10), on: loop)
        if let tls { try await stream.startTLSClient(tls, serverName: serverName, timeout: .seconds(10)) }
        return stream
    }

    func roundTrip(_ bytes: [UInt8]) async throws -> [UInt8] {
        try await exchange(bytes, over: try await connect())
    }

    /// Sends everything while receiving what comes back.
    func exchange(_ bytes: [UInt8], over stream: ByteStream) async throws -> [UInt8] {
        var output = RawBuffer(capacity: bytes.count)
        output.append(bytes)
        var input = RawBuffer(capacity: 4096)
        while input.readableByteCount < bytes.count {
            let sent = try stream.send(from: &output)
            input.reserve(4096)
            switch try stream.receive(into: &input) {
            case .bytes: continue
            case .endOfStream: throw TransportError.closed(peer: stream.peer)
            case .wouldBlock:
                if sent { try await stream.readable() } else { try await stream.readableOrWritable() }
            }
        }
        return input.readableBytes()
    }
}

final class EchoConnection {
    let stream: ByteStream
    private var buffer = RawBuffer(capacity: 64 * 1024)

    init(_ stream: ByteStream) {
        self.stream = stream
        stream.setReadObserver { [unowned self] in receive() }
    }

    private func receive() {
        do throws(TransportError) {
            buffer.reserve(4096)
            if try stream.receive(into: &buffer) == .endOfStream {
                stream.close()
                return
            }
            try flush()
        } catch {
            stream.close()
        }
    }

    private func flush() throws(TransportError) {
        guard !(try stream.send(from: &buffer)) else { return }
        stream.setWriteObserver { [unowned self] in
            do throws(TransportError) { try flush() } catch { stream.close() }
        }
    }
}
