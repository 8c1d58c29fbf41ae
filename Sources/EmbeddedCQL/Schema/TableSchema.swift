import CQLWire

/// A column of a table.
struct Column: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case partitionKey(position: Int)
        case clustering(position: Int, isDescending: Bool)
        /// `cell` is the column's place in a stored row; it is never used again when the column is dropped.
        case regular(cell: Int)
    }

    var name: String
    let type: ColumnType
    let kind: Kind
    /// Tells values of the type from other bytes.
    let check: ValueCheck

    init(name: String, type: ColumnType, kind: Kind) {
        self.name = name
        self.type = type
        self.kind = kind
        check = ValueCheck(type)
    }

    /// The column's place among the cells of a row; nil for a key column.
    var cell: Int? {
        if case .regular(let cell) = kind { return cell }
        return nil
    }

    var isPartitionKey: Bool {
        if case .partitionKey = kind { return true }
        return false
    }

    var isKey: Bool { cell == nil }
}

/// A table: its columns in the order of `SELECT *`, which is partition key, clustering, then the rest by name.
struct TableSchema: Equatable, Sendable {
    let keyspace: String
    let name: String
    let id: CQLUUID
    private(set) var columns: [Column]
    let partitionKeyCount: Int
    let clusteringCount: Int
    /// One more than the largest cell number ever given out.
    private(set) var cellCount: Int
    var comment = ""

    init(
        keyspace: String,
        name: String,
        id: CQLUUID,
        partitionKey: [Column],
        clustering: [Column],
        regular: [Column]
    ) {
        self.keyspace = keyspace
        self.name = name
        self.id = id
        columns = partitionKey + clustering + regular.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        partitionKeyCount = partitionKey.count
        clusteringCount = clustering.count
        cellCount = (regular.compactMap(\.cell).max() ?? -1) + 1
    }

    var partitionKey: ArraySlice<Column> { columns[..<partitionKeyCount] }
    var clustering: ArraySlice<Column> { columns[partitionKeyCount..<partitionKeyCount + clusteringCount] }
    var regular: ArraySlice<Column> { columns[(partitionKeyCount + clusteringCount)...] }

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

    mutating func addRegularColumn(_ name: String, _ type: ColumnType) {
        let column = Column(name: name, type: type, kind: .regular(cell: cellCount))
        cellCount += 1
        let place =
            columns[(partitionKeyCount + clusteringCount)...]
            .firstIndex { name.utf8.lexicographicallyPrecedes($0.name.utf8) } ?? columns.endIndex
        columns.insert(column, at: place)
    }

    mutating func removeColumn(_ name: String) {
        columns.removeAll { $0.name == name }
    }

    mutating func renameColumn(_ name: String, to newName: String) {
        for index in columns.indices where columns[index].name == name { columns[index].name = newName }
    }
}
