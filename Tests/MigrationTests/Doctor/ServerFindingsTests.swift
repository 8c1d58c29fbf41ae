import Testing

@testable import Migration

/// What each fact about the server amounts to.
@Suite struct ServerFindingsTests {
    private static let healthy = ServerFacts(
        version: "15.18 (Debian 15.18-1)",
        versionNumber: 150_018,
        encoding: "UTF8",
        database: "d",
        role: "mover",
        process: 42,
        address: "::1",
        port: 5432,
        isStandby: false,
        walLevel: "logical",
        slotLimit: 10,
        slotCount: 1,
        senderLimit: 10,
        senderCount: 2,
        connectionLimit: 100,
        reservedConnectionCount: 3,
        connectionCount: 20,
        roleConnectionLimit: -1,
        isSuperuser: false,
        mayReplicate: true,
        availableFDW: "1.0",
        installedFDW: nil
    )

    private func finding(_ name: String, process: Int? = 42, _ change: (inout ServerFacts) -> Void) throws -> Finding {
        var facts = Self.healthy
        change(&facts)
        return try #require(ServerFindings.findings(facts, process: process).first { $0.name == name })
    }

    @Test func aHealthyServerIsOK() {
        let findings = ServerFindings.findings(Self.healthy, process: 42)
        #expect(findings.allSatisfy { $0.verdict == .ok && $0.remedy == nil })
        #expect(
            findings.map { "\($0.name): \($0.detail)" } == [
                "version: 15.18 (Debian 15.18-1)", "session: user mover, database d, server at [::1]:5432",
                "role: mover", "recovery: a primary", "encoding: UTF8", "max_connections: 77 of 100 free",
                "wal_level: logical", "max_replication_slots: 9 slots of 10 free",
                "max_wal_senders: 8 senders of 10 free",
                "replication: permitted", "scylla_fdw: 1.0 available",
            ]
        )
    }

    @Test(arguments: [(130_011, Finding.Verdict.problem), (140_000, .ok), (180_006, .ok), (190_000, .note)])
    func versions(_ number: Int, _ verdict: Finding.Verdict) throws {
        #expect(try finding("version") { $0.versionNumber = number }.verdict == verdict)
    }

    @Test func aPoolerIsNoticed() throws {
        #expect(try finding("session", process: 43) { _ in }.verdict == .note)
        #expect(try finding("session", process: nil) { _ in }.detail.contains("there is a pooler in between"))
        #expect(try finding("session") { $0.address = "" }.detail.hasSuffix("server at a unix-domain socket"))
    }

    @Test func connectionsRunOut() throws {
        #expect(try finding("max_connections") { $0.connectionCount = 92 }.verdict == .ok)
        let none = try finding("max_connections") { $0.connectionCount = 99 }
        #expect(none.verdict == .problem && none.detail == "0 of 100 free, a copy takes 5")
        #expect(try finding("max_connections") { ($0.connectionCount, $0.isSuperuser) = (95, true) }.verdict == .ok)
        let limited = try finding("role") { $0.roleConnectionLimit = 1 }
        #expect(limited.verdict == .problem && limited.detail == "mover may have 1 connection only")
        #expect(limited.remedy == "ALTER ROLE \"mover\" CONNECTION LIMIT 5, or lower --num-threads")
        #expect(try finding("role") { ($0.roleConnectionLimit, $0.isSuperuser) = (0, true) }.verdict == .ok)
    }

    @Test func whatReplicationLacksIsNoted() throws {
        let level = try finding("wal_level") { $0.walLevel = "replica" }
        #expect(level.verdict == .note && level.remedy == "ALTER SYSTEM SET wal_level = logical, and restart")
        #expect(try finding("max_replication_slots") { $0.slotCount = 10 }.detail.hasPrefix("0 slots of 10 free"))
        #expect(try finding("max_wal_senders") { $0.senderLimit = 0 }.verdict == .note)
        let role = try finding("replication") { $0.mayReplicate = false }
        #expect(role.verdict == .note && role.detail == "not permitted to mover")
        #expect(try finding("replication") { ($0.mayReplicate, $0.isSuperuser) = (false, true) }.verdict == .ok)
    }

    @Test func theRest() throws {
        #expect(try finding("recovery") { $0.isStandby = true }.verdict == .note)
        #expect(try finding("encoding") { $0.encoding = "SQL_ASCII" }.verdict == .note)
        #expect(
            try finding("encoding") { $0.encoding = "LATIN1" }.detail == "LATIN1, which the server converts to UTF-8"
        )
        #expect(try finding("scylla_fdw") { $0.installedFDW = "1.0" }.detail == "1.0 in this database")
        #expect(try finding("scylla_fdw") { $0.availableFDW = nil }.verdict == .note)
    }
}
