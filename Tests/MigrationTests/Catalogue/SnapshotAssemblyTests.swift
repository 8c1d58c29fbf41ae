import SchemaTranslation
import Testing

@testable import Migration

@Suite struct SnapshotAssemblyTests {
    private static let server = ServerRow(version: 150_004, encoding: "UTF8", database: "d", schemas: ["far", "shop"])

    private func relation(
        _ oid: UInt32,
        _ name: String,
        kind: String = "r",
        parents: [UInt32] = [],
        isPartition: Bool = false,
        schema: String = "shop",
        rows: Int = -1,
        isSecured: Bool = false
    ) -> RelationRow {
        RelationRow(
            oid: oid,
            schema: schema,
            name: name,
            kind: kind,
            isPartition: isPartition,
            rowEstimate: rows,
            isRowSecurityActive: isSecured,
            pageCount: 2,
            byteCount: 16_384,
            parents: parents
        )
    }

    private func column(_ relation: UInt32, _ name: String, key: Int = 0, generated: Bool = false) -> ColumnRow {
        ColumnRow(
            relation: relation,
            name: name,
            type: 23,
            typeName: "integer",
            modifier: -1,
            baseType: 23,
            isEnumeration: false,
            isArray: false,
            elementType: 0,
            isElementEnumeration: false,
            isNotNull: key > 0,
            isGenerated: generated,
            keyPosition: key
        )
    }

    private func snapshot(
        _ relations: [RelationRow],
        _ columns: [ColumnRow],
        omitted: [OmittedObjectRow] = []
    ) -> SchemaSnapshot {
        SnapshotAssembly(server: Self.server, schema: "shop", relations: relations)
            .snapshot(columns: columns, omittedObjects: omitted)
    }

    @Test func keyFollowsTheIndex() throws {
        let snapshot = snapshot(
            [relation(1, "t", rows: 7)],
            [column(1, "a", key: 2), column(1, "b"), column(1, "c", key: 1)]
        )
        let table = try #require(snapshot.tables.first)
        #expect(table.primaryKey == ["c", "a"])
        #expect(table.columns.map(\.name) == ["a", "b", "c"])
        #expect(table.columns.map(\.isNotNull) == [true, false, true])
        #expect(table.estimatedRowCount == 7)
    }

    @Test func aPartitionedTableIsOneTable() throws {
        let snapshot = snapshot(
            [
                relation(1, "m", kind: "p", rows: -1), relation(2, "m_a", kind: "p", parents: [1], isPartition: true),
                relation(3, "m_a1", parents: [2], isPartition: true, rows: 5),
                relation(4, "m_b", parents: [1], isPartition: true, schema: "far", rows: 6),
                relation(5, "m_c", kind: "f", parents: [1], isPartition: true, rows: -1),
            ],
            [column(1, "id", key: 1), column(2, "id", key: 1)]
        )
        #expect(snapshot.tables.map(\.name.name) == ["m"])
        let table = try #require(snapshot.tables.first)
        #expect(table.kind == .partitioned)
        #expect(table.leaves.map(\.name.description) == ["shop.m_a1", "far.m_b", "shop.m_c"])
        #expect(table.leaves.map(\.isForeign) == [false, false, true])
        #expect(table.estimatedRowCount == 11)
        #expect(table.children.isEmpty)
        #expect(snapshot.coveredRelations == ["m_a": "m", "m_a1": "m", "m_c": "m"])
    }

    @Test func aPartitionOfAnotherSchemasTableStandsForItself() {
        let snapshot = snapshot(
            [relation(2, "leaf", parents: [1], isPartition: true)],
            [column(2, "id", key: 1)]
        )
        #expect(snapshot.tables.map(\.leaves.count) == [1])
        #expect(snapshot.coveredRelations.isEmpty)
    }

    @Test func anInheritanceParentIsReadWithItsChildren() throws {
        let snapshot = snapshot(
            [
                relation(1, "animals"), relation(2, "cats", parents: [1]), relation(3, "dogs", parents: [1]),
                relation(4, "kittens", parents: [2]), relation(5, "chimeras", parents: [2, 3]),
            ],
            [
                column(1, "id", key: 1), column(2, "id"), column(2, "lives"), column(3, "id", key: 1),
                column(3, "breed"), column(4, "id"), column(4, "lives"),
            ]
        )
        #expect(snapshot.tables.map(\.name.name) == ["animals", "dogs"])
        let animals = try #require(snapshot.tables.first)
        #expect(animals.leaves.map(\.name.name) == ["animals", "cats", "chimeras", "kittens", "dogs"])
        #expect(animals.children.first { $0.name.name == "kittens" }?.additionalColumns == ["lives"])
        #expect(snapshot.tables.last?.leaves.map(\.name.name) == ["dogs", "chimeras"])
        #expect(snapshot.coveredRelations == ["cats": "animals", "kittens": "animals", "chimeras": "animals"])
    }

    @Test func aChildOfATableWithoutKeyStandsForItself() {
        let snapshot = snapshot(
            [relation(1, "base"), relation(2, "child", parents: [1]), relation(3, "keyless", parents: [1])],
            [column(1, "id"), column(2, "id", key: 1), column(3, "id")]
        )
        #expect(snapshot.tables.map(\.name.name) == ["base", "child", "keyless"])
        #expect(snapshot.tables.map(\.primaryKey) == [[], ["id"], []])
    }

    @Test func policiesAnywhereInTheTreeCount() {
        let snapshot = snapshot(
            [relation(1, "m", kind: "p"), relation(2, "m1", parents: [1], isPartition: true, isSecured: true)],
            [column(1, "id", key: 1)]
        )
        #expect(snapshot.tables.map(\.isRowSecurityActive) == [true])
    }

    @Test func typesAreSeenThroughDomainsAndArrays() throws {
        var enumeration = column(1, "mood")
        (enumeration.baseType, enumeration.isEnumeration) = (60_000, true)
        var array = column(1, "prices")
        (array.baseType, array.isArray, array.elementType) = (1231, true, 1700)
        array.typeName = "cents[]"
        let table = try #require(snapshot([relation(1, "t")], [enumeration, array]).tables.first)
        #expect(
            table.columns.map(\.type.base) == [
                .scalar(SourceType.Scalar(BuiltinType(rawValue: 60_000), isEnumeration: true)),
                .array(of: SourceType.Scalar(.numeric)),
            ]
        )
        #expect(table.columns.map(\.type.name) == ["integer", "cents[]"])
    }

    @Test func omittedObjectsFindTheirTable() {
        let snapshot = snapshot(
            [relation(1, "t")],
            [column(1, "id", key: 1)],
            omitted: [
                OmittedObjectRow(relation: 0, kind: "view", name: "v"),
                OmittedObjectRow(relation: 1, kind: "foreign key", name: "fk"),
                OmittedObjectRow(relation: 1, kind: "something new", name: "x"),
            ]
        )
        #expect(snapshot.omittedObjects == [OmittedObject(.view, "v")])
        #expect(snapshot.tables.map(\.omittedObjects) == [[OmittedObject(.foreignKey, "fk")]])
    }

    @Test func describesEverythingButCoveredPartitions() {
        let assembly = SnapshotAssembly(
            server: Self.server,
            schema: "shop",
            relations: [
                relation(9, "m", kind: "p"), relation(8, "m1", parents: [9], isPartition: true), relation(7, "a"),
                relation(6, "b", parents: [7], schema: "far"),
            ]
        )
        #expect(assembly.describedRelations == [6, 7, 9])
    }

    @Test func aCycleEnds() {
        let snapshot = snapshot(
            [relation(1, "a", parents: [2]), relation(2, "b", parents: [1])],
            [column(1, "id", key: 1), column(2, "id", key: 1)]
        )
        #expect(snapshot.tables.map(\.leaves.count) == [2, 2])
    }
}
