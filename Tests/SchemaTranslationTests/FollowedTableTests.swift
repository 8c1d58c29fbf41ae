import SchemaTranslation
import Testing

@Suite struct FollowedTableTests {
    private func plan(_ schema: SchemaSnapshot, _ index: Int = 0) throws -> TablePlan {
        try MigrationPlan(of: schema, for: PlanRequest(keyspace: "ks")).tables[index]
    }

    private func followed(
        _ columns: [(String, TargetType, ColumnPlan.Role)],
        _ name: String = "t"
    ) throws -> FollowedTable {
        let plan = TablePlan(
            source: QualifiedName("public", name),
            sourceOID: 1,
            target: QualifiedName("ks", name),
            columns: columns.map { name, type, role in
                ColumnPlan(
                    name: name,
                    sourceType: "x",
                    targetType: type,
                    conversion: .identical,
                    expression: .column(name),
                    role: role
                )
            },
            partitionKey: columns.indices.filter { columns[$0].2 == .partitionKey },
            leaves: [Relation(oid: 1, name: QualifiedName("public", name), pageCount: 1, byteCount: 1)]
        )
        return try FollowedTable(plan, foreignSchema: "far")
    }

    @Test func theForeignTableHasTheTypesThatTheExtensionBinds() throws {
        let table = try FollowedTable(plan(SampleSchemas.awkward), foreignSchema: "fd\"w")
        #expect(table.foreignTable == QualifiedName("fd\"w", "Sélect from"))
        #expect(
            table.createForeignTableStatement == """
                CREATE FOREIGN TABLE "fd""w"."Sélect from" (
                    "id" uuid,
                    "a""b" text,
                    "for" text,
                    "Mood" text,
                    "moods" text[],
                    "spans" text[],
                    "mail" text,
                    "at" bigint,
                    "ats" bigint[],
                    "ip" inet
                ) SERVER scylla_server OPTIONS (
                    keyspace 'ks',
                    "table" 'S_lect_from',
                    primary_key 'id'
                )
                """
        )
    }

    @Test func anotherDefinitionHasAnotherComment() throws {
        let one = try followed([("id", .int, .partitionKey)])
        let other = try followed([("id", .bigint, .partitionKey)])
        #expect(one.foreignTableComment == (try followed([("id", .int, .partitionKey)])).foreignTableComment)
        #expect(one.foreignTableComment != other.foreignTableComment)
    }

    @Test(arguments: [
        "t", String(repeating: "n", count: 63), String(repeating: "ö", count: 31), "a very long name, too long",
    ])
    func namesAreNotCutOffByTheServer(_ name: String) throws {
        let table = try followed([("id", .int, .partitionKey)], name)
        let names = [table.function.name, table.rowTrigger, table.truncateTrigger]
        #expect(names.allSatisfy { $0.utf8.count <= 63 }, "\(names)")
        #expect(Set(names).count == 3)
        #expect(table.function.name.hasSuffix("_scylla_replication"))
        #expect(table.rowTrigger.hasSuffix("_scylla_replication_trigger"))
        if name.utf8.count <= 36 { #expect(table.rowTrigger == name + "_scylla_replication_trigger") }
    }

    @Test func longNamesThatBeginAlikeStayApart() throws {
        let common = String(repeating: "n", count: 60)
        let names = try ["a", "b"].map { try followed([("id", .int, .partitionKey)], common + $0).function.name }
        #expect(names[0] != names[1])
    }

    @Test func partitionsFollowTheirParentAndChildrenThemselves() throws {
        let trees = try MigrationPlan(of: SampleSchemas.trees, for: PlanRequest(keyspace: "ks")).tables
        let animals = try #require(trees.first { $0.source.name == "animals" })
        let children = try FollowedTable(animals, foreignSchema: "f")
        #expect(children.rowTriggerRelations.map(\.name) == ["animals", "dogs", "cats"])
        #expect(children.truncateTriggerRelations.map(\.name) == ["animals", "dogs", "cats"])
        var parted = animals
        parted.leaves.removeFirst()
        let partitions = try FollowedTable(parted, foreignSchema: "f")
        #expect(partitions.rowTriggerRelations.map(\.name) == ["animals"])
        #expect(partitions.truncateTriggerRelations.map(\.name) == ["animals", "dogs", "cats"])
    }

    @Test func whatTheExtensionCannotBeToldIsAnObstacle() {
        #expect(throws: FollowedTable.Obstacle.listInKey(column: "l")) {
            try followed([("l", .frozenList(.int), .partitionKey)])
        }
        for name in ["a,b", " a", "a "] {
            #expect(throws: FollowedTable.Obstacle.keyName(column: name)) {
                try followed([(name, .int, .partitionKey)])
            }
        }
        #expect(throws: Never.self) {
            try followed([("id", .int, .partitionKey), ("a,b", .frozenList(.text), .regular)])
        }
    }

    @Test func aBodyThatHoldsTheQuoteIsQuotedOtherwise() throws {
        let statement = try followed([("$pgscylla$", .int, .partitionKey)]).createFunctionStatement
        #expect(statement.contains("AS $pgscylla_$"))
        #expect(statement.hasSuffix("$pgscylla_$"))
    }

    @Test func aMicrosecondInAKeyIsRefusedElsewhereFloored() throws {
        let statement = try followed([("k", .timestamp, .partitionKey), ("v", .timestamp, .regular)])
            .createFunctionStatement
        #expect(statement.contains("date_trunc('milliseconds', NEW.\"k\") <> NEW.\"k\""))
        #expect(!statement.contains("date_trunc('milliseconds', NEW.\"v\")"))
        #expect(statement.contains("floor(extract(epoch FROM NEW.\"v\") * 1000)::bigint"))
    }
}

@Suite struct ForeignServerTests {
    private let server = ForeignServer(host: "it's", port: 9042)

    @Test func optionsAreQuoted() {
        #expect(
            server.createStatement
                == "CREATE SERVER scylla_server FOREIGN DATA WRAPPER scylla_fdw OPTIONS (host 'it''s', port '9042')"
        )
        let statements = ForeignServer.userMappingStatements(login: (user: "u", password: "p'w"))
        #expect(statements.last?.hasSuffix("OPTIONS (username 'u', password 'p''w')") == true)
        #expect(ForeignServer.userMappingStatements(login: nil).last?.contains("OPTIONS") == false)
    }

    @Test func onlyWhatDiffersIsAltered() {
        #expect(server.alterStatement(from: ["host": "it's", "port": "9042", "connect_timeout": "7"]) == nil)
        #expect(
            server.alterStatement(from: ["host": "h", "ssl": "true", "ssl_ca": "x"])
                == "ALTER SERVER scylla_server OPTIONS (SET host 'it''s', ADD port '9042', DROP ssl, DROP ssl_ca)"
        )
    }
}
