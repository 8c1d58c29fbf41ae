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
}

/// One row of a result, whose values are read as Swift types on request.
package struct PostgresRow: Sendable {
    private let columns: [RowDescription.Column]
    private let values: [ArraySlice<UInt8>?]

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
