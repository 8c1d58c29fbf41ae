import WireKit

/// The table that columns belong to.
package struct TableSpec: Hashable, Sendable {
    package var keyspace: String
    package var table: String

    package init(keyspace: String, table: String) {
        self.keyspace = keyspace
        self.table = table
    }

    static func decode(from reader: inout ByteReader) throws(WireError) -> TableSpec {
        TableSpec(keyspace: try reader.readString("column keyspace"), table: try reader.readString("column table"))
    }

    func encode(into writer: inout ByteWriter) throws(WireError) {
        try writer.writeString(keyspace, "column keyspace")
        try writer.writeString(table, "column table")
    }
}

/// A column of a result, or a bind marker of a prepared statement (native protocol v4, section 4.2.5.2).
package struct ColumnSpec: Hashable, Sendable {
    package var table: TableSpec
    package var name: String
    package var type: ColumnType

    package init(table: TableSpec, name: String, type: ColumnType) {
        self.table = table
        self.name = name
        self.type = type
    }

    /// Reads `count` columns; `globalTable` is theirs where the metadata says it once for all.
    static func decodeList(
        count: Int,
        globalTable: TableSpec?,
        from reader: inout ByteReader,
        version: ProtocolVersion
    ) throws(WireError) -> [ColumnSpec] {
        try reader.require(byteCount: count * (globalTable == nil ? 8 : 4), "column specs")
        var columns: [ColumnSpec] = []
        columns.reserveCapacity(count)
        for _ in 0..<count {
            let table: TableSpec
            if let globalTable { table = globalTable } else { table = try TableSpec.decode(from: &reader) }
            let name = try reader.readString("column name")
            let type = try ColumnType.decode(from: &reader, version: version)
            columns.append(ColumnSpec(table: table, name: name, type: type))
        }
        return columns
    }

    static func encodeList(
        _ columns: [ColumnSpec],
        globalTable: TableSpec?,
        into writer: inout ByteWriter,
        version: ProtocolVersion
    ) throws(WireError) {
        try globalTable?.encode(into: &writer)
        for column in columns {
            if globalTable == nil { try column.table.encode(into: &writer) }
            try writer.writeString(column.name, "column name")
            try column.type.encode(into: &writer, version: version)
        }
    }

    /// The table that all columns share, if there is one.
    static func commonTable(of columns: [ColumnSpec]) -> TableSpec? {
        guard let table = columns.first?.table, columns.allSatisfy({ $0.table == table }) else { return nil }
        return table
    }
}
