import SchemaTranslation
import TestSupport
import Testing

@Suite struct PlanScriptTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let snapshot: SchemaSnapshot
        var partitionKey = PartitionKeyChoice.all
        var isTargetKnown = true

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "orders-all", snapshot: SampleSchemas.plain),
        Case(name: "orders-first", snapshot: SampleSchemas.plain, partitionKey: .first),
        Case(name: "awkward", snapshot: SampleSchemas.awkward, isTargetKnown: false),
        Case(name: "trees", snapshot: SampleSchemas.trees),
    ]

    @Test(arguments: cases) func matchesTheApprovedScript(_ example: Case) throws {
        let plan = try MigrationPlan(
            of: example.snapshot,
            for: PlanRequest(keyspace: "my shop", partitionKey: example.partitionKey)
        )
        let keyspace = KeyspaceDefinition(name: plan.keyspace, datacentre: "dc1", replicationFactor: 3)
        let script = PlanScript(of: plan, keyspace: example.isTargetKnown ? keyspace : nil, readerCount: 4).text
        #expect(try script == Golden.approved("schemas/\(example.name).cql", replacedBy: script))
    }

    @Test func keepsEveryCommentOnItsLine() throws {
        let plan = try MigrationPlan(of: SampleSchemas.awkward, for: PlanRequest(keyspace: "shop"))
        let script = PlanScript(of: plan, keyspace: nil, readerCount: 1).text
        #expect(!script.split(separator: "\n").contains { $0.hasPrefix("; DROP") })
    }

    @Test func saysWhatIsThereAlready() throws {
        let plan = try MigrationPlan(of: SampleSchemas.trees, for: PlanRequest(keyspace: "shop"))
        var script = PlanScript(of: plan, readerCount: 1)
        script.remark = "no answer"
        let key = TargetTable.Column(name: "id", type: "int", kind: .partitionKey, position: 0)
        script.existingTables = ["animals": TargetTable(columns: [key]), "dogs": TargetTable(columns: [key])]
        let lines = script.text.split(separator: "\n")
        #expect(lines.contains { $0.hasSuffix("could not be asked for: no answer") })
        #expect(lines.contains("--   exists already: rows are written into it"))
        #expect(
            lines.contains(
                "--   exists already, with another shape: column \"breed\" is missing there, text expected"
            )
        )
    }
}
