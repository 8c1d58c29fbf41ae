import CQLWire
import PosixIO
import WireKit

/// One client's connection: frames in, answers out, in the order of the requests.
///
/// It belongs to the loop of its stream and never waits: the stream calls it when there is something to read.
/// While a client does not take its answers, nothing more is read from it.
final class NodeConnection {
    private static let receiveByteCount = 512 << 10
    /// More unsent bytes than this stop the reading until all are sent.
    static let outputLimit = 4 << 20
    /// Frames are run in groups of about this size.
    static let groupByteCount = 512 << 10

    private let stream: ByteStream
    unowned let server: NodeServer
    /// Of the server, held here for what is asked with each frame.
    let counter: RequestCounter
    let discardsWrites: Bool
    let hasFaults: Bool
    var input = RawBuffer(capacity: NodeConnection.receiveByteCount)
    var output = RawBuffer(capacity: 64 << 10)
    var handshake: Handshake
    var runner: RequestRunner
    var eventTypes: Set<String> = []
    var version = ProtocolVersion.v4

    /// Frames taken from the input that wait for the output to drain.
    var group: [UInt8] = []
    var groupPosition = 0
    private var isBlocked = false
    var closesWhenDrained = false
    private(set) var isClosed = false

    /// The shard of the node that the connection belongs to.
    let shard: Int

    init(_ stream: ByteStream, _ server: NodeServer, shard: Int) {
        self.shard = shard
        self.stream = stream
        self.server = server
        counter = server.requestCounter
        discardsWrites = server.options.discardsWrites
        hasFaults = server.options.fault != nil
        handshake = Handshake(login: server.options.login, offer: server.offer(shard: shard))
        runner = RequestRunner(
            server.database,
            server.placement.isSpread ? RoutingCheck(server.placement, shard: shard, server.routingCounter) : nil
        )
    }

    func open() {
        stream.setReadObserver { [weak self] in self?.readable() }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        stream.close()
        server.closed(self)
    }

    private func readable() {
        do throws(TransportError) {
            if input.writableByteCount < Self.receiveByteCount / 2 { input.reserve(Self.receiveByteCount / 2) }
            switch try stream.receive(into: &input) {
            case .bytes: serve()
            case .wouldBlock: return
            case .endOfStream: close()
            }
        } catch {
            close()
        }
    }

    /// Runs what was received and sends what there is to send.
    private func serve() {
        while !isClosed, !closesWhenDrained, !isBlocked {
            guard runGroup() || runDiscarded() || takeGroup() else { break }
            if output.readableByteCount >= Self.outputLimit { flush() }
        }
        flush()
    }

    func flush() {
        guard !isClosed else { return }
        do throws(TransportError) {
            if try stream.send(from: &output) {
                if closesWhenDrained { return close() }
                unblock()
                return
            }
            if output.readableByteCount >= Self.outputLimit, !isBlocked {
                isBlocked = true
                stream.setReadObserver(nil)
            }
            stream.setWriteObserver { [weak self] in self?.writable() }
        } catch {
            close()
        }
    }

    private func writable() {
        flush()
        if !isBlocked { serve() }
    }

    private func unblock() {
        guard isBlocked else { return }
        isBlocked = false
        stream.setReadObserver { [weak self] in self?.readable() }
    }
}
