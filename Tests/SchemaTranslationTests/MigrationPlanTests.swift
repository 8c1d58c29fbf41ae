import SchemaTranslation
import Testing

@Suite struct MigrationPlanTests {
    private func plan(
        _ snapshot: SchemaSnapshot,
        _ choice: PartitionKeyChoice = .all
    ) throws(PlanError) -> MigrationPlan {
        try MigrationPlan(of: snapshot, for: PlanRequest(keyspace: "migration", partitionKey: choice))
    }

    @Test func keysFollowTheIndexAndNotTheTable() throws {
        let all = try #require(plan(SampleSchemas.plain).tables.first)
        #expect(all.partitionKey == [2, 1, 3])
        #expect(all.clusteringKey == [])
        #expect(all.columns.map(\.role) == [.regular, .partitionKey, .partitionKey, .partitionKey, .regular])

        let first = try #require(plan(SampleSchemas.plain, .first).tables.first)
        #expect(first.partitionKey == [2])
        #expect(first.clusteringKey == [1, 3])
        #expect(first.key == all.key)
        #expect(first.columns.map(\.isKey) == [false, true, true, true, false])
    }

    @Test func skipsWhatCannotBeCopiedAndSaysWhy() throws {
        let plan = try plan(SampleSchemas.awkward)
        #expect(plan.skippedTables.map(\.reason) == [.noPrimaryKey, .foreign, .rowSecurity])
        #expect(plan.skippedTables.map(\.isFailure) == [false, false, true])
        #expect(plan.tables.count == 3)
    }

    @Test func refusesTwoTablesOfOneName() {
        let id = [("id", Types.integer)]
        let snapshot = SampleSchemas.schema([
            SampleSchemas.table("a b", id, key: ["id"]), SampleSchemas.table("a-b", id, key: ["id"]),
        ])
        #expect(
            throws: PlanError.nameClash(
                target: "a_b",
                first: QualifiedName("shop", "a b"),
                second: QualifiedName("shop", "a-b")
            )
        ) { try plan(snapshot) }
    }

    @Test func namesThatDifferInCaseStayApart() throws {
        let id = [("id", Types.integer)]
        let snapshot = SampleSchemas.schema([
            SampleSchemas.table("T", id, key: ["id"]), SampleSchemas.table("t", id, key: ["id"]),
        ])
        #expect(try plan(snapshot).tables.map(\.target.name) == ["T", "t"])
    }

    @Test func notesWhatMillisecondsCannotHold() throws {
        let table = try #require(
            plan(
                SampleSchemas.schema([
                    SampleSchemas.table(
                        "t",
                        [
                            ("k", Types.timestamp), ("v", Types.timestamptz), ("vs", Types.array(Types.timestamp)),
                            ("d", Types.date),
                        ],
                        key: ["k"]
                    )
                ])
            ).tables.first
        )
        #expect(table.notes == [.microsecondsRejected(columns: ["k"]), .microsecondsFloored(columns: ["v", "vs"])])
    }

    @Test func groupsOmissionsByKind() throws {
        let table = try #require(plan(SampleSchemas.plain).tables.first)
        #expect(table.notes.contains(.omitted(.index, names: ["orders_price_idx", "orders_note_idx"])))
        #expect(try plan(SampleSchemas.plain).notes == [.omitted(.view, names: ["big_orders"])])
    }

    @Test func listsOfNamesAreCutShort() {
        let note = LossNote.omitted(.view, names: (1...10).map { "v\($0)" })
        #expect(note.description == "views are not copied: v1, v2, v3, v4, v5, v6, v7, v8 and 2 more")
    }
}
