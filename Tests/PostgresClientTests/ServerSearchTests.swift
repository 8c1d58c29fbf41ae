import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing
import WireKit

/// Which of several servers a session is opened at.
@Suite struct ServerSearchTests {
    private typealias Step = ScriptedPeer.Step

    private static func server(_ parameters: [(String, String)]) -> [ScriptedPeer.Step] {
        let reports = parameters.map { BackendMessage.parameterStatus(ParameterStatus(name: $0.0, value: $0.1)) }
        return [.startup, .send([.authentication(.ok)] + reports + [Step.ready])] + settled
    }

    private static let settled: [ScriptedPeer.Step] = [
        .message(.query), .send([.commandComplete(CommandComplete(tag: "SELECT 1")), Step.ready]),
    ]
    private static let primary = server([("in_hot_standby", "off"), ("default_transaction_read_only", "off")])
    private static let standby = server([("in_hot_standby", "on"), ("default_transaction_read_only", "off")])
    private static let readOnly = server([("in_hot_standby", "off"), ("default_transaction_read_only", "on")])

    /// Answers the query that a server without these reports is asked.
    private static func oldServer(_ answer: String) -> [ScriptedPeer.Step] {
        let column = RowDescription.Column(name: "x", type: .text, format: .text)
        return server([]) + [
            .message(.query),
            .send([
                .rowDescription(RowDescription(columns: [column])), .dataRow(DataRow([Array(answer.utf8)[...]])),
                .commandComplete(CommandComplete(tag: "SHOW")), Step.ready,
            ]),
        ]
    }

    /// Which server is taken by which target; `nil` when none is.
    private func taken(
        _ servers: [[[ScriptedPeer.Step]]],
        _ target: TargetSessionAttributes,
        _ change: @Sendable (inout PostgresConfiguration) -> Void = { _ in },
        order: @escaping @Sendable (Int) -> [Int] = { Array(0..<$0) }
    ) async throws -> (index: Int?, error: PostgresConnectionError?) {
        try await onLane { lane in
            var peers: [ScriptedPeer] = []
            for server in servers { peers.append(try await ScriptedPeer.start(server, on: lane.loop)) }
            let endpoints = peers.map(\.endpoint)
            var configuration = PostgresConfiguration(endpoints: endpoints, user: "u", database: "d")
            configuration.targetSessionAttributes = target
            change(&configuration)
            do throws(PostgresConnectionError) {
                let connection = try await PostgresConnection.connect(configuration, order: order, on: lane.loop)
                return (endpoints.firstIndex(of: connection.endpoint), nil)
            } catch {
                return (nil, error)
            }
        }
    }

    @Test(arguments: [
        (TargetSessionAttributes.any, 0), (.readWrite, 2), (.readOnly, 0), (.primary, 1), (.standby, 0),
        (.preferStandby, 0),
    ])
    func theServerOfTheKindWantedIsTaken(_ target: TargetSessionAttributes, _ expected: Int) async throws {
        let result = try await taken([[Self.standby], [Self.readOnly], [Self.primary]], target)
        #expect(result.index == expected, "\(String(describing: result.error))")
    }

    @Test func aStandbyIsOnlyPreferred() async throws {
        // Each is asked twice: for a standby, then for anything.
        let primaries = [[Self.primary, Self.primary], [Self.primary, Self.primary]]
        #expect(try await taken(primaries, .preferStandby).index == 0)
        let none = try await taken(primaries, .standby)
        let error = try #require(none.error)
        #expect(error.code == .unsuitableServer && error.earlier.map(\.code) == [.unsuitableServer])
        #expect("\(error)".contains("it is not a standby") && "\(error)".contains("target_session_attrs"))
    }

    @Test(
        arguments: [
            (TargetSessionAttributes.readWrite, "on", nil), (.readWrite, "off", 0), (.readOnly, "on", 0),
            (.primary, "t", nil), (.primary, "f", 0), (.standby, "t", 0),
        ] as [(TargetSessionAttributes, String, Int?)]
    )
    func serversThatReportNothingAreAsked(
        _ target: TargetSessionAttributes,
        _ answer: String,
        _ expected: Int?
    ) async throws {
        #expect(try await taken([[Self.oldServer(answer)]], target).index == expected)
    }

    @Test func aWrongPasswordEndsTheSearch() async throws {
        let wrong = BackendMessage.error("FATAL", .invalidPassword, "password authentication failed")
        let result = try await taken([[[.startup, .send([wrong]), .close]], [Self.primary]], .any)
        #expect(result.error?.code == .authenticationFailed)
    }

    @Test func eachHostMayHaveItsOwnPassword() async throws {
        let script: [ScriptedPeer.Step] =
            [
                .startup, .send([.authentication(.cleartextPassword)]),
                .expect { received in
                    guard case .frame(let frame) = MessageFrame.next(in: received[...]) else { return false }
                    received.removeFirst(frame.byteCount)
                    return Array(frame.body) == Array("its own\0".utf8)
                },
                .send([.authentication(.ok), Step.ready]),
            ] + Self.settled
        let result = try await taken([[script]], .any) {
            $0.password = Credential("everyone's")
            $0.hosts[0].password = Credential("its own")
            $0.connectTimeout = .seconds(5)
        }
        #expect(result.index == 0)
    }

    @Test func hostsAreTriedInTheOrderGivenUnlessLoadIsBalanced() async throws {
        let servers = [[Self.primary], [Self.primary], [Self.primary]]
        let backwards: @Sendable (Int) -> [Int] = { (0..<$0).reversed() }
        #expect(try await taken(servers, .any, order: backwards).index == 0)
        #expect(try await taken(servers, .any, { $0.balancesLoad = true }, order: backwards).index == 2)
    }

    @Test func everyAddressOfAHostIsTriedAndNamed() async throws {
        try await onLane { lane in
            let peer = try await ScriptedPeer.start([Self.primary], on: lane.loop)
            // "localhost" may have an IPv6 address too, where nothing listens.
            var configuration = PostgresConfiguration(
                endpoints: [.tcp(host: "localhost", port: peer.port)],
                user: "u",
                database: "d"
            )
            let connection = try await PostgresConnection.connect(configuration, on: lane.loop)
            #expect(connection.isUsable)
            let gone = try await ScriptedPeer.start([], on: lane.loop).port
            configuration.endpoints = [.tcp(host: "localhost", port: gone)]
            let error = try await connectionError(configuration, on: lane)
            #expect(error.code == .unreachable)
            if !error.earlier.isEmpty { #expect("\(error)".contains("(::1)") && "\(error)".contains("(127.0.0.1)")) }
        }
    }

    @Test func aNameThatDoesNotResolveLeadsToTheNextHost() async throws {
        let result = try await taken([[Self.primary]], .any) {
            $0.hosts.insert(PostgresHost(.tcp(host: "no-such-host.invalid", port: 1)), at: 0)
        }
        #expect(result.index == 0)
    }
}
