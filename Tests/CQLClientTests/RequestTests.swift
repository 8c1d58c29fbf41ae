import CQLClient
import CQLWire
import PosixIO
import Testing
import WireKit

@Suite struct RequestTests {
    typealias Script = @Sendable (RequestFrame, ScriptedServer.Connection) -> [ScriptedServer.Step]

    /// A connection to a server with that script.
    private func withConnection(
        _ script: @escaping Script,
        _ body: @Sendable (isolated Lane, CQLConnection, ScriptedServer) async throws -> Void
    ) async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop, script)
            let connection = try await CQLConnection.connect(to: server.endpoint, .test(), on: lane.loop)
            try await body(lane, connection, server)
        }
    }

    /// A client for many tasks, connected to a server with that script.
    private func withClient(
        _ script: @escaping Script,
        _ body: @Sendable (isolated Lane, ConcurrentClient, ScriptedServer) async throws -> Void
    ) async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop, script)
            let client = ConcurrentClient(on: lane.loop)
            try await client.connect(to: server.endpoint, .test())
            try await body(lane, client, server)
        }
    }

    @Test func thousandRequestsAreAnsweredInReverse() async throws {
        let script: Script = { request, connection in
            guard let query = request.query else { return [.default] }
            // All wait until the last one has come.
            guard connection.received.count == 1002, query != "" else { return [] }
            return connection.received.reversed().compactMap { earlier in
                earlier.query.map { .respondOn(earlier.stream, .result(.setKeyspace($0))) }
            }
        }
        try await withClient(script) { lane, client, _ in
            let answers = await results(of: (0..<1000).map(String.init), from: client, on: lane.loop)
            #expect(answers.count == 1000)
            #expect(answers == (0..<1000).map { .success(.setKeyspace("\($0)")) })
        }
    }

    @Test func closedConnectionFailsEveryoneWhoWaits() async throws {
        let script: Script = { request, connection in
            guard request.query != nil else { return [.default] }
            return connection.received.count == 102 ? [.close] : []
        }
        try await withClient(script) { lane, client, server in
            let outcomes = await results(of: (0..<100).map(String.init), from: client, on: lane.loop)
            let expected = CQLConnectionError(
                .connectionLost(.closed(peer: "\(server.endpoint)")),
                peer: "\(server.endpoint)"
            )
            #expect(outcomes == Array(repeating: .failure(.connection(expected)), count: 100))
            // Nothing was sent this time, so it may be sent again.
            guard case .failure(.connection(let error)) = await client.query("again") else {
                Issue.record("a failed connection took a request")
                return
            }
            #expect(error.isSafeToRetry && error.code == expected.code)
        }
    }

    @Test func closingFailsThoseWhoWait() async throws {
        let script: Script = { request, _ in request.query == nil ? [.default] : [] }
        try await withClient(script) { lane, client, _ in
            async let waiting = client.query("SELECT")
            await client.close()
            guard case .failure(let error) = await waiting else {
                Issue.record("an answer came from nowhere")
                return
            }
            #expect(error.connectionCode == .closed)
        }
    }

    @Test func overdueAnswersAreDroppedAndTheirStreamsReused() async throws {
        let script: Script = { request, connection in
            guard request.query != nil else { return [.default] }
            guard request.query != "slow" else { return [] }
            guard request.query == "fast" else { return [.default] }
            // The overdue answer first, then the one that is waited for.
            let overdue = connection.received.filter { $0.query == "slow" }
            return overdue.map { .respondOn($0.stream, .result(.void)) } + [.respond(.result(.setKeyspace("fast")))]
        }
        try await withConnection(script) { _, connection, server in
            let failure = await error { () async throws(CQLError) in
                try await connection.query("slow", StatementOptions(timeout: .milliseconds(5)))
            }
            #expect(failure?.connectionCode == .requestTimedOut(.milliseconds(5)))
            #expect(try await connection.query("fast") == .setKeyspace("fast"))
            #expect(connection.failure == nil)
            _ = try await connection.query("third")
            let streams = server.connections[0].received.compactMap { $0.query == nil ? nil : $0.stream }
            #expect(streams[1] != streams[0])
            #expect(streams[2] == streams[0] || streams[2] == streams[1])
        }
    }

    @Test func cancelledRequestsLeaveTheConnectionUsable() async throws {
        let script: Script = { request, _ in request.query == "slow" ? [] : [.default] }
        try await withClient(script) { lane, client, _ in
            let result = await withTaskGroup(of: Result<ResultResponse, CQLError>.self) { group in
                group.addTask(executorPreference: lane.loop) { await client.query("slow") }
                group.cancelAll()
                return await group.next()
            }
            guard case .failure(let error) = result else {
                Issue.record("the request was not cancelled")
                return
            }
            #expect(error.connectionCode == .cancelled)
            #expect(await client.query("INSERT") == .success(.void))
        }
    }

    @Test func serverErrorsKeepAllTheirFields() async throws {
        let response = ErrorResponse(
            code: .unavailable,
            message: "Cannot achieve consistency level LOCAL_QUORUM",
            details: .unavailable(consistency: .localQuorum, required: 2, alive: 1)
        )
        let script: Script = { request, _ in request.query == nil ? [.default] : [.respond(.error(response))] }
        try await withConnection(script) {
            _,
            connection,
            server in
            let failure = await error { () async throws(CQLError) in try await connection.query("INSERT") }
            let expected = CQLServerError(response, peer: "\(server.endpoint)")
            #expect(failure == .server(expected))
            #expect(expected.description.contains("too few replicas are alive"))
            #expect(connection.failure == nil)
        }
    }

    @Test func warningsAreKept() async throws {
        let script: Script = { request, _ in
            guard request.query != nil else { return [.default] }
            return [.frame(ResponseFrame(stream: request.stream, warnings: ["slow"], response: .result(.void)))]
        }
        try await withConnection(script) { _, connection, _ in
            _ = try await connection.query("INSERT")
            #expect(connection.latestWarnings == ["slow"])
        }
    }

    @Test(
        arguments: [
            // A negative length; one above the limit; another version; a request; an answer that nobody asked for; a
            // compressed answer; a body that is cut off.
            [0x84, 0, 0x7F, 0xFF, 0x08, 0xFF, 0xFF, 0xFF, 0xFF], [0x84, 0, 0x7F, 0xFF, 0x08, 0x7F, 0xFF, 0xFF, 0xFF],
            [0x83, 0, 0x7F, 0xFF, 0x08, 0, 0, 0, 0], [0x04, 0, 0x7F, 0xFF, 0x08, 0, 0, 0, 0],
            [0x84, 0, 0x00, 0x05, 0x08, 0, 0, 0, 4, 0, 0, 0, 1], [0x84, 1, 0x7F, 0xFF, 0x08, 0, 0, 0, 4, 0, 0, 0, 1],
            [0x84, 0, 0x7F, 0xFF, 0x08, 0, 0, 0, 2, 0, 0],
        ] as [[UInt8]]
    )
    func brokenProtocolEndsTheConnection(_ bytes: [UInt8]) async throws {
        let script: Script = { request, _ in request.query == nil ? [.default] : [.raw(bytes)] }
        try await withConnection(script) {
            _,
            connection,
            _ in
            let failure = await error { () async throws(CQLError) in try await connection.query("SELECT") }
            switch failure?.connectionCode {
            case .malformed, .unexpectedResponse, .notCQL: break
            default: Issue.record("\(String(describing: failure))")
            }
            #expect(connection.failure != nil)
        }
    }

    @Test func answersMayArriveInAnyPieces() async throws {
        let rows = SystemRows.rows("t", [("v", .blob)], [[.blob([UInt8](repeating: 7, count: 300_000))]])
        let script: Script = { request, connection in
            guard request.query != nil else { return [.default] }
            var writer = ByteWriter()
            let frame = ResponseFrame(stream: request.stream, response: .result(.rows(rows)))
            try? frame.encode(into: &writer)
            // One byte at a time for the header, then the rest.
            return writer.bytes.prefix(20).map { .raw([$0]) } + [.raw(Array(writer.bytes.dropFirst(20)))]
        }
        try await withConnection(script) { _, connection, _ in
            let result = try await connection.query("SELECT")
            #expect(result == .rows(rows))
        }
    }

    @Test func requestsWaitForAServerThatDoesNotRead() async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop)
            let client = ConcurrentClient(on: lane.loop)
            try await client.connect(to: server.endpoint, .test())
            let long = String(repeating: "x", count: 1 << 20)
            // The server reads on in the loop's next round: the requests have filled the kernel's buffers then.
            let accepted = server.connections[0]
            accepted.stream.setReadObserver(nil)
            accepted.stream.setWriteObserver { server.startReading(accepted) }
            let outcomes = await results(of: Array(repeating: long, count: 16), from: client, on: lane.loop)
            #expect(outcomes == Array(repeating: .success(.void), count: 16))
        }
    }

    @Test func eventsGoToTheirObserver() async throws {
        let event = EventResponse.statusChange("UP", InetAddressAndPort(address: [127, 0, 0, 1], port: 9042))
        let script: Script = { request, _ in
            guard case .register = request.request else { return [.default] }
            return [.default, .respondOn(.event, .event(event))]
        }
        try await withConnection(script) { _, connection, _ in
            var seen: [EventResponse] = []
            connection.eventObserver = { seen.append($0) }
            try await connection.register(eventTypes: ["STATUS_CHANGE"])
            _ = try await connection.query("INSERT")
            #expect(seen == [event])
        }
    }
}

extension RequestFrame {
    /// The text of a QUERY.
    var query: String? {
        if case .query(let query) = request { query.query } else { nil }
    }
}
