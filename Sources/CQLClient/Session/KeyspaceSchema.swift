package import CQLWire
import WireKit

/// A keyspace as `system_schema` describes it.
package struct KeyspaceSchema: Hashable, Sendable {
    package var name: String
    /// Replication options: class, and factor per datacentre.
    package var replication: [String: String]
    package var userTypes: [UserDefinedType]
    package var tables: [TableSchema]

    package init(
        name: String,
        replication: [String: String] = [:],
        userTypes: [UserDefinedType] = [],
        tables: [TableSchema] = []
    ) {
        self.name = name
        self.replication = replication
        self.userTypes = userTypes
        self.tables = tables
    }

    /// The table of that name.
    package func table(_ name: String) -> TableSchema? { tables.first { $0.name == name } }
}

/// A table as `system_schema` describes it.
package struct TableSchema: Hashable, Sendable {
    package var name: String
    /// In the order of the server's answer.
    package var columns: [ColumnSchema]

    package init(name: String, columns: [ColumnSchema]) {
        self.name = name
        self.columns = columns
    }

    /// The columns of the partition key, in its order.
    package var partitionKey: [ColumnSchema] {
        columns.filter { $0.kind == .partitionKey }.sorted { $0.position < $1.position }
    }

    /// The clustering columns, in their order.
    package var clusteringKey: [ColumnSchema] {
        columns.filter { $0.kind == .clustering }.sorted { $0.position < $1.position }
    }

    /// The column of that name.
    package func column(_ name: String) -> ColumnSchema? { columns.first { $0.name == name } }
}

/// A column as `system_schema.columns` describes it.
package struct ColumnSchema: Hashable, Sendable {
    /// What part of the table a column is.
    package enum Kind: String, Sendable {
        case partitionKey = "partition_key"
        case clustering
        case regular
        case `static`
    }

    /// How rows of a partition are sorted by a clustering column.
    package enum ClusteringOrder: String, Sendable {
        case none
        case ascending = "asc"
        case descending = "desc"
    }

    package var name: String
    package var kind: Kind
    /// The place within the partition key or the clustering key; −1 for the others.
    package var position: Int32
    /// As the server spells it.
    package var typeSpelling: String
    /// `custom` with the spelling when it is not a type that we know.
    package var type: ColumnType
    package var clusteringOrder: ClusteringOrder

    package init(
        name: String,
        kind: Kind,
        position: Int32,
        typeSpelling: String,
        type: ColumnType,
        clusteringOrder: ClusteringOrder = .none
    ) {
        self.name = name
        self.kind = kind
        self.position = position
        self.typeSpelling = typeSpelling
        self.type = type
        self.clusteringOrder = clusteringOrder
    }
}
