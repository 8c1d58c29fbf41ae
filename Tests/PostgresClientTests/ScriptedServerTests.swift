import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing
import WireKit

/// Faults that a real server cannot be asked for.
@Suite struct ScriptedServerTests {
    private func configuration(_ peer: ScriptedPeer) -> PostgresConfiguration {
        PostgresConfiguration(endpoints: [peer.endpoint], user: "u", password: Credential("secret"), database: "d")
    }

    private func connectError(_ script: [ScriptedPeer.Step]) async throws -> PostgresConnectionError {
        try await onLane { lane in
            let peer = try await ScriptedPeer.start([script], on: lane.loop)
            return try await connectionError(configuration(peer), on: lane)
        }
    }

    @Test(arguments: [
        (Authentication.kerberosV5, "Kerberos V5"), (.gss, "GSSAPI"), (.sspi, "SSPI"), (.scmCredential, "SCM"),
        (.sasl(mechanisms: ["OAUTHBEARER"]), "OAuth (SASL OAUTHBEARER)"),
        (.unknown(code: 99, []), "asks for authentication method 99, which is not supported"),
        (.unknown(code: -1, [1, 2]), "authentication method 4294967295,"),
    ])
    func unsupportedMethodsAreNamed(_ request: Authentication, _ name: String) async throws {
        let error = try await connectError([.startup, .send([.authentication(request)])])
        #expect(error.code == .unsupportedAuthentication)
        #expect("\(error)".contains(name))
    }

    @Test func oneDeadlineCoversTheWholeStartup() async throws {
        try await onLane { lane in
            let peer = try await ScriptedPeer.start([[.startup, .send([.authentication(.ok)])]], on: lane.loop)
            var configuration = configuration(peer)
            configuration.connectTimeout = .milliseconds(50)
            let error = try await connectionError(configuration, on: lane)
            #expect(error.code == .timeout && error.phase == .startup)
        }
    }

    @Test func anEndpointThatNeverAnswersLeavesTimeForTheNext() async throws {
        try await onLane { lane in
            let silent = try await ScriptedPeer.start([[.startup]], on: lane.loop)
            let ready = try await ScriptedPeer.start([ScriptedPeer.Step.session], on: lane.loop)
            var configuration = configuration(silent)
            configuration.endpoints.append(ready.endpoint)
            configuration.connectTimeout = .seconds(1)
            let connection = try await PostgresConnection.connect(configuration, on: lane.loop)
            #expect(connection.endpoint == ready.endpoint)
        }
    }

    /// The longest path that fits is looked for; a longer one is not, and the next host is asked, as libpq does.
    @Test func aSocketsPathThatIsTooLongIsSaid() async throws {
        try await onLane { lane in
            let ready = try await ScriptedPeer.start([ScriptedPeer.Step.session], on: lane.loop)
            var configuration = configuration(ready)
            let longest = "/" + String(repeating: "d", count: SocketAddress.longestUnixPath - 1)
            configuration.endpoints = [.unix(path: longest)]
            #expect(try await connectionError(configuration, on: lane).code == .unreachable)
            configuration.endpoints = [.unix(path: longest + "d")]
            let error = try await connectionError(configuration, on: lane)
            #expect(error.code == .socketPathTooLong)
            #expect(error.reason == "the socket's path is longer than \(SocketAddress.longestUnixPath) bytes")
            #expect(try #require(error.remedy).contains("shorter folder"))
            configuration.endpoints.append(ready.endpoint)
            #expect(try await PostgresConnection.connect(configuration, on: lane.loop).endpoint == ready.endpoint)
        }
    }

    @Test func anotherProtocolIsRecognised() async throws {
        let error = try await connectError([.startup, .send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))])
        #expect(error.code == .protocolViolation)
        #expect("\(error)".contains("--postgres-port"))
    }

    @Test func theOldErrorFormatIsUnderstood() async throws {
        let error = try await connectError([.startup, .send(Array("Ecould not fork\n\0".utf8)), .close])
        #expect(error.serverError?.message == "could not fork")
    }

    @Test func aServerThatHangsUpDuringStartup() async throws {
        #expect(try await connectError([.startup, .close]).code == .closed)
    }

    @Test func aServerThatIsStartingIsTriedAgainElsewhere() async throws {
        try await onLane { lane in
            let busy = BackendMessage.error("FATAL", .cannotConnectNow, "the database system is starting up")
            let starting = try await ScriptedPeer.start([[.startup, .send([busy]), .close]], on: lane.loop)
            let ready = try await ScriptedPeer.start([ScriptedPeer.Step.session], on: lane.loop)
            var configuration = configuration(starting)
            configuration.endpoints.append(ready.endpoint)
            let connection = try await PostgresConnection.connect(configuration, on: lane.loop)
            #expect(connection.endpoint == ready.endpoint)
            #expect(starting.acceptedCount == 1)
        }
    }

    @Test func aServerThatTalksWhileWeSendIsHeard() async throws {
        try await onLane { lane in
            // More than the kernel keeps for either side: a client that only wrote would wait for ever, and the server
            // for it.
            let text = String(repeating: "x", count: 12_000_000)
            let notice = BackendMessage.noticeResponse(NoticeResponse(fields: [.init(.message, text)]))
            let end: [BackendMessage] = [.commandComplete(CommandComplete(tag: "SELECT 0")), ScriptedPeer.Step.ready]
            let script: [ScriptedPeer.Step] = [.send([notice]), .message(.query), .send(end)]
            let peer = try await ScriptedPeer.start([ScriptedPeer.Step.session + script], on: lane.loop)
            let connection = try await PostgresConnection.connect(configuration(peer), on: lane.loop)
            var noticeByteCount = 0
            connection.noticeObserver = { noticeByteCount += $0.text(.message)?.utf8.count ?? 0 }
            try await connection.execute("SELECT '\(text)'")
            #expect(noticeByteCount == text.utf8.count)
        }
    }

    private static let copyBegin: [ScriptedPeer.Step] =
        ScriptedPeer.Step.session + [
            .message(.query),
            .send([
                .copyOutResponse(CopyResponse(format: .text, columnFormats: [.text])), .copyData(CopyData(data: [1])),
            ]),
        ]

    @Test(
        arguments: [
            [.close],
            // Half a message.
            [.send([UInt8(ascii: "d"), 0, 0, 0, 9, 1]), .close],
            [.send([BackendMessage.error("FATAL", .adminShutdown, "terminating connection")]), .close],
            // Impossible length; unknown type; a message out of place.
            [.send([UInt8(ascii: "d"), 0, 0, 0, 3])], [.send([0x21, 0, 0, 0, 4])],
            [.send([BackendMessage.dataRow(DataRow([]))])],
        ] as [[ScriptedPeer.Step]]
    )
    func aServerThatFailsInTheMiddleOfACopy(_ ending: [ScriptedPeer.Step]) async throws {
        try await onLane { lane in
            let peer = try await ScriptedPeer.start([Self.copyBegin + ending], on: lane.loop)
            let connection = try await PostgresConnection.connect(configuration(peer), on: lane.loop)
            try await connection.startCopyOut("COPY t TO STDOUT")
            #expect(try await connection.nextCopyData() == [1])
            let error = await #expect(throws: PostgresError.self) { _ = try await connection.nextCopyData() }
            guard case .connection(let lost)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(lost.phase == .copy)
            #expect(!connection.isUsable)
        }
    }

    @Test func cancellationClosesTheConnection() async throws {
        // A child task cancels itself: the test's own task must not be cancelled.
        let error = try await withThrowingTaskGroup(of: PostgresError?.self) { group in
            group.addTask {
                try await onLane { lane in
                    let peer = try await ScriptedPeer.start([Self.copyBegin], on: lane.loop)
                    let connection = try await PostgresConnection.connect(configuration(peer), on: lane.loop)
                    try await connection.startCopyOut("COPY t TO STDOUT")
                    _ = try await connection.nextCopyData()
                    withUnsafeCurrentTask { $0?.cancel() }
                    let error = await #expect(throws: PostgresError.self) { _ = try await connection.nextCopyData() }
                    #expect(!connection.isUsable)
                    return error
                }
            }
            return try await group.next() ?? nil
        }
        guard case .connection(let lost)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(lost.code == .cancelled && lost.phase == .copy)
    }
}
