import CQLClient
import CQLWire
import PosixIO
import Testing

@Suite struct CQLSessionTests {
    @Test func sessionKnowsItsCluster() async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop) { request, _ in
                guard request.query?.contains("system.peers") == true else { return [.default] }
                let version = SystemRows.version
                return [
                    .respond(.result(.rows(SystemRows.peers([("dc1", version), ("dc2", version), ("dc1", version)]))))
                ]
            }
            let session = try await CQLSession.connect(.test(server.endpoint), on: lane.loop)
            #expect(session.cluster.name == "test")
            #expect(session.cluster.localDatacentre == "dc1")
            #expect(session.cluster.datacentres == ["dc1", "dc2"])
            #expect(session.cluster.localNodeCount == 3)
            #expect(session.cluster.isScyllaDB)
        }
    }

    @Test func endpointsAreTriedInOrder() async throws {
        try await onLane { lane in
            let closed = try await ScriptedServer(on: lane.loop)
            closed.stopListening()
            let server = try await ScriptedServer(on: lane.loop)
            let session = try await CQLSession.connect(.test(closed.endpoint, server.endpoint), on: lane.loop)
            #expect(try await session.connection().peer == "\(server.endpoint)")
        }
    }

    @Test func anAnswerOutweighsSilence() async throws {
        try await onLane { lane in
            let closed = try await ScriptedServer(on: lane.loop)
            closed.stopListening()
            let strict = try await ScriptedServer(on: lane.loop) { request, _ in
                if case .startup = request.request { [.respond(.authenticate("A"))] } else { [.default] }
            }
            let failure = await error { () async throws(CQLError) in
                try await CQLSession.connect(.test(closed.endpoint, strict.endpoint, closed.endpoint), on: lane.loop)
            }
            #expect(failure?.connectionCode == .credentialsMissing(authenticator: "A"))
        }
    }

    @Test func brokenConnectionIsMadeAgainForIdempotentStatements() async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop) { request, connection in
                request.query == "INSERT" && connection.number == 0 ? [.close] : [.default]
            }
            let session = try await CQLSession.connect(.test(server.endpoint), on: lane.loop)
            #expect(try await session.query("INSERT", isIdempotent: true) == .void)
            #expect(server.connections.count == 2)
        }
    }

    /// As where a server's cache is too small for all that its clients prepare.
    @Test func statementsThatAreForgottenAtOnceArePreparedAgain() async throws {
        try await onLane { lane in
            var forgottenCount = 3
            let server = try await ScriptedServer(on: lane.loop) { request, _ in
                guard case .execute(let execute) = request.request, forgottenCount > 0 else { return [.default] }
                forgottenCount -= 1
                let error = ErrorResponse(code: .unprepared, message: "unknown", details: .unprepared(execute.id))
                return [.respond(.error(error))]
            }
            let session = try await CQLSession.connect(.test(server.endpoint), on: lane.loop)
            let statement = try await session.prepare("INSERT")
            #expect(try await session.execute(statement, isIdempotent: false) == .void)
            #expect(forgottenCount == 0)
        }
    }

    @Test func otherStatementsAreNotRepeated() async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop) { request, connection in
                request.query == "UPDATE" && connection.number == 0 ? [.close] : [.default]
            }
            let session = try await CQLSession.connect(.test(server.endpoint), on: lane.loop)
            let failure = await error { () async throws(CQLError) in
                try await session.query("UPDATE", isIdempotent: false)
            }
            #expect(failure?.connectionCode == .connectionLost(.closed(peer: "\(server.endpoint)")))
            // The next statement has not been sent yet, so it gets a connection of its own.
            #expect(try await session.query("UPDATE", isIdempotent: false) == .void)
        }
    }

    @Test(arguments: [true, false])
    func silentConnectionIsReplacedUnlessItIsAlive(_ isAlive: Bool) async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop) { request, connection in
                let isFirstInsert = request.query == "INSERT" && connection.received.count { $0.query == "INSERT" } == 1
                let isPing = request.request == .options && connection.received.count > 1
                let isSilent = connection.number == 0 && (isFirstInsert || isPing && !isAlive)
                return isSilent ? [] : [.default]
            }
            var configuration = CQLConfiguration.test(server.endpoint)
            // How long a ping may take: a live server gets all the time it needs.
            configuration.requestTimeout = isAlive ? .seconds(60) : .seconds(2)
            let session = try await CQLSession.connect(configuration, on: lane.loop)
            let options = StatementOptions(timeout: .milliseconds(isAlive ? 50 : 2000))
            #expect(try await session.query("INSERT", isIdempotent: true, options) == .void)
            #expect(server.connections.count == (isAlive ? 1 : 2))
        }
    }

    @Test func nextNodeIsAskedWhenOneCannot() async throws {
        try await onLane { lane in
            let bootstrapping = try await ScriptedServer(on: lane.loop) { request, _ in
                guard request.query == "INSERT" else { return [.default] }
                return [.respond(.error(ErrorResponse(code: .isBootstrapping, message: "joining")))]
            }
            let server = try await ScriptedServer(on: lane.loop)
            let configuration = CQLConfiguration.test(bootstrapping.endpoint, server.endpoint)
            let session = try await CQLSession.connect(configuration, on: lane.loop)
            #expect(try await session.query("INSERT", isIdempotent: false) == .void)
            #expect(try await session.connection().peer == "\(server.endpoint)")
        }
    }

    /// A server with ten rows, in pages of as many rows as are asked for.
    private static func pagingServer(on loop: EventLoop, closesAt broken: UInt8? = nil) async throws -> ScriptedServer {
        try await ScriptedServer(on: loop) { request, connection in
            guard case .query(let query) = request.request, query.query == "SELECT" else { return [.default] }
            let start = query.parameters.pagingState?.bytes.first ?? 0
            if start == broken, connection.number == 0 { return [.close] }
            let end = min(start + UInt8(query.parameters.pageSize ?? 10), 10)
            var rows = SystemRows.rows("t", [("id", .int)], (start..<end).map { [.int(Int32($0))] })
            if end < 10 { rows.metadata.pagingState = PagingState(bytes: [end]) }
            return [.respond(.result(.rows(rows)))]
        }
    }

    @Test(arguments: [1, 3, 5, 10, 100] as [Int32])
    func pagesFollowOneAnother(_ pageSize: Int32) async throws {
        try await onLane { lane in
            let server = try await Self.pagingServer(on: lane.loop)
            let session = try await CQLSession.connect(.test(server.endpoint), on: lane.loop)
            let pages = RowPages(.query("SELECT"), session: session, StatementOptions(pageSize: pageSize))
            var numbers: [Int32?] = []
            var pageCount = 0
            while let page = try await pages.next() {
                pageCount += 1
                numbers += try page.allRows().map { try $0.int("id") }
            }
            #expect(numbers == Array(0..<10))
            #expect(pageCount == max(1, (10 + Int(pageSize) - 1) / Int(pageSize)))
            #expect(try await pages.next() == nil)
        }
    }

    @Test func pageIsFetchedAgainWhenTheConnectionBreaks() async throws {
        try await onLane { lane in
            let server = try await Self.pagingServer(on: lane.loop, closesAt: 6)
            let session = try await CQLSession.connect(.test(server.endpoint), on: lane.loop)
            let rows = try await session.rows("SELECT", StatementOptions(pageSize: 3))
            #expect(try rows.map { try $0.int("id") } == Array(0..<10))
            #expect(server.connections.count == 2)
        }
    }

    @Test func resultThatIsNoRowsIsNamed() async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop)
            let session = try await CQLSession.connect(.test(server.endpoint), on: lane.loop)
            let failure = await error { () async throws(CQLError) in try await session.rows("INSERT") }
            #expect(failure == .unexpectedResult(.void, query: "INSERT"))
        }
    }

    /// The nodes agree once `peers` has been asked that often.
    private final class Progress {
        var asked = 0
    }

    private static func disagreeingServer(on loop: EventLoop, until count: Int) async throws -> ScriptedServer {
        let progress = Progress()
        return try await ScriptedServer(on: loop) { request, _ in
            guard request.query?.contains("system.peers") == true else { return [.default] }
            progress.asked += 1
            let version = progress.asked > count ? SystemRows.version : CQLUUID(high: 9, low: 9)
            return [.respond(.result(.rows(SystemRows.peers([("dc1", version)]))))]
        }
    }

    @Test func schemaChangeWaitsForAgreement() async throws {
        try await onLane { lane in
            let server = try await Self.disagreeingServer(on: lane.loop, until: 3)
            let session = try await CQLSession.connect(.test(server.endpoint), on: lane.loop)
            #expect(try await session.changeSchema("CREATE TABLE") == .agreed)
            let queries = server.connections[0].received.compactMap(\.query)
            #expect(queries.filter { $0.contains("system.peers") }.count == 4)
            #expect(queries.filter { $0 == "CREATE TABLE" }.count == 1)
        }
    }

    @Test func disagreementEndsAtItsDeadline() async throws {
        try await onLane { lane in
            let server = try await Self.disagreeingServer(on: lane.loop, until: .max)
            let session = try await CQLSession.connect(.test(server.endpoint), on: lane.loop)
            let agreement = try await session.changeSchema("CREATE TABLE", agreementTimeout: .milliseconds(60))
            #expect(agreement == .timedOut(versionCount: 2))
        }
    }
}
