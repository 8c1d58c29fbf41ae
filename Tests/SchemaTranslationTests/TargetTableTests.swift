import SchemaTranslation
import Testing

@Suite struct TargetTableTests {
    typealias Column = TargetTable.Column

    static let matching = [
        Column(name: "line", type: "int", kind: .clustering, position: 0),
        Column(name: "note", type: "text", kind: .regular),
        Column(name: "order_id", type: "bigint", kind: .partitionKey, position: 0),
        Column(name: "placed", type: "timestamp", kind: .clustering, position: 1),
        Column(name: "price", type: "decimal", kind: .regular),
    ]

    private func differences(_ change: (inout [Column]) -> Void) throws -> [String] {
        var columns = Self.matching
        change(&columns)
        let request = PlanRequest(keyspace: "ks", partitionKey: .first)
        let plan = try #require(MigrationPlan(of: SampleSchemas.plain, for: request).tables.first)
        return plan.differences(from: TargetTable(columns: columns))
    }

    @Test func theSameShapeHasNone() throws {
        #expect(try differences { _ in } == [])
    }

    @Test func typesAreNamed() throws {
        #expect(
            try differences { $0[2].type = "int" } == ["column \"order_id\" is int there, bigint expected"]
        )
    }

    @Test func keyPartsAreNamed() throws {
        #expect(
            try differences { $0[3].kind = .partitionKey } == [
                "column \"placed\" is partition key column 2 there, clustering column 2 expected"
            ]
        )
        #expect(
            try differences {
                $0[0].position = 1
                $0[3].position = 0
            } == [
                "column \"line\" is clustering column 2 there, clustering column 1 expected",
                "column \"placed\" is clustering column 1 there, clustering column 2 expected",
            ]
        )
        #expect(
            try differences { $0[1].kind = .static } == [
                "column \"note\" is a static column there, a regular column expected"
            ]
        )
    }

    @Test func missingAndUnexpectedColumnsAreNamed() throws {
        #expect(
            try differences {
                $0.removeLast()
                $0.append(Column(name: "Price", type: "decimal", kind: .regular))
            } == ["column \"price\" is missing there, decimal expected", "column \"Price\" exists only there"]
        )
    }
}
