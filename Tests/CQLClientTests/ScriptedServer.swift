import CQLWire
import PosixIO
import WireKit

/// A CQL server on the test's own loop whose answers are written in the test.
///
/// What the script leaves open is answered as a fresh single node would.
final class ScriptedServer {
    /// What the server does about a request.
    enum Step: Sendable {
        case respond(Response)
        /// A response on a stream of the test's choice.
        case respondOn(StreamID, Response)
        case frame(ResponseFrame)
        case raw([UInt8])
        case close
        /// The script has nothing to say: the default answer.
        case `default`
    }

    typealias Script = (RequestFrame, Connection) -> [Step]

    /// One accepted connection.
    final class Connection {
        /// 0 for the first one.
        let number: Int
        let stream: ByteStream
        fileprivate(set) var received: [RequestFrame] = []
        fileprivate var decoder = FrameDecoder(expecting: .request)
        private var output = RawBuffer(capacity: 4096)

        init(_ stream: ByteStream, number: Int) {
            self.stream = stream
            self.number = number
        }

        func send(_ bytes: [UInt8]) {
            output.append(bytes)
            flush()
        }

        func send(_ frame: ResponseFrame) {
            var writer = ByteWriter()
            // The tests' responses fit their length fields.
            try? frame.encode(into: &writer)
            send(writer.bytes)
        }

        private func flush() {
            guard let sent = try? stream.send(from: &output), !sent else { return }
            stream.setWriteObserver { [weak self] in self?.flush() }
        }
    }

    private let listener: ListeningSocket
    private let state: State

    private final class State {
        var connections: [Connection] = []
        let script: Script
        var highestVersion = ProtocolVersion.v4
        init(_ script: @escaping Script) { self.script = script }
    }

    init(
        on loop: EventLoop,
        tls: TLSServerConfiguration? = nil,
        isReading: Bool = true,
        _ script: @escaping Script = { _, _ in [.default] }
    ) async throws {
        let state = State(script)
        self.state = state
        listener = try await ListeningSocket.bind(to: .tcp(host: "127.0.0.1", port: 0), on: loop, tls: tls) { stream in
            let connection = Connection(stream, number: state.connections.count)
            state.connections.append(connection)
            if isReading { Self.read(connection, state) }
        }
    }

    var port: UInt16 { listener.boundPort }
    var endpoint: Endpoint { .tcp(host: "127.0.0.1", port: port) }
    var connections: [Connection] { state.connections }

    /// Requests of versions above this are refused the way a server of that version does it.
    var highestVersion: ProtocolVersion {
        get { state.highestVersion }
        set { state.highestVersion = newValue }
    }

    /// Accepts no more connections.
    func stopListening() { listener.close() }

    /// Begins to read a connection that was accepted without.
    func startReading(_ connection: Connection) { Self.read(connection, state) }

    private static func read(_ connection: Connection, _ state: State) {
        connection.stream.setReadObserver { [weak connection, weak state] in
            guard let connection, let state else { return }
            var buffer = RawBuffer(capacity: 64 << 10)
            guard let received = try? connection.stream.receive(into: &buffer), received != .endOfStream else {
                return connection.stream.close()
            }
            connection.decoder.append(buffer.readableBytes())
            answer(connection, state)
        }
    }

    private static func answer(_ connection: Connection, _ state: State) {
        while case .frame(let frame) = connection.decoder.next() {
            guard let request = try? RequestFrame.decode(frame) else { return connection.stream.close() }
            connection.received.append(request)
            if request.version > state.highestVersion {
                let refusal = ErrorResponse(code: .protocolError, message: "unsupported version")
                connection.send(
                    ResponseFrame(
                        version: state.highestVersion,
                        stream: StreamID(rawValue: 0),
                        response: .error(refusal)
                    )
                )
                continue
            }
            for step in state.script(request, connection) { perform(step, request, connection) }
        }
    }

    private static func perform(_ step: Step, _ request: RequestFrame, _ connection: Connection) {
        switch step {
        case .respond(let response):
            connection.send(ResponseFrame(version: request.version, stream: request.stream, response: response))
        case .respondOn(let stream, let response):
            connection.send(ResponseFrame(version: request.version, stream: stream, response: response))
        case .frame(let frame): connection.send(frame)
        case .raw(let bytes): connection.send(bytes)
        case .close: connection.stream.close()
        case .default: perform(.respond(defaultResponse(to: request.request)), request, connection)
        }
    }

    static func defaultResponse(to request: Request) -> Response {
        switch request {
        case .options: .supported(["CQL_VERSION": ["3.0.0"], "SCYLLA_NR_SHARDS": ["1"]])
        case .startup, .register: .ready
        case .authResponse: .authSuccess(nil)
        case .query(let query):
            if query.query.contains("FROM system.local") {
                .result(.rows(SystemRows.local()))
            } else if query.query.contains("FROM system.peers") {
                .result(.rows(SystemRows.peers([])))
            } else {
                .result(.void)
            }
        case .prepare(let prepare): .result(.prepared(prepared(id: Array(prepare.query.utf8))))
        case .execute, .batch: .result(.void)
        }
    }

    /// A statement with one marker of type int.
    static func prepared(id: [UInt8], marker: ColumnType = .int) -> PreparedResult {
        let column = ColumnSpec(table: .init(keyspace: "k", table: "t"), name: "id", type: marker)
        return PreparedResult(
            id: PreparedID(bytes: id[...]),
            markers: [column],
            partitionKeyIndices: [0],
            result: RowsMetadata(columns: [])
        )
    }
}

/// Rows of the system tables as a scripted server returns them.
enum SystemRows {
    static let version = CQLUUID(high: 1, low: 1)

    static func rows(_ table: String, _ columns: [(String, ColumnType)], _ rows: [[CQLValue?]]) -> Rows {
        let specs = columns.map {
            ColumnSpec(table: .init(keyspace: "system", table: table), name: $0.0, type: $0.1)
        }
        let encoded = rows.map { row in row.map { value in (try? value?.encoded()).map { $0[...] } } }
        // The rows are as wide as their columns.
        return (try? Rows(metadata: RowsMetadata(columns: specs), rows: encoded))
            ?? Rows(metadata: RowsMetadata(columnCount: 0), rowCount: 0, content: [])
    }

    static func local(schemaVersion: CQLUUID = version) -> Rows {
        rows(
            "local",
            [
                ("cluster_name", .text), ("data_center", .text), ("partitioner", .text), ("release_version", .text),
                ("schema_version", .uuid),
            ],
            [[.text("test"), .text("dc1"), .text("Murmur3Partitioner"), .text("3.0.8"), .uuid(schemaVersion)]]
        )
    }

    static func peers(_ peers: [(datacentre: String, schemaVersion: CQLUUID)]) -> Rows {
        rows(
            "peers",
            [("peer", .inet), ("data_center", .text), ("schema_version", .uuid)],
            peers.enumerated().map { index, peer in
                [
                    CQLInet(bytes: [10, 0, 0, UInt8(index)]).map(CQLValue.inet), .text(peer.datacentre),
                    .uuid(peer.schemaVersion),
                ]
            }
        )
    }
}
