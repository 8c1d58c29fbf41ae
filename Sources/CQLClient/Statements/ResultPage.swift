package import CQLWire
package import WireKit

/// Rows that came in one answer, still as the bytes that arrived.
package struct ResultPage: Sendable {
    package let columns: [ColumnSpec]
    package let rows: Rows

    /// Where the next page starts; nil on the last one.
    package var pagingState: PagingState? { rows.metadata.pagingState }

    /// Pairs the rows with the columns they announce, or else with those of the statement.
    ///
    /// - Throws: `WireError` when neither describes as many columns as there are.
    init(_ rows: Rows, preparedColumns: [ColumnSpec] = []) throws(WireError) {
        columns = rows.metadata.columns ?? preparedColumns
        self.rows = rows
        guard columns.count == rows.metadata.columnCount else {
            let rule = "\(rows.metadata.columnCount) columns, of which \(columns.count) are described"
            throw WireError(.invalidValue(rule), field: "rows metadata", offset: 0)
        }
    }

    /// Every row of the page.
    ///
    /// - Throws: `WireError` when the content is malformed.
    package func allRows() throws(WireError) -> [ResultRow] {
        var cursor = rows.makeCursor()
        var all: [ResultRow] = []
        while let values = try cursor.next() { all.append(ResultRow(columns: columns, values: values)) }
        return all
    }
}

/// One row, whose values are decoded when they are asked for.
package struct ResultRow: Sendable {
    package let columns: [ColumnSpec]
    /// nil is null.
    package let values: [ArraySlice<UInt8>?]

    /// The value of a column, nil for null.
    ///
    /// - Throws: `WireError` when there is no such column, or the bytes are not of its type.
    package func value(_ name: String) throws(WireError) -> CQLValue? {
        guard let index = columns.firstIndex(where: { $0.name == name }) else {
            throw WireError(.invalidValue("the result has no such column"), field: name, offset: 0)
        }
        guard let bytes = values[index] else { return nil }
        return try CQLValue.decode(bytes, as: columns[index].type)
    }

    /// The text of a column, nil for null.
    ///
    /// - Throws: `WireError` when there is no such column, or it holds something else.
    package func text(_ name: String) throws(WireError) -> String? {
        switch try value(name) {
        case nil: return nil
        case .text(let text), .ascii(let text): return text
        case .some(let other): throw mismatch(name, other)
        }
    }

    /// The number of a column of type int, nil for null.
    ///
    /// - Throws: `WireError` when there is no such column, or it holds something else.
    package func int(_ name: String) throws(WireError) -> Int32? {
        switch try value(name) {
        case nil: return nil
        case .int(let number): return number
        case .some(let other): throw mismatch(name, other)
        }
    }

    /// The texts of a column of type list or set of text; none for null.
    ///
    /// - Throws: `WireError` when there is no such column, or it holds something else.
    package func texts(_ name: String) throws(WireError) -> [String] {
        switch try value(name) {
        case nil: return []
        case .list(let elements), .set(let elements):
            return elements.compactMap { if case .text(let text) = $0 { text } else { nil } }
        case .some(let other): throw mismatch(name, other)
        }
    }

    private func mismatch(_ name: String, _ value: CQLValue) -> WireError {
        WireError(.invalidValue("it holds \(value.literal)"), field: name, offset: 0)
    }
}
