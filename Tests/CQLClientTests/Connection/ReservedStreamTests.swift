import CQLClient
import CQLWire
import PosixIO
import Testing
import WireKit

@Suite struct ReservedStreamTests {
    /// Writes down what it receives; the test waits through ordinary requests on the same connection.
    private final class Recorder: BulkResponseReceiver {
        var answers: [(stream: Int, opcode: UInt8, body: [UInt8])] = []
        var failures: [CQLConnectionError] = []
        var batchEnds = 0

        func bulkResponseReceived(stream: Int, opcode: UInt8, body: UnsafeRawBufferPointer) {
            answers.append((stream, opcode, Array(body)))
        }
        func bulkConnectionFailed(_ error: CQLConnectionError) { failures.append(error) }
        func bulkBatchEnded() { batchEnds += 1 }
    }

    private static func append(_ stream: Int16, _ query: String, to connection: CQLConnection) throws {
        var writer = ByteWriter()
        let parameters = QueryParameters(consistency: .one)
        let request = Request.query(QueryRequest(query: query, parameters: parameters))
        try RequestFrame(stream: StreamID(rawValue: stream), request: request).encode(into: &writer)
        connection.output.append(writer.bytes)
    }

    private static let void: [UInt8] = [0, 0, 0, 1]

    @Test func reservedStreamsBypassTheWaiters() async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop) { request, _ in
                switch request.query {
                case "warned":
                    [.frame(ResponseFrame(stream: request.stream, warnings: ["large"], response: .result(.void)))]
                case "failed": [.respond(.error(ErrorResponse(code: .overloaded, message: "busy")))]
                default: [.default]
                }
            }
            let connection = try await CQLConnection.connect(to: server.endpoint, .test(), on: lane.loop)
            let recorder = Recorder()
            #expect(connection.reserveStreams(count: 3, for: recorder))
            for (stream, query) in ["plain", "warned", "failed"].enumerated() {
                try Self.append(Int16(stream), query, to: connection)
            }
            try connection.flush()
            // Answered after the three, on a stream of its own.
            #expect(try await connection.query("other") == .void)
            #expect(recorder.answers.map(\.stream) == [0, 1, 2])
            #expect(recorder.answers.map(\.opcode) == [0x08, 0x08, 0x00])
            #expect(recorder.answers.prefix(2).map(\.body) == [Self.void, Self.void])
            #expect(recorder.answers[2].body.prefix(4) == [0, 0, 0x10, 0x01])
            #expect(recorder.batchEnds > 0)
            #expect(connection.latestWarnings == ["large"])
            connection.releaseReservedStreams()
            #expect(connection.reserveStreams(count: 3, for: recorder))
        }
    }

    @Test func manyAnswersInOneReadAllArrive() async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop)
            let connection = try await CQLConnection.connect(to: server.endpoint, .test(), on: lane.loop)
            let recorder = Recorder()
            #expect(connection.reserveStreams(count: 2048, for: recorder))
            for round in 0..<10 {
                for stream in 0..<2048 { try Self.append(Int16(stream), "\(round)", to: connection) }
                try connection.flush()
                _ = try await connection.query("other")
            }
            #expect(recorder.answers.count == 20480)
            #expect(recorder.answers.allSatisfy { $0.body == Self.void })
            #expect(recorder.answers.map(\.stream) == (0..<20480).map { $0 % 2048 })
        }
    }

    @Test func failureReachesTheReceiverOnce() async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop) { request, _ in
                request.query == nil ? [.default] : [.close]
            }
            let connection = try await CQLConnection.connect(to: server.endpoint, .test(), on: lane.loop)
            let recorder = Recorder()
            #expect(connection.reserveStreams(count: 1, for: recorder))
            let failure = await error { () async throws(CQLError) in try await connection.query("SELECT") }
            #expect(failure?.connectionCode == .connectionLost(.closed(peer: "\(server.endpoint)")))
            #expect(recorder.failures.map(\.code) == [.connectionLost(.closed(peer: "\(server.endpoint)"))])
            connection.close()
            #expect(recorder.failures.count == 1)
            #expect(throws: CQLConnectionError.self) { try connection.flush() }
            #expect(!connection.reserveStreams(count: 1, for: recorder))
        }
    }

    @Test func blockedOutputLeavesAndTheReceiverIsTold() async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop)
            let connection = try await CQLConnection.connect(to: server.endpoint, .test(), on: lane.loop)
            let accepted = server.connections[0]
            accepted.stream.setReadObserver(nil)
            let recorder = Recorder()
            #expect(connection.reserveStreams(count: 64, for: recorder))
            let long = String(repeating: "x", count: 1 << 18)
            for stream in 0..<64 { try Self.append(Int16(stream), long, to: connection) }
            try connection.flush()
            #expect(connection.isWriteBlocked)
            let blocked = connection.output.readableByteCount
            #expect(blocked > 0)
            server.startReading(accepted)
            _ = try await connection.query("other")
            #expect(!connection.isWriteBlocked)
            let left = connection.output.readableByteCount
            #expect(left == 0)
            #expect(recorder.answers.count == 64)
        }
    }
}
