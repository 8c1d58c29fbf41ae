import SchemaTranslation

/// Makes a snapshot of a schema from the rows of the catalogue queries.
///
/// It decides what a table is: partitions are part of their table; so are inheritance children, and those that have a
/// primary key of their own are a table of their own as well. A partition whose table is in another schema, and a
/// child whose parents cannot be migrated, stand for themselves: rows must not fall through between schemas.
struct SnapshotAssembly {
    let server: ServerRow
    let schema: String
    let forest: RelationForest

    init(server: ServerRow, schema: String, relations: [RelationRow]) {
        self.server = server
        self.schema = schema
        forest = RelationForest(relations)
    }

    /// The relations whose columns and omitted objects must be asked for, in ascending order.
    var describedRelations: [UInt32] {
        forest.relations.values.filter { !forest.isCoveredPartition($0) }.map(\.oid).sorted()
    }

    /// The snapshot.
    func snapshot(columns: [ColumnRow], omittedObjects: [OmittedObjectRow]) -> SchemaSnapshot {
        let columnsByRelation = Dictionary(grouping: columns, by: \.relation)
        let omittedByRelation = Dictionary(grouping: omittedObjects, by: \.relation)
        let own = forest.relations.values.filter { $0.schema == schema }.sorted { $0.name < $1.name }
        let keyed = Set(columns.lazy.filter { $0.keyPosition > 0 }.map(\.relation))
        let tables = own.filter { coveringTable(of: $0, keyed: keyed) == nil }
        var covered: [String: String] = [:]
        for row in own { covered[row.name] = coveringTable(of: row, keyed: keyed)?.name }
        return SchemaSnapshot(
            schema: schema,
            database: server.database,
            serverVersion: server.version,
            serverEncoding: server.encoding,
            tables: tables.map { table($0, columnsByRelation, omittedByRelation[$0.oid] ?? []) },
            coveredRelations: covered,
            omittedObjects: (omittedByRelation[0] ?? []).compactMap(\.object)
        )
    }

    /// The table that a relation is copied as part of; nil for one that is a table of its own.
    private func coveringTable(of row: RelationRow, keyed: Set<UInt32>) -> RelationRow? {
        if forest.isCoveredPartition(row) { return forest.ancestors(of: row).last }
        if keyed.contains(row.oid) { return nil }
        return forest.ancestors(of: row).last { $0.schema == schema && keyed.contains($0.oid) }
    }

    private func table(
        _ row: RelationRow,
        _ columns: [UInt32: [ColumnRow]],
        _ omitted: [OmittedObjectRow]
    ) -> SourceTable {
        let tree = forest.tree(of: row.oid)
        let own = columns[row.oid] ?? []
        let names = Set(own.map(\.name))
        let counted = tree.filter { $0.holdsRows && $0.rowEstimate >= 0 }
        return SourceTable(
            oid: row.oid,
            name: row.qualifiedName,
            kind: row.tableKind,
            estimatedRowCount: counted.isEmpty ? nil : counted.reduce(0) { $0 + $1.rowEstimate },
            leaves: tree.filter(\.holdsRows).map(\.relation),
            columns: own.map(\.column),
            primaryKey: own.filter { $0.keyPosition > 0 }.sorted { $0.keyPosition < $1.keyPosition }.map(\.name),
            isRowSecurityActive: tree.contains(where: \.isRowSecurityActive),
            children: tree.dropFirst().filter { !$0.isPartition }.map { child in
                SourceTable.Child(
                    name: child.qualifiedName,
                    additionalColumns: (columns[child.oid] ?? []).map(\.name).filter { !names.contains($0) }
                )
            },
            omittedObjects: omitted.compactMap(\.object)
        )
    }
}

extension RelationRow {
    fileprivate var tableKind: SourceTable.Kind {
        switch kind {
        case "p": .partitioned
        case "f": .foreign
        default: .ordinary
        }
    }
}

extension ColumnRow {
    fileprivate var column: SourceColumn {
        SourceColumn(
            name: name,
            type: SourceType(oid: type, name: typeName, modifier: modifier, base: base),
            isNotNull: isNotNull,
            isGenerated: isGenerated
        )
    }

    private var base: SourceType.Base {
        isArray
            ? .array(of: SourceType.Scalar(BuiltinType(rawValue: elementType), isEnumeration: isElementEnumeration))
            : .scalar(SourceType.Scalar(BuiltinType(rawValue: baseType), isEnumeration: isEnumeration))
    }
}

extension OmittedObjectRow {
    /// Nil for a kind that only a newer query would return.
    fileprivate var object: OmittedObject? {
        OmittedObject.Kind(rawValue: kind).map { OmittedObject($0, name) }
    }
}
