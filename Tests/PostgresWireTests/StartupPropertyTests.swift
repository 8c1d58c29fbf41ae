import PostgresWire
import TestSupport
import Testing

/// Whatever a server says, in whatever order: the opening goes on, succeeds or fails, and a failure is final.
@Suite struct StartupPropertyTests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func noOrderOfMessagesLeadsAstray(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            var machine = machine(&random)
            _ = machine.connected()
            var isOver = false
            for _ in 0..<12 {
                let message = MessageSamples.backend.randomElement(using: &random) ?? .noData
                switch machine.messageReceived(message) {
                case .ready:
                    // Nobody gets in who was not let in.
                    #expect(!isOver && machine.isAuthenticated, "seed \(seed)")
                    isOver = true
                case .fail:
                    #expect(!machine.isAuthenticated, "seed \(seed)")
                    isOver = true
                case .sendPacket, .startTLS:
                    Issue.record("a second beginning, seed \(seed)")
                case .send, .read, .backendKey:
                    #expect(!isOver, "seed \(seed): went on after its end")
                case .asynchronous:
                    break
                }
            }
        }
    }

    private func machine(_ random: inout SeededRandom) -> StartupStateMachine {
        let requirements = AuthenticationRequirements(
            channelBinding: ChannelBinding.allCases.randomElement(using: &random) ?? .prefer,
            methods: Bool.random(using: &random) ? nil : [AuthenticationMethod.none, .md5]
        )
        return StartupStateMachine(
            StartupStateMachine.Configuration(
                user: "u",
                password: Bool.random(using: &random) ? "p" : nil,
                tls: .disable,
                authentication: requirements,
                protocolVersions: .v3_0...(Bool.random(using: &random) ? .v3_2 : .v3_0),
                parameters: [],
                nonce: "n",
                hashes: .libcrypto
            )
        )
    }
}
