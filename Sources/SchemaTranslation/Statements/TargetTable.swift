/// A table that the target already has, as `system_schema.columns` describes it.
package struct TargetTable: Hashable, Sendable {
    /// A column's part in the table.
    package enum Kind: String, Hashable, Sendable {
        case partitionKey = "partition_key"
        case clustering
        case regular
        case `static`
    }

    package struct Column: Hashable, Sendable {
        package var name: String
        /// As the server spells it, such as `frozen<list<int>>`.
        package var type: String
        package var kind: Kind
        /// Within the partition key or the clustering key; −1 elsewhere.
        package var position: Int

        package init(name: String, type: String, kind: Kind, position: Int = -1) {
            self.name = name
            self.type = type
            self.kind = kind
            self.position = position
        }
    }

    package var columns: [Column]

    package init(columns: [Column]) { self.columns = columns }
}

extension TablePlan {
    /// Says in words how an existing table differs from the planned one; empty when it can be written to.
    package func differences(from actual: TargetTable) -> [String] {
        var rest = Dictionary(actual.columns.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        var differences: [String] = []
        for expected in expectedColumns {
            let name = "column \(quotedIdentifier(expected.name))"
            guard let found = rest.removeValue(forKey: expected.name) else {
                differences.append("\(name) is missing there, \(expected.type) expected")
                continue
            }
            if found.type != expected.type {
                differences.append("\(name) is \(found.type) there, \(expected.type) expected")
            }
            if found.kind != expected.kind || expected.kind.isKey && found.position != expected.position {
                differences.append("\(name) is \(found.part) there, \(expected.part) expected")
            }
        }
        let unexpected = actual.columns.filter { rest[$0.name] != nil }
        return differences + unexpected.map { "column \(quotedIdentifier($0.name)) exists only there" }
    }

    private var expectedColumns: [TargetTable.Column] {
        columns.enumerated().map { index, column in
            let kind: TargetTable.Kind
            let position: Int
            switch column.role {
            case .partitionKey: (kind, position) = (.partitionKey, partitionKey.firstIndex(of: index) ?? -1)
            case .clusteringKey: (kind, position) = (.clustering, clusteringKey.firstIndex(of: index) ?? -1)
            case .regular: (kind, position) = (.regular, -1)
            }
            return TargetTable.Column(name: column.name, type: column.targetType.cql, kind: kind, position: position)
        }
    }
}

extension TargetTable.Kind {
    fileprivate var isKey: Bool { self == .partitionKey || self == .clustering }
}

extension TargetTable.Column {
    fileprivate var part: String {
        switch kind {
        case .partitionKey: "partition key column \(position + 1)"
        case .clustering: "clustering column \(position + 1)"
        case .regular: "a regular column"
        case .static: "a static column"
        }
    }
}
