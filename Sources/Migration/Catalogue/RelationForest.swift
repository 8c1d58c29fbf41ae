import SchemaTranslation

/// Who is whose partition or child, among the tables of a schema and everything below them.
struct RelationForest {
    let relations: [UInt32: RelationRow]
    /// Direct descendants in the order of their names.
    private let children: [UInt32: [UInt32]]

    init(_ rows: [RelationRow]) {
        relations = Dictionary(rows.map { ($0.oid, $0) }, uniquingKeysWith: { $1 })
        var children: [UInt32: [UInt32]] = [:]
        for row in rows.sorted(by: { ($0.name, $0.schema) < ($1.name, $1.schema) }) {
            for parent in row.parents { children[parent, default: []].append(row.oid) }
        }
        self.children = children
    }

    /// A partition that is read through a parent that this forest knows.
    func isCoveredPartition(_ row: RelationRow) -> Bool {
        row.isPartition && row.parents.contains { relations[$0] != nil }
    }

    /// The relation and everything below it, each once, parents first.
    func tree(of oid: UInt32) -> [RelationRow] {
        var visited: Set<UInt32> = []
        var members: [RelationRow] = []
        var pending = [oid]
        while let next = pending.popLast() {
            guard visited.insert(next).inserted, let row = relations[next] else { continue }
            members.append(row)
            pending += (children[next] ?? []).reversed()
        }
        return members
    }

    /// Everything above the relation, nearest first.
    func ancestors(of row: RelationRow) -> [RelationRow] {
        var visited: Set<UInt32> = []
        var found: [RelationRow] = []
        var pending = row.parents
        while !pending.isEmpty {
            let oid = pending.removeFirst()
            guard visited.insert(oid).inserted, let parent = relations[oid] else { continue }
            found.append(parent)
            pending += parent.parents
        }
        return found
    }
}

extension RelationRow {
    var qualifiedName: QualifiedName { QualifiedName(schema, name) }

    /// Whether rows live in the relation itself.
    var holdsRows: Bool { kind != "p" }

    /// What a COPY reads.
    var relation: Relation {
        Relation(
            oid: oid,
            name: qualifiedName,
            pageCount: pageCount,
            byteCount: byteCount,
            isForeign: kind == "f"
        )
    }
}
