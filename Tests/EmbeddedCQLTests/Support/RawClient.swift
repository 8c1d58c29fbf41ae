import CQLWire
import PosixIO
import WireKit

/// A client that sends bytes and cuts what comes back into frames; it belongs to its loop.
final class RawClient {
    private let stream: ByteStream
    private var decoder = FrameDecoder(expecting: .response)
    private var input = RawBuffer(capacity: 64 << 10)

    nonisolated(nonsending) init(host: String = "127.0.0.1", port: UInt16, on loop: EventLoop) async throws {
        stream = try await ByteStream.connect(to: .tcp(host: host, port: port), timeout: .seconds(10), on: loop)
    }

    func close() { stream.close() }

    /// Sends all of `bytes`, taking in answers when the node does not read on.
    nonisolated(nonsending) func send(_ bytes: [UInt8]) async throws {
        var output = RawBuffer(capacity: bytes.count)
        output.append(bytes)
        while try !stream.send(from: &output) { try await stream.writable(until: .now + .seconds(30)) }
    }

    /// The next frame; nil when the node has closed the connection.
    nonisolated(nonsending) func receive() async throws -> ResponseFrame? {
        while true {
            if case .frame(let frame) = decoder.next() { return try ResponseFrame.decode(frame) }
            switch try stream.receive(into: &input) {
            case .bytes: decoder.append(input.take(input.readableByteCount))
            case .wouldBlock: try await stream.readable(until: .now + .seconds(30))
            case .endOfStream: return nil
            }
        }
    }

    /// STARTUP, answered with READY.
    nonisolated(nonsending) func start() async throws {
        let startup = Request.startup(StartupRequest(options: ["CQL_VERSION": "3.0.0"]))
        try await send(Self.frame(startup, stream: 0))
        guard try await receive()?.response == .ready else { throw Refused() }
    }

    nonisolated(nonsending) func query(_ text: String) async throws -> Response? {
        try await send(Self.frame(.query(Self.request(text)), stream: 0))
        return try await receive()?.response
    }

    /// The rows of a SELECT, each value as a CQL constant.
    nonisolated(nonsending) func rows(_ text: String) async throws -> [[String]] {
        guard case .result(.rows(let rows)) = try await query(text) else { throw Refused() }
        return try rows.texts()
    }

    /// The same; nil while the node misses writes of others of its ring.
    nonisolated(nonsending) func rowsUnlessBootstrapping(_ text: String) async throws -> [[String]]? {
        switch try await query(text) {
        case .result(.rows(let rows)): return try rows.texts()
        case .error(let error) where error.code == .isBootstrapping: return nil
        default: throw Refused()
        }
    }

    /// Whether the node refuses a statement because it misses writes.
    nonisolated(nonsending) func isBootstrapping(_ text: String) async throws -> Bool {
        guard case .error(let error) = try await query(text) else { return false }
        return error.code == .isBootstrapping
    }

    /// Whether nothing has come so far.
    func isUnanswered() throws -> Bool { try stream.receive(into: &input) == .wouldBlock }

    nonisolated(nonsending) func prepare(_ text: String) async throws -> PreparedID? {
        try await send(Self.frame(.prepare(PrepareRequest(query: text)), stream: 0))
        guard case .result(.prepared(let prepared)) = try await receive()?.response else { return nil }
        return prepared.id
    }

    static func request(_ text: String) -> QueryRequest {
        QueryRequest(query: text, parameters: QueryParameters(consistency: .one))
    }

    static func frame(_ request: Request, stream: Int16) throws -> [UInt8] {
        var writer = ByteWriter()
        try RequestFrame(stream: StreamID(rawValue: stream), request: request).encode(into: &writer)
        return writer.bytes
    }

    static func execute(_ id: PreparedID, _ values: [CQLValueBytes], stream: Int16) throws -> [UInt8] {
        let parameters = QueryParameters(consistency: .one, values: .positional(values))
        return try frame(.execute(ExecuteRequest(id: id, parameters: parameters)), stream: stream)
    }

    struct Refused: Error {}
}
