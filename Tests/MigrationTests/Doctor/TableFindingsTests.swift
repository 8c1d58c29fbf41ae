import Testing

@testable import Migration

@Suite struct TableFindingsTests {
    private func finding(_ name: String, _ tables: [TableFacts], mayUse: Bool = true) throws -> Finding {
        let findings = TableFindings.findings(tables, of: "shop", mayUse: mayUse, role: "mover")
        return try #require(findings.first { $0.name == name })
    }

    @Test func healthyTablesAreOK() {
        let tables = [
            TableFacts(schema: "shop", name: "a"), TableFacts(schema: "far", name: "a_1", isPartition: true),
        ]
        let findings = TableFindings.findings(tables, of: "shop", mayUse: true, role: "mover")
        #expect(findings.allSatisfy { $0.verdict == .ok })
        #expect(findings.first?.detail == "shop, 1 table")
    }

    @Test func aClosedSchemaIsAProblem() throws {
        let closed = try finding("schema", [TableFacts(schema: "shop", name: "a")], mayUse: false)
        #expect(
            closed == .problem("schema", "shop is closed to mover", remedy: #"GRANT USAGE ON SCHEMA "shop" TO "mover""#)
        )
        #expect(try finding("schema", []).detail == "shop has no tables")
        let missing = TableFindings.missing("shoop", existing: ["a", "b", "c", "d", "e", "f", "g"])
        #expect(missing.remedy == "check --postgres-source-schema: there are a, b, c, d, e and 2 more")
        #expect(TableFindings.missing("shoop", existing: []).verdict == .problem)
    }

    @Test func tablesThatCannotBeReadAreAProblem() throws {
        let closed = try finding(
            "SELECT",
            [
                TableFacts(schema: "shop", name: "a"), TableFacts(schema: "shop", name: "b", mayRead: false),
                TableFacts(schema: "far", name: "b_1", isPartition: true, mayRead: false),
            ]
        )
        #expect(closed.verdict == .problem && closed.detail == "not on shop.b, far.b_1")
        #expect(
            closed.remedy == #"GRANT SELECT ON ALL TABLES IN SCHEMA "far", "shop" TO "mover", or use --exclude"#
        )
        let hidden = try finding("row security", [TableFacts(schema: "shop", name: "a", isRowSecurityActive: true)])
        #expect(hidden.verdict == .problem && hidden.remedy?.contains(#"ALTER ROLE "mover" BYPASSRLS"#) == true)
    }

    @Test func tablesThatAreLeftOutOrNotFollowedAreNoted() throws {
        let keyless = [TableFacts(schema: "shop", name: "log", hasKey: false)]
        #expect(try finding("primary keys", keyless).verdict == .note)
        #expect(try finding("replica identity", keyless).verdict == .ok)
        let tables = [
            TableFacts(schema: "shop", name: "a", hasNoIdentity: true),
            TableFacts(schema: "shop", name: "b", isUnlogged: true),
        ]
        let identity = try finding("replica identity", tables)
        #expect(identity.verdict == .note)
        #expect(
            identity.detail
                == "none on shop.a; shop.b unlogged: later changes cannot be followed by logical replication"
        )
        #expect(identity.remedy == "ALTER TABLE … REPLICA IDENTITY DEFAULT, ALTER TABLE … SET LOGGED")
    }
}
