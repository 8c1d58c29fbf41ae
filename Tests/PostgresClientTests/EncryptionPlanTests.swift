import PosixIO
import Testing

@testable import PostgresClient

/// The table of libpq's second attempts.
@Suite struct EncryptionPlanTests {
    private static let tcp = Endpoint.tcp(host: "h", port: 1)

    private func plan(_ mode: SSLMode, _ negotiation: SSLNegotiation = .postgres) -> EncryptionPlan {
        var tls = PostgresTLS(mode: mode)
        tls.negotiation = negotiation
        return EncryptionPlan(tls, endpoint: Self.tcp)
    }

    @Test(arguments: [
        (SSLMode.disable, Encryption.plain), (.allow, .plain), (.prefer, .negotiated(isRequired: false)),
        (.require, .negotiated(isRequired: true)), (.verifyCA, .negotiated(isRequired: true)),
        (.verifyFull, .negotiated(isRequired: true)),
    ])
    func theFirstAttempt(_ mode: SSLMode, _ expected: Encryption) {
        #expect(plan(mode).first == expected)
        #expect(EncryptionPlan(PostgresTLS(mode: mode), endpoint: .unix(path: "/s")).first == .plain)
    }

    @Test(arguments: [SSLMode.require, .verifyCA, .verifyFull])
    func directTLSNeedsNoRequest(_ mode: SSLMode) {
        #expect(plan(mode, .direct).first == .direct)
    }

    @Test func onlyAllowAndPreferHaveASecondAttempt() {
        let stages: [StartupProgress] = [
            .connected, .handshake, .authentication(isEncrypted: false), .authentication(isEncrypted: true),
            .authenticated,
        ]
        for mode in SSLMode.allCases {
            for stage in stages {
                for isRefusal in [false, true] {
                    let expected: Encryption? =
                        switch (mode, stage, isRefusal) {
                        case (.prefer, .handshake, _), (.prefer, .authentication(isEncrypted: true), true): .plain
                        case (.allow, .authentication(isEncrypted: false), true): .negotiated(isRequired: true)
                        default: nil
                        }
                    #expect(plan(mode).alternative(after: stage, isRefusal: isRefusal) == expected)
                }
            }
        }
        let socket = EncryptionPlan(.prefer, endpoint: .unix(path: "/s"))
        #expect(socket.alternative(after: .handshake, isRefusal: true) == nil)
    }
}
