package import WireKit

/// What the columns of a result are (native protocol v4, section 4.2.5.2).
package struct RowsMetadata: Hashable, Sendable {
    /// The metadata's flags.
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: Int32

        package init(rawValue: Int32) {
            self.rawValue = rawValue
        }

        /// One table is named for all columns.
        package static let globalTablesSpec = Flags(rawValue: 0x0001)
        package static let hasMorePages = Flags(rawValue: 0x0002)
        /// The columns are counted but not described.
        package static let noMetadata = Flags(rawValue: 0x0004)
        /// The metadata is other than the client said that it has (v5, and `ProtocolExtensions.hasMetadataIDs`).
        package static let metadataChanged = Flags(rawValue: 0x0008)
    }

    package private(set) var flags: Flags
    package private(set) var columnCount: Int
    /// Where the next page starts; nil on the last one.
    package var pagingState: PagingState? {
        didSet {
            if pagingState == nil { flags.remove(.hasMorePages) } else { flags.insert(.hasMorePages) }
        }
    }
    /// Names this metadata where it is other than the client said that it has; else nil.
    package var changedMetadataID: ArraySlice<UInt8>? {
        didSet {
            if changedMetadataID == nil { flags.remove(.metadataChanged) } else { flags.insert(.metadataChanged) }
        }
    }
    /// nil when the server was told to skip them.
    package private(set) var columns: [ColumnSpec]?
    private var globalTable: TableSpec?

    /// Metadata that describes its columns, naming the table once where they share it.
    package init(columns: [ColumnSpec], pagingState: PagingState? = nil) {
        globalTable = ColumnSpec.commonTable(of: columns)
        flags = globalTable == nil ? [] : .globalTablesSpec
        if pagingState != nil { flags.insert(.hasMorePages) }
        columnCount = columns.count
        self.columns = columns
        self.pagingState = pagingState
    }

    /// Metadata that only counts its columns, as `skipsMetadata` asks for.
    package init(columnCount: Int, pagingState: PagingState? = nil) {
        flags = pagingState == nil ? .noMetadata : [.noMetadata, .hasMorePages]
        self.columnCount = columnCount
        self.pagingState = pagingState
    }

    private init(flags: Flags, columnCount: Int) {
        self.flags = flags
        self.columnCount = columnCount
    }

    /// Reads metadata.
    ///
    /// - Throws: `WireError` when it is not what it announces.
    package static func decode(
        from reader: inout ByteReader,
        version: ProtocolVersion
    ) throws(WireError) -> RowsMetadata {
        let flags = Flags(rawValue: try reader.readInt("metadata flags"))
        let start = reader
        let columnCount = Int(try reader.readInt("column count"))
        guard (0...Int(UInt16.max)).contains(columnCount) else {
            throw start.error(.invalidLength(columnCount), "column count")
        }
        var metadata = RowsMetadata(flags: flags, columnCount: columnCount)
        if flags.contains(.hasMorePages) {
            let bytes = try reader.readNullableBytes("paging state") ?? []
            metadata.pagingState = PagingState(bytes: bytes)
        }
        if flags.contains(.metadataChanged) {
            metadata.changedMetadataID = try reader.readShortBytes("changed metadata id")
        }
        guard !flags.contains(.noMetadata) else { return metadata }
        if flags.contains(.globalTablesSpec) { metadata.globalTable = try TableSpec.decode(from: &reader) }
        metadata.columns = try ColumnSpec.decodeList(
            count: columnCount,
            globalTable: metadata.globalTable,
            from: &reader,
            version: version
        )
        return metadata
    }

    /// Writes the metadata.
    ///
    /// - Throws: `WireError` when a part is longer than its length field can say.
    package func encode(into writer: inout ByteWriter, version: ProtocolVersion) throws(WireError) {
        writer.writeInteger(flags.rawValue)
        try writer.writeCount(columnCount, as: Int32.self, "column count")
        if let pagingState { try writer.writeNullableBytes(pagingState.bytes, "paging state") }
        if let changedMetadataID { try writer.writeShortBytes(changedMetadataID, "changed metadata id") }
        guard let columns else { return }
        try ColumnSpec.encodeList(columns, globalTable: globalTable, into: &writer, version: version)
    }
}
