import Migration
import Testing
import WireKit

@Suite struct DiagnosisTests {
    private static let healthy = Diagnosis(
        "PostgreSQL at db:5432",
        findings: [.ok("version", "15.18"), .note("wal_level", "replica", remedy: "set it to logical")]
    )
    private static let ill = Diagnosis(
        "PostgreSQL at db:5432",
        findings: [.ok("version", "15.18"), .problem("USAGE", "denied", remedy: "GRANT USAGE"), .note("TLS", "none")]
    )
    private static let unreachable = Diagnosis(unreachable: "PostgreSQL", reason: "refused", remedy: "start it")

    @Test func theExitStatusTells() {
        #expect(Self.healthy.exitStatus == .success)
        #expect(Self.ill.exitStatus == .incomplete)
        #expect(Self.unreachable.exitStatus == .unreachable)
    }

    @Test func everyFindingHasItsLine() {
        #expect(
            Self.ill.text == """
                PostgreSQL at db:5432:
                ok       version  15.18
                problem  USAGE    denied
                                  → GRANT USAGE
                note     TLS      none
                1 problem

                """
        )
        #expect(Self.healthy.text.hasSuffix("\n                    → set it to logical\nno problems\n"))
        #expect(Self.unreachable.text.contains("problem  connection  refused\n"))
    }

    @Test func programsGetTheSame() {
        #expect(
            Self.ill.json.text == """
                {"subject":"PostgreSQL at db:5432","connected":true,"findings":[\
                {"name":"version","verdict":"ok","detail":"15.18","remedy":null},\
                {"name":"USAGE","verdict":"problem","detail":"denied","remedy":"GRANT USAGE"},\
                {"name":"TLS","verdict":"note","detail":"none","remedy":null}],"problems":1,"exit_status":1}
                """
        )
        #expect(Self.unreachable.json.text.hasSuffix("\"problems\":1,\"exit_status\":3}"))
    }
}
