import CQLWire

/// What is gathered while a statement is compiled: its constants, and what each bind marker stands for.
struct CompilationContext {
    private let markerNames: [String?]
    private(set) var constants: [UInt8] = []
    private var markers: [ColumnSpec?]

    init(markerNames: [String?]) {
        self.markerNames = markerNames
        markers = [ColumnSpec?](repeating: nil, count: markerNames.count)
    }

    /// The markers in order.
    ///
    /// - Throws: `StatementError` (invalid) when one stands where its type is not known.
    func markerSpecs() throws(StatementError) -> [ColumnSpec] {
        var specs: [ColumnSpec] = []
        for marker in markers {
            guard let marker else { throw .unsupported("bind markers in this place are") }
            specs.append(marker)
        }
        return specs
    }

    /// The source of a term that is a value of `type`; a marker is called `name` unless it has a name of its own.
    ///
    /// - Throws: `StatementError` (invalid) when a constant is no value of the type.
    mutating func source(
        _ term: Term,
        _ type: ColumnType,
        name: String,
        in table: TableSchema
    ) throws(StatementError) -> ValueSource {
        if case .marker(let index) = term {
            markers[index] = ColumnSpec(
                table: TableSpec(keyspace: table.keyspace, table: table.name),
                name: markerNames[index] ?? name,
                type: type
            )
            return .marker(index)
        }
        guard let bytes = try LiteralEncoder.encode(term, as: type, for: name) else { return .null }
        constants += bytes
        return .constant(constants.count - bytes.count..<constants.count)
    }

    mutating func source(_ term: Term, of column: Column, in table: TableSchema) throws(StatementError) -> ValueSource {
        try source(term, column.type, name: column.name, in: table)
    }
}
