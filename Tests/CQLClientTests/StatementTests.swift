import CQLClient
import CQLWire
import PosixIO
import Testing

@Suite struct StatementTests {
    /// A server that forgets its prepared statements when the test says so.
    private final class Memory {
        var known: Set<[UInt8]> = []
        var generation: UInt8 = 0
        var marker = ColumnType.int
        var executed: [[UInt8]] = []

        /// The id of a statement: its text, and a generation where the server renames them.
        func id(_ query: String) -> [UInt8] { Array(query.utf8) + [generation] }

        func answer(_ request: RequestFrame) -> [ScriptedServer.Step] {
            switch request.request {
            case .prepare(let prepare):
                known.insert(id(prepare.query))
                return [.respond(.result(.prepared(ScriptedServer.prepared(id: id(prepare.query), marker: marker))))]
            case .execute(let execute):
                return run([execute.id])
            case .batch(let batch):
                return run(
                    batch.entries.compactMap { if case .prepared(let id) = $0.statement { id } else { nil } }
                )
            default:
                return [.default]
            }
        }

        private func run(_ ids: [PreparedID]) -> [ScriptedServer.Step] {
            if let unknown = ids.first(where: { !known.contains(Array($0.bytes)) }) {
                let error = ErrorResponse(code: .unprepared, message: "unknown", details: .unprepared(unknown))
                return [.respond(.error(error))]
            }
            executed += ids.map { Array($0.bytes) }
            return [.respond(.result(.void))]
        }
    }

    private func withConnection(
        _ body: @Sendable (CQLConnection, Memory, ScriptedServer) async throws -> Void
    ) async throws {
        try await onLane { lane in
            let memory = Memory()
            let server = try await ScriptedServer(on: lane.loop) { request, _ in memory.answer(request) }
            let connection = try await CQLConnection.connect(to: server.endpoint, .test(), on: lane.loop)
            try await body(connection, memory, server)
        }
    }

    private static let value = CQLValueBytes.bytes([0, 0, 0, 1])

    @Test func preparedStatementsKeepWhatTheServerSaid() async throws {
        try await withConnection { connection, _, _ in
            let statement = try await connection.prepare("INSERT")
            #expect(statement.query == "INSERT")
            #expect(statement.markers.map(\.name) == ["id"])
            #expect(statement.partitionKeyIndices == [0])
            #expect(statement.columns.isEmpty)
        }
    }

    @Test func optionsReachTheServer() async throws {
        try await withConnection { connection, _, server in
            let statement = try await connection.prepare("INSERT")
            let options = StatementOptions(
                consistency: .all,
                serialConsistency: .serial,
                pageSize: 7,
                pagingState: PagingState(bytes: [1]),
                defaultTimestamp: 42
            )
            _ = try await connection.execute(statement, values: [Self.value], options)
            _ = try await connection.execute(statement)
            let parameters = server.connections[0].received.compactMap { request in
                if case .execute(let execute) = request.request { execute.parameters } else { nil }
            }
            #expect(
                parameters == [
                    QueryParameters(
                        consistency: .all,
                        values: .positional([Self.value]),
                        pageSize: 7,
                        pagingState: PagingState(bytes: [1]),
                        serialConsistency: .serial,
                        defaultTimestamp: 42
                    ),
                    QueryParameters(consistency: .localQuorum, serialConsistency: .localSerial),
                ]
            )
        }
    }

    @Test func forgottenStatementIsPreparedAgain() async throws {
        try await withConnection { connection, memory, _ in
            let statement = try await connection.prepare("INSERT")
            memory.known = []
            let result = try await connection.execute(statement, values: [Self.value])
            #expect(result == .void)
            #expect(memory.executed == [Array("INSERT".utf8) + [0]])
        }
    }

    @Test func statementMayBeRenamed() async throws {
        try await withConnection { connection, memory, server in
            let statement = try await connection.prepare("INSERT")
            memory.known = []
            memory.generation = 1
            _ = try await connection.execute(statement, values: [Self.value])
            _ = try await connection.execute(statement, values: [Self.value])
            #expect(memory.executed == Array(repeating: Array("INSERT".utf8) + [1], count: 2))
            let prepares = server.connections[0].received.count { $0.request.opcode == .prepare }
            #expect(prepares == 2)
        }
    }

    @Test func everyStatementOfABatchIsPreparedAgain() async throws {
        try await withConnection { connection, memory, _ in
            let first = try await connection.prepare("first")
            let second = try await connection.prepare("second")
            memory.known = []
            let entries = [first, second, first].map { BatchEntry(.prepared($0), values: [Self.value]) }
            let result = try await connection.batch(entries + [BatchEntry(.query("third"))], kind: .unlogged)
            #expect(result == .void)
            #expect(memory.executed == [first, second, first].map { Array($0.id.bytes) })
        }
    }

    @Test func changedStatementIsNotExecuted() async throws {
        try await withConnection { connection, memory, _ in
            let statement = try await connection.prepare("INSERT")
            memory.known = []
            memory.marker = .text
            let failure = await error { () async throws(CQLError) in
                try await connection.execute(statement, values: [Self.value])
            }
            #expect(failure == .statementChanged(query: "INSERT"))
            #expect(memory.executed.isEmpty)
        }
    }

    @Test func serverThatAlwaysForgetsIsGivenUp() async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop) { request, _ in
                guard case .execute(let execute) = request.request else { return [.default] }
                let error = ErrorResponse(code: .unprepared, message: "unknown", details: .unprepared(execute.id))
                return [.respond(.error(error))]
            }
            let connection = try await CQLConnection.connect(to: server.endpoint, .test(), on: lane.loop)
            let statement = try await connection.prepare("INSERT")
            let failure = await error { () async throws(CQLError) in try await connection.execute(statement) }
            guard case .server(let error) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(error.code == .unprepared)
        }
    }
}
