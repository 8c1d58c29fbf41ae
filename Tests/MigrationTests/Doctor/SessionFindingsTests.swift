import PosixIO
import PostgresWire
import Testing

@testable import Migration
@testable import PostgresClient

@Suite struct SessionFindingsTests {
    private func findings(_ change: (inout SessionSecurity) -> Void) -> [String: Finding] {
        var security = SessionSecurity()
        change(&security)
        let findings = SessionFindings.findings(security)
        return Dictionary(uniqueKeysWithValues: findings.map { ($0.name, $0) })
    }

    @Test func encryption() {
        func finding(_ verification: CertificateVerification, isDirect: Bool = false) -> Finding? {
            findings {
                $0.tls = .init(version: "TLSv1.3", cipher: "X", verification: verification, isDirect: isDirect)
            }["encryption"]
        }
        #expect(findings { _ in }["encryption"] == .note("encryption", "none"))
        let failure = PostgresConnectionError(.tls, phase: .startup, peer: "db", reason: "TLS failed: the key is gone")
        let passedOver = findings { $0.failedTLS = failure }["encryption"]
        #expect(passedOver?.detail == "none, because the attempt with it has failed: TLS failed: the key is gone")
        #expect(passedOver?.verdict == .note && passedOver?.remedy?.contains("sslmode require") == true)
        #expect(
            finding(.full(.system))
                == .ok("encryption", "TLSv1.3 with X; the certificate is trusted and names the host")
        )
        #expect(
            finding(.chain(.system))?.detail == "TLSv1.3 with X; the certificate is trusted, its name was not compared"
        )
        #expect(finding(.none)?.verdict == .note)
        #expect(finding(.full(.system), isDirect: true)?.detail.hasPrefix("direct TLSv1.3") == true)
    }

    @Test func authentication() {
        let scram = findings { ($0.authenticationMethod, $0.isChannelBound) = (.scramSHA256, true) }
        #expect(scram["authentication"] == .ok("authentication", "scram-sha-256, bound to the TLS session"))
        #expect(findings { $0.authenticationMethod = .md5 }["authentication"]?.verdict == .note)
        #expect(findings { $0.authenticationMethod = .password }["authentication"]?.verdict == .note)
        #expect(findings { $0.authenticationMethod = .none }["authentication"]?.verdict == .ok)
        #expect(findings { $0.protocolVersion = .v3_2 }["protocol"] == .ok("protocol", "3.2"))
    }
}
