package import CQLWire

/// A statement that the server has parsed.
package struct PreparedStatement: Hashable, Sendable {
    package let id: PreparedID
    package let query: String
    /// The bind markers, in order.
    package let markers: [ColumnSpec]
    /// Which markers make up the partition key, in the key's order; empty under v3, which does not say.
    package let partitionKeyIndices: [UInt16]
    /// The columns that it returns; empty for a write.
    package let columns: [ColumnSpec]

    /// The table that it reads or writes, as far as its markers tell.
    package var table: TableSpec? { markers.first?.table }

    init(_ result: PreparedResult, query: String) {
        id = result.id
        self.query = query
        markers = result.markers
        partitionKeyIndices = result.partitionKeyIndices
        columns = result.result.columns ?? []
    }
}
