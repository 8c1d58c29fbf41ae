import WireKit

/// What PREPARE returned (native protocol v4, section 4.2.5.4).
package struct PreparedResult: Hashable, Sendable {
    package var id: PreparedID
    /// Names the metadata of `result`, where `ProtocolExtensions.hasMetadataIDs` was agreed; else nil.
    package var resultMetadataID: ArraySlice<UInt8>?
    /// The bind markers, in order.
    package var markers: [ColumnSpec]
    /// Which markers make up the partition key, in the key's order; empty under v3, which does not say.
    package var partitionKeyIndices: [UInt16]
    /// The columns that executing it returns; none for a statement that returns nothing.
    package var result: RowsMetadata

    /// Flags and table of the markers, as sent.
    private var globalTable: TableSpec?
    private var flags: RowsMetadata.Flags

    package init(id: PreparedID, markers: [ColumnSpec], partitionKeyIndices: [UInt16], result: RowsMetadata) {
        self.id = id
        self.markers = markers
        self.partitionKeyIndices = partitionKeyIndices
        self.result = result
        globalTable = ColumnSpec.commonTable(of: markers)
        flags = globalTable == nil ? [] : .globalTablesSpec
    }

    /// Whether the server marked the statement as conditional (`IF …`), as far as it was agreed that it does.
    package func isConditional(_ extensions: ProtocolExtensions) -> Bool {
        extensions.conditionalMark.map { UInt32(bitPattern: flags.rawValue) & $0 == $0 } ?? false
    }

    /// Marks the statement as conditional, if that was agreed.
    package mutating func markConditional(_ extensions: ProtocolExtensions) {
        guard let mark = extensions.conditionalMark else { return }
        flags.formUnion(RowsMetadata.Flags(rawValue: Int32(bitPattern: mark)))
    }

    static func decode(
        from reader: inout ByteReader,
        version: ProtocolVersion,
        extensions: ProtocolExtensions
    ) throws(WireError) -> PreparedResult {
        let id = PreparedID(bytes: try reader.readShortBytes("prepared id"))
        let metadataID = extensions.hasMetadataIDs ? try reader.readShortBytes("result metadata id") : nil
        let flags = RowsMetadata.Flags(rawValue: try reader.readInt("metadata flags"))
        let start = reader
        let markerCount = Int(try reader.readInt("marker count"))
        guard (0...Int(UInt16.max)).contains(markerCount) else {
            throw start.error(.invalidLength(markerCount), "marker count")
        }
        let indices = version >= .v4 ? try decodeIndices(markerCount: markerCount, from: &reader) : []
        let globalTable = flags.contains(.globalTablesSpec) ? try TableSpec.decode(from: &reader) : nil
        var prepared = PreparedResult(
            id: id,
            markers: try ColumnSpec.decodeList(
                count: markerCount,
                globalTable: globalTable,
                from: &reader,
                version: version
            ),
            partitionKeyIndices: indices,
            result: try RowsMetadata.decode(from: &reader, version: version)
        )
        prepared.resultMetadataID = metadataID
        prepared.globalTable = globalTable
        prepared.flags = flags
        return prepared
    }

    private static func decodeIndices(
        markerCount: Int,
        from reader: inout ByteReader
    ) throws(WireError) -> [UInt16] {
        let start = reader
        let count = Int(try reader.readInt("partition key count"))
        guard (0...markerCount).contains(count) else { throw start.error(.invalidLength(count), "partition key count") }
        try reader.require(byteCount: count * 2, "partition key indices")
        var indices: [UInt16] = []
        indices.reserveCapacity(count)
        for _ in 0..<count {
            let start = reader
            let index = try reader.readShort("partition key index")
            guard Int(index) < markerCount else {
                throw start.error(.invalidValue("there are \(markerCount) markers"), "partition key index")
            }
            indices.append(index)
        }
        return indices
    }

    func encode(into writer: inout ByteWriter, version: ProtocolVersion) throws(WireError) {
        try writer.writeShortBytes(id.bytes, "prepared id")
        if let resultMetadataID { try writer.writeShortBytes(resultMetadataID, "result metadata id") }
        writer.writeInteger(flags.rawValue)
        try writer.writeCount(markers.count, as: Int32.self, "marker count")
        if version >= .v4 {
            try writer.writeCount(partitionKeyIndices.count, as: Int32.self, "partition key count")
            for index in partitionKeyIndices { writer.writeInteger(index) }
        }
        try ColumnSpec.encodeList(markers, globalTable: globalTable, into: &writer, version: version)
        try result.encode(into: &writer, version: version)
    }
}
