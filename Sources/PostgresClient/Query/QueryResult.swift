package import PostgresWire

/// What one statement returned.
package struct QueryResult: Sendable {
    /// Empty for a statement that returns no rows.
    package let columns: [RowDescription.Column]
    package internal(set) var rows: [PostgresRow]
    /// The command tag; none for an empty statement.
    package internal(set) var completion: CommandComplete?

    init(columns: [RowDescription.Column]) {
        self.columns = columns
        rows = []
    }

    mutating func append(_ row: DataRow) {
        rows.append(PostgresRow(columns: columns, row: row))
    }

    /// The same rows, which know what their columns' types are.
    func described(by catalogue: TypeCatalogue) -> QueryResult {
        var described = self
        described.rows = rows.map { $0.described(by: catalogue) }
        return described
    }
}

/// One row of a result, whose values are read as Swift types on request.
package struct PostgresRow: Sendable {
    private let columns: [RowDescription.Column]
    private let values: [ArraySlice<UInt8>?]
    /// Types beyond the built-in ones, if they were looked up.
    private var catalogue = TypeCatalogue()

    init(columns: [RowDescription.Column], row: DataRow) {
        self.columns = columns
        values = Array(row.columns)
    }

    /// Reads the value of a column, counted from 0.
    ///
    /// - Throws: `PostgresDecodingError` when there is no such column or its value is not of that type.
    package func decode<T: PostgresDecodable>(
        _ type: T.Type = T.self,
        _ index: Int
    ) throws(PostgresDecodingError) -> T {
        guard columns.indices.contains(index), values.indices.contains(index) else {
            throw PostgresDecodingError(column: "column \(index)", underlying: nil)
        }
        let column = columns[index]
        do {
            return try T.decode(values[index], type: column.type, format: column.format)
        } catch {
            throw PostgresDecodingError(column: column.name, underlying: error)
        }
    }

    func described(by catalogue: TypeCatalogue) -> PostgresRow {
        var described = self
        described.catalogue = catalogue
        return described
    }

    /// A column's value, counted from 0, as it was sent; `nil` is NULL.
    ///
    /// - Throws: `PostgresDecodingError` when there is no such column.
    package func bytes(at index: Int) throws(PostgresDecodingError) -> ArraySlice<UInt8>? {
        guard values.indices.contains(index) else {
            throw PostgresDecodingError(column: "column \(index)", underlying: nil)
        }
        return values[index]
    }

    /// Reads the value of a column, counted from 0, as what its type says; `nil` is NULL.
    ///
    /// - Throws: `PostgresDecodingError` when there is no such column, its value is malformed, or its type is not built in
    ///   and was not looked up (see `PostgresConnection.queryValues`).
    package func value(at index: Int) throws(PostgresDecodingError) -> PostgresValue? {
        guard columns.indices.contains(index), let type = catalogue[columns[index].type] else {
            return try decode(PostgresValue?.self, index)
        }
        do {
            guard let bytes = values[index] else { return nil }
            return try PostgresValue.decode(bytes, as: type, format: columns[index].format)
        } catch {
            throw PostgresDecodingError(column: columns[index].name, underlying: error)
        }
    }

    /// Reads the value of the first column with this name.
    ///
    /// - Throws: `PostgresDecodingError` when there is no such column or its value is not of that type.
    package func decode<T: PostgresDecodable>(
        _ type: T.Type = T.self,
        _ name: String
    ) throws(PostgresDecodingError) -> T {
        guard let index = columns.firstIndex(where: { $0.name == name }) else {
            throw PostgresDecodingError(column: name, underlying: nil)
        }
        return try decode(type, index)
    }
}
