package import WireKit

/// The rows of a result, kept as the bytes that arrived and walked on demand (native protocol v4, section 4.2.5.2).
package struct Rows: Hashable, Sendable {
    package var metadata: RowsMetadata
    package private(set) var rowCount: Int
    /// Every value as a `[bytes]`, row after row.
    package private(set) var content: ArraySlice<UInt8>

    /// Rows from their values; nil is null.
    ///
    /// - Throws: `WireError` when a row has not one value per column, or a value is too long.
    package init(metadata: RowsMetadata, rows: [[ArraySlice<UInt8>?]]) throws(WireError) {
        var writer = ByteWriter()
        for row in rows {
            guard row.count == metadata.columnCount else {
                throw WireError(
                    .invalidValue("a row has \(row.count) values for \(metadata.columnCount) columns"),
                    field: "rows content",
                    offset: writer.count
                )
            }
            for value in row { try writer.writeNullableBytes(value, "row value") }
        }
        self.init(metadata: metadata, rowCount: rows.count, content: writer.bytes[...])
    }

    /// Rows whose content is encoded already.
    package init(metadata: RowsMetadata, rowCount: Int, content: ArraySlice<UInt8>) {
        self.metadata = metadata
        self.rowCount = rowCount
        self.content = content
    }

    /// Walks the rows from the first one.
    package func makeCursor() -> RowCursor {
        RowCursor(rowCount: rowCount, columnCount: metadata.columnCount, content: content)
    }

    static func decode(from reader: inout ByteReader, version: ProtocolVersion) throws(WireError) -> Rows {
        let metadata = try RowsMetadata.decode(from: &reader, version: version)
        let start = reader
        let rowCount = Int(try reader.readInt("row count"))
        guard rowCount >= 0 else { throw start.error(.invalidLength(rowCount), "row count") }
        if metadata.columnCount == 0 {
            // Rows of no columns take no bytes, so nothing would bound their number.
            guard rowCount == 0 else { throw start.error(.invalidLength(rowCount), "row count") }
        } else {
            try reader.require(byteCount: rowCount * metadata.columnCount * 4, "rows content")
        }
        let content = try reader.readBytes(reader.remaining, "rows content")
        return Rows(metadata: metadata, rowCount: rowCount, content: content)
    }

    func encode(into writer: inout ByteWriter, version: ProtocolVersion) throws(WireError) {
        try metadata.encode(into: &writer, version: version)
        try writer.writeCount(rowCount, as: Int32.self, "row count")
        writer.writeBytes(content)
    }
}

/// Walks the content of `Rows`, one row at a time.
package struct RowCursor: Sendable {
    private let rowCount: Int
    private let columnCount: Int
    private var rowIndex = 0
    private var reader: ByteReader

    init(rowCount: Int, columnCount: Int, content: ArraySlice<UInt8>) {
        self.rowCount = rowCount
        self.columnCount = columnCount
        reader = ByteReader(content)
    }

    /// The values of the next row, nil behind the last one; a nil value is null.
    ///
    /// - Throws: `WireError` when a value is cut off, or bytes follow the last row.
    package mutating func next() throws(WireError) -> [ArraySlice<UInt8>?]? {
        var values: [ArraySlice<UInt8>?] = []
        return try next(into: &values) ? values : nil
    }

    /// Replaces `values` by those of the next row; false, and no values, behind the last one.
    ///
    /// - Throws: `WireError` when a value is cut off, or bytes follow the last row.
    package mutating func next(into values: inout [ArraySlice<UInt8>?]) throws(WireError) -> Bool {
        values.removeAll(keepingCapacity: true)
        guard rowIndex < rowCount else {
            try reader.expectEnd("rows content")
            return false
        }
        rowIndex += 1
        values.reserveCapacity(columnCount)
        for _ in 0..<columnCount { values.append(try reader.readNullableBytes("row value")) }
        return true
    }
}
