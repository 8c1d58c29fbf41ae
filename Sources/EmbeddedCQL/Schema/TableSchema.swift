import CQLWire

/// A column of a table.
struct Column: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case partitionKey(position: Int)
        case clustering(position: Int, isDescending: Bool)
        /// One value per partition; `cell` is its place in the partition's static row.
        case `static`(cell: Int)
        /// `cell` is the column's place in a stored row; it is never used again when the column is dropped.
        case regular(cell: Int)
    }

    var name: String
    var type: ColumnType {
        didSet { check = ValueCheck(type) }
    }
    let kind: Kind
    /// Tells values of the type from other bytes.
    private(set) var check: ValueCheck

    init(name: String, type: ColumnType, kind: Kind) {
        self.name = name
        self.type = type
        self.kind = kind
        check = ValueCheck(type)
    }

    /// The column's place among the cells of its row, static or not; nil for a key column.
    var cell: Int? {
        switch kind {
        case .regular(let cell), .static(let cell): cell
        case .partitionKey, .clustering: nil
        }
    }

    var isPartitionKey: Bool {
        if case .partitionKey = kind { return true }
        return false
    }

    var isClustering: Bool {
        if case .clustering = kind { return true }
        return false
    }

    var isStatic: Bool {
        if case .static = kind { return true }
        return false
    }

    var isKey: Bool { cell == nil }

    /// Whether its elements are cells of their own: a collection or user-defined type that is not frozen.
    var isComplex: Bool { !isKey && type.isComplex }
}

extension ColumnType {
    /// A collection or user-defined type that is not frozen.
    var isComplex: Bool {
        switch self {
        case .list, .set, .map, .userDefined: true
        default: false
        }
    }
}

/// A table: its columns in the order of `SELECT *`: partition key, clustering, static, then the rest, the latter two
/// by name.
struct TableSchema: Equatable, Sendable {
    let keyspace: String
    let name: String
    let id: CQLUUID
    private(set) var columns: [Column]
    let partitionKeyCount: Int
    let clusteringCount: Int
    /// One more than the largest cell number ever given out.
    private(set) var cellCount: Int
    /// The same for the static row.
    private(set) var staticCellCount: Int
    var options = TableOptions()
    /// Columns that are no more, by name: what comes in their place must be able to read what they left.
    private(set) var dropped: [String: Column] = [:]

    init(keyspace: String, name: String, id: CQLUUID, partitionKey: [Column], clustering: [Column], others: [Column]) {
        self.keyspace = keyspace
        self.name = name
        self.id = id
        columns = partitionKey + clustering + others.sorted(by: Self.precedes)
        partitionKeyCount = partitionKey.count
        clusteringCount = clustering.count
        staticCellCount = others.count(where: \.isStatic)
        cellCount = others.count - staticCellCount
    }

    var partitionKey: ArraySlice<Column> { columns[..<partitionKeyCount] }
    var clustering: ArraySlice<Column> { columns[partitionKeyCount..<partitionKeyCount + clusteringCount] }
    /// What is no key column.
    var others: ArraySlice<Column> { columns[(partitionKeyCount + clusteringCount)...] }
    var hasStatics: Bool { others.first?.isStatic ?? false }

    private static func precedes(_ left: Column, _ right: Column) -> Bool {
        if left.isStatic != right.isStatic { return left.isStatic }
        return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }

    func column(_ name: String) -> Column? { columns.first { $0.name == name } }

    /// The column of that name.
    ///
    /// - Throws: `StatementError` (invalid) when there is none.
    func requireColumn(_ name: String) throws(StatementError) -> Column {
        guard let column = column(name) else {
            throw .invalid("Undefined column name \(name) in table \(keyspace).\(self.name)")
        }
        return column
    }

    mutating func addColumn(_ name: String, _ type: ColumnType, isStatic: Bool) {
        let kind: Column.Kind = isStatic ? .static(cell: staticCellCount) : .regular(cell: cellCount)
        let column = Column(name: name, type: type, kind: kind)
        if isStatic { staticCellCount += 1 } else { cellCount += 1 }
        let place = others.firstIndex { Self.precedes(column, $0) } ?? columns.endIndex
        columns.insert(column, at: place)
    }

    mutating func removeColumn(_ name: String) {
        dropped[name] = column(name)
        columns.removeAll { $0.name == name }
    }

    mutating func renameColumn(_ name: String, to newName: String) {
        for index in columns.indices where columns[index].name == name { columns[index].name = newName }
    }

    /// Takes over the new definition of a user-defined type.
    mutating func replaceType(_ definition: UserDefinedType) {
        for index in columns.indices where columns[index].type.references(definition) {
            columns[index].type = columns[index].type.replacing(definition)
        }
    }
}

// MARK: - User-defined types within others

extension ColumnType {
    /// Whether the user-defined type of that name is part of this type.
    func references(_ definition: UserDefinedType) -> Bool {
        switch self {
        case .frozen(let inner), .list(let inner), .set(let inner): inner.references(definition)
        case .map(let key, let value): key.references(definition) || value.references(definition)
        case .tuple(let elements): elements.contains { $0.references(definition) }
        case .userDefined(let type):
            (type.name == definition.name && type.keyspace == definition.keyspace)
                || type.fields.contains { $0.type.references(definition) }
        default: false
        }
    }

    /// This type with `definition` in place of the user-defined type of its name.
    func replacing(_ definition: UserDefinedType) -> ColumnType {
        switch self {
        case .frozen(let inner): .frozen(inner.replacing(definition))
        case .list(let inner): .list(inner.replacing(definition))
        case .set(let inner): .set(inner.replacing(definition))
        case .map(let key, let value): .map(key.replacing(definition), value.replacing(definition))
        case .tuple(let elements): .tuple(elements.map { $0.replacing(definition) })
        case .userDefined(let type) where type.name == definition.name && type.keyspace == definition.keyspace:
            .userDefined(definition)
        case .userDefined(var type): .userDefined(type.replaceFields(definition))
        default: self
        }
    }
}

extension UserDefinedType {
    /// The type with `definition` in place of the type of its name in the fields.
    mutating func replaceFields(_ definition: UserDefinedType) -> UserDefinedType {
        for index in fields.indices { fields[index].type = fields[index].type.replacing(definition) }
        return self
    }
}
