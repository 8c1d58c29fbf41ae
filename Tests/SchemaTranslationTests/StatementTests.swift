import SchemaTranslation
import Testing

@Suite struct StatementTests {
    private func table(_ choice: PartitionKeyChoice = .all) throws -> TablePlan {
        let request = PlanRequest(keyspace: "ks", partitionKey: choice)
        return try #require(MigrationPlan(of: SampleSchemas.plain, for: request).tables.first)
    }

    @Test func copyReadsOnePageRangeOfOneRelation() throws {
        let plan = try table()
        let relation = QualifiedName("shop", "or\"ders")
        let list = "\"note\", \"line\", \"order_id\", \"placed\", \"price\""
        let head = "COPY (SELECT \(list) FROM ONLY \"shop\".\"or\"\"ders\""
        let tail = ") TO STDOUT (FORMAT binary)"
        func statement(_ pages: PageRange?) -> String {
            plan.copyStatement(for: CopySplit(table: plan.source, relation: relation, pages: pages))
        }
        #expect(statement(nil) == head + tail)
        #expect(
            statement(PageRange(start: 0, end: 10))
                == head + " WHERE ctid >= '(0,0)'::tid AND ctid < '(10,0)'::tid" + tail
        )
        #expect(statement(PageRange(start: 10, end: nil)) == head + " WHERE ctid >= '(10,0)'::tid" + tail)
    }

    @Test func castsStandInTheSelectList() throws {
        let plan = try MigrationPlan(of: SampleSchemas.awkward, for: PlanRequest(keyspace: "ks")).tables[0]
        #expect(
            plan.selectList
                == "\"id\", \"a\"\"b\", \"for\"::text, \"Mood\", \"moods\", \"spans\"::text[], \"mail\", \"at\", \"ats\", \"ip\""
        )
    }

    @Test func insertBindsEveryColumn() throws {
        #expect(
            try table().insertStatement
                == "INSERT INTO \"ks\".\"orders\" (\"note\", \"line\", \"order_id\", \"placed\", \"price\") "
                + "VALUES (?, ?, ?, ?, ?)"
        )
    }

    @Test func selectsByTokenAndByKey() throws {
        let columns = "\"note\", \"line\", \"order_id\", \"placed\", \"price\""
        let select = "SELECT \(columns) FROM \"ks\".\"orders\""
        #expect(try table().selectStatement() == select)
        #expect(
            try table(.first).selectStatement(.tokenRange)
                == select + " WHERE token(\"order_id\") > ? AND token(\"order_id\") <= ?"
        )
        #expect(
            try table().selectStatement(.key)
                == select + " WHERE \"order_id\" = ? AND \"line\" = ? AND \"placed\" = ?"
        )
    }

    @Test func keyspaceNamesTheDatacentre() {
        let keyspace = KeyspaceDefinition(name: "k\"s", datacentre: "d'c", replicationFactor: 2)
        #expect(
            keyspace.createStatement
                == "CREATE KEYSPACE IF NOT EXISTS \"k\"\"s\" WITH replication = "
                + "{'class': 'NetworkTopologyStrategy', 'd''c': 2}"
        )
    }
}
