import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing
import WireKit

/// Servers that fail, stall or lie while a session is opened: each ends in a typed error within its time.
@Suite struct StartupFaultTests {
    private static let key = BackendMessage.backendKeyData(BackendKeyData(processID: 1, secretKey: [1, 2, 3, 4]))

    /// Everything that a server says until the first ReadyForQuery.
    private static let opening: [BackendMessage] = [
        .authentication(.ok), .parameterStatus(ParameterStatus(name: "server_version", value: "16.1")),
        .noticeResponse(NoticeResponse(fields: [.init(.severity, "WARNING"), .init(.message, "hm")])), key,
        ScriptedPeer.Step.ready,
    ]

    private static func bytes(_ messages: [BackendMessage]) -> [UInt8] {
        var writer = ByteWriter()
        for message in messages { message.encode(into: &writer) }
        return writer.bytes
    }

    private func error(
        _ scripts: [[ScriptedPeer.Step]],
        _ change: @Sendable (inout PostgresConfiguration) -> Void = { _ in }
    ) async throws -> (error: PostgresConnectionError, acceptedCount: Int) {
        try await onLane { lane in
            let peer = try await ScriptedPeer.start(scripts, on: lane.loop)
            var configuration = PostgresConfiguration(
                endpoints: [peer.endpoint],
                user: "u",
                password: Credential("pass word"),
                database: "d"
            )
            change(&configuration)
            let error = try await connectionError(configuration, on: lane)
            #expect(!"\(error)".contains("pass word"))
            return (error, peer.acceptedCount)
        }
    }

    @Test func aServerThatIsCutOffAtAnyByte() async throws {
        let whole = Self.bytes(Self.opening)
        for length in 0..<whole.count {
            let code = try await error([[.startup, .send(Array(whole.prefix(length))), .close]]).error.code
            #expect(code == .closed, "after \(length) bytes")
        }
        let afterwards = try await error([[.startup, .send(whole), .message(.query), .close]]).error
        #expect(afterwards.code == .closed && afterwards.phase == .startup)
    }

    @Test func aServerThatStallsAtAnyMessage() async throws {
        let whole = Self.bytes(Self.opening)
        for length in stride(from: 0, to: whole.count, by: 11) {
            let failure = try await error([[.startup, .send(Array(whole.prefix(length)))]]) {
                $0.connectTimeout = .milliseconds(20)
            }
            #expect(failure.error.code == .timeout, "after \(length) bytes")
        }
    }

    @Test func noticesWithoutEndDoNotKeepUsForEver() async throws {
        let notice = BackendMessage.noticeResponse(NoticeResponse(fields: [.init(.message, "again")]))
        let flood = Self.bytes([BackendMessage](repeating: notice, count: 1000))
        let failure = try await error([[.startup, .send([.authentication(.ok)]), .flood(flood)]]) {
            $0.connectTimeout = .milliseconds(200)
        }
        #expect(failure.error.code == .timeout)
    }

    @Test(
        arguments: [
            // Types that do not exist, lengths that cannot be, bodies that contradict them.
            [0x21, 0, 0, 0, 4], [0x52, 0, 0, 0, 7, 0, 0, 99], [0x52, 0, 0, 0, 3], [0x52, 0, 0, 0, 4],
            [0x52, 0x7F, 0xFF, 0xFF, 0xFF], [0x52, 0xFF, 0xFF, 0xFF, 0xFF], [0x4E, 0x3F, 0xFF, 0xFF, 0xFF],
            [0x52, 0, 0, 0, 12, 0, 0, 0, 0, 1, 2, 3, 4], [0x52, 0, 0, 0, 10, 0, 0, 0, 5, 1, 2],
            [0x52, 0, 0, 0, 11, 0, 0, 0, 10, 65, 65, 65], [0x76, 0, 0, 0, 12, 0, 3, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF],
            // Messages that have no place here.
            [0x5A, 0, 0, 0, 5, 0x49], [0x4B, 0, 0, 0, 12, 0, 0, 0, 1, 1, 2, 3, 4], [0x44, 0, 0, 0, 6, 0, 0],
            [0x52, 0, 0, 0, 8, 0, 0, 0, 11], [0x52, 0, 0, 0, 8, 0, 0, 0, 12],
        ] as [[UInt8]]
    )
    func aServerThatLies(_ bytes: [UInt8]) async throws {
        let failure = try await error([[.startup, .send(bytes)]])
        #expect(failure.error.code == .protocolViolation, "\(failure.error)")
    }

    @Test func aServerThatLiesOnceWeAreIn() async throws {
        for bytes in [[0x4B, 0, 0, 0, 11, 0, 0, 0, 1, 1, 2, 3], [0x52, 0, 0, 0, 8, 0, 0, 0, 0], [0x5A, 0, 0, 0, 4]] {
            let script: [ScriptedPeer.Step] = [.startup, .send([.authentication(.ok)]), .send(bytes.map { UInt8($0) })]
            #expect(try await error([script]).error.code == .protocolViolation)
        }
    }

    @Test func anErrorAtEveryStepIsTheServers() async throws {
        let fatal = BackendMessage.error("FATAL", .adminShutdown, "terminating connection")
        let clear = BackendMessage.authentication(.cleartextPassword)
        let scram = BackendMessage.authentication(.sasl(mechanisms: ["SCRAM-SHA-256"]))
        let scripts: [[ScriptedPeer.Step]] = [
            [.startup, .send([fatal]), .close],
            [.startup, .send([clear]), .message(.authenticationResponse), .send([fatal]), .close],
            [.startup, .send([clear]), .message(.authenticationResponse), .send([.authentication(.ok), fatal])],
            [.startup, .send([scram]), .message(.authenticationResponse), .send([fatal])],
            [.startup, .send([.authentication(.ok), Self.key, fatal])],
            [.startup, .send(Self.opening), .message(.query), .send([fatal]), .close],
        ]
        for (index, script) in scripts.enumerated() {
            let failure = try await error([script]).error
            #expect(failure.serverError?.sqlState == .adminShutdown, "script \(index): \(failure)")
        }
    }

    /// As PgBouncer 1.18 answers protocol 3.2.
    @Test func aPoolerThatTakesTheVersionForGarbage() async throws {
        let garbage = BackendMessage.error("FATAL", .protocolViolation, "bad packet header: '0000005600030002'")
        let failure = try await error([[.startup, .send([garbage]), .close]]) { $0.protocolVersions = .v3_0 ... .v3_2 }
        #expect(failure.error.code == .protocolVersion && "\(failure.error)".contains("allow protocol 3.0"))
    }

    // MARK: TLS

    @Test func anErrorInsteadOfConsentIsNotShown() async throws {
        for mode in [SSLMode.prefer, .require] {
            let lie = Array("ESFATAL\0Mgive your password to evil.example\0\0".utf8)
            let failure = try await error([[.startup, .send(lie), .close]]) { $0.tls.mode = mode }
            #expect(!"\(failure.error)".contains("evil") && failure.error.serverError == nil)
            #expect(failure.acceptedCount == 1)
        }
    }

    @Test func answersToTheSSLRequestThatAreNone() async throws {
        #expect(try await error([[.startup, .send([0x58])]]) { $0.tls = .prefer }.error.code == .protocolViolation)
        #expect(try await error([[.startup, .close]]) { $0.tls = .prefer }.error.code == .closed)
        let stalled = try await error([[.startup]]) {
            $0.tls = .prefer
            $0.connectTimeout = .milliseconds(20)
        }
        #expect(stalled.error.code == .timeout)
        let halfShaken = try await error([[.startup, .send([UInt8(ascii: "S")])]]) {
            $0.tls = .require
            $0.connectTimeout = .milliseconds(500)
        }
        #expect(halfShaken.error.code == .timeout && "\(halfShaken.error)".contains("handshake"))
    }

    private static let clientHello = ScriptedPeer.Step.expect { received in
        guard received.first == 22 else { return false }
        received.removeAll()
        return true
    }

    @Test func aBrokenHandshakeLeavesOnlyPreferAnotherWay() async throws {
        let broken: [ScriptedPeer.Step] = [
            .startup, .send([UInt8(ascii: "S")]), Self.clientHello, .send(Array("HTTP/1.1 400\r\n".utf8)), .close,
        ]
        for mode in [SSLMode.require, .verifyFull] {
            let failure = try await error([broken]) { $0.tls.mode = mode }
            #expect(failure.error.code == .tls && failure.acceptedCount == 1, "\(failure.error)")
        }
        let denied = BackendMessage.error("FATAL", .invalidAuthorization, "no encryption")
        let failure = try await error([broken, [.startup, .send([denied]), .close]]) { $0.tls = .prefer }
        #expect(failure.acceptedCount == 2 && failure.error.code == .authenticationFailed)
        #expect(failure.error.earlier.map(\.code) == [.tls])
    }

    @Test func allowTriesTLSOnlyAfterARefusal() async throws {
        let denied = BackendMessage.error("FATAL", .invalidAuthorization, "no encryption")
        let noTLS: [ScriptedPeer.Step] = [.startup, .send([UInt8(ascii: "N")])]
        let refused = try await error([[.startup, .send([denied]), .close], noTLS]) { $0.tls.mode = .allow }
        #expect(refused.acceptedCount == 2 && refused.error.code == .tlsRefused)
        #expect(refused.error.earlier.map(\.code) == [.authenticationFailed])
        let closed = try await error([[.startup, .close], noTLS]) { $0.tls.mode = .allow }
        #expect(closed.acceptedCount == 1 && closed.error.code == .closed)
        let missing = BackendMessage.error("FATAL", .invalidCatalogName, "no such database")
        let late = try await error([[.startup, .send([.authentication(.ok), missing]), .close], noTLS]) {
            $0.tls.mode = .allow
        }
        #expect(late.acceptedCount == 1 && late.error.code == .databaseDoesNotExist)
    }

    @Test func contradictoryDemandsAreRefusedUntried() async throws {
        let changes: [@Sendable (inout PostgresConfiguration) -> Void] = [
            { ($0.tls.mode, $0.tls.negotiation) = (.prefer, .direct) }, { $0.tls.mode = .verifyCA },
            { ($0.tls.mode, $0.tls.roots) = (.require, .system) }, { $0.options = "a\0b" }, { $0.hosts = [] },
        ]
        for change in changes {
            let failure = try await error([], change)
            #expect(failure.error.code == .invalidConfiguration && failure.acceptedCount == 0)
        }
    }
}
