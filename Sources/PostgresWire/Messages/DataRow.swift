package import WireKit

/// One row of a result, left as it was received.
///
/// PostgreSQL documentation, DataRow. Decoding checks every length once, without keeping anything per column; columns
/// are cut out when they are walked.
package struct DataRow: Hashable, Sendable, MessageBody {
    /// The number of columns.
    package let columnCount: Int
    /// Per column an `Int32` length and that many bytes.
    private let encodedColumns: ArraySlice<UInt8>

    /// A row of these values; `nil` is NULL.
    package init(_ values: [ArraySlice<UInt8>?]) {
        var writer = ByteWriter()
        for value in values { writer.writeNullableValue(value) }
        columnCount = values.count
        encodedColumns = writer.bytes[...]
    }

    private init(columnCount: Int, encodedColumns: ArraySlice<UInt8>) {
        self.columnCount = columnCount
        self.encodedColumns = encodedColumns
    }

    /// The values in order.
    package var columns: Columns { Columns(remaining: columnCount, reader: ByteReader(encodedColumns)) }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let count = try reader.readCount("column count", itemByteCount: 4)
        let start = reader.rest
        for _ in 0..<count { _ = try reader.readNullableValue("column value") }
        return Self(columnCount: count, encodedColumns: start.prefix(start.count - reader.remaining))
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(Int16(columnCount))
        writer.writeBytes(encodedColumns)
    }
}

extension DataRow {
    /// A row's values, cut out one after the other; `nil` is NULL.
    package struct Columns: Sequence, IteratorProtocol {
        fileprivate var remaining: Int
        fileprivate var reader: ByteReader

        package mutating func next() -> ArraySlice<UInt8>?? {
            guard remaining > 0 else { return .none }
            remaining -= 1
            // The lengths were checked when the row was decoded, so reading cannot fail here.
            guard let value = try? reader.readNullableValue("column value") else { return .some(nil) }
            return .some(value)
        }
    }
}
