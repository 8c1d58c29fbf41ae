/// A row of `CatalogueQuery.server`.
struct ServerRow: Hashable, Sendable {
    var version: Int
    var encoding: String
    var database: String
    /// Every schema that does not belong to PostgreSQL itself.
    var schemas: [String]
}

/// A row of `CatalogueQuery.relations`.
struct RelationRow: Hashable, Sendable {
    var oid: UInt32
    var schema: String
    var name: String
    /// What `pg_class.relkind` says.
    var kind: String
    var isPartition: Bool
    /// −1 as long as the relation was never analysed.
    var rowEstimate: Int
    var isRowSecurityActive: Bool
    var pageCount: Int
    var byteCount: Int
    /// Parents by partitioning or inheritance, as many as there are.
    var parents: [UInt32]
}

/// A row of `CatalogueQuery.columns`.
struct ColumnRow: Hashable, Sendable {
    var relation: UInt32
    var name: String
    var type: UInt32
    var typeName: String
    var modifier: Int32
    /// The type under all domains.
    var baseType: UInt32
    var isEnumeration: Bool
    var isArray: Bool
    /// Under all domains; 0 where the column is no array.
    var elementType: UInt32
    var isElementEnumeration: Bool
    var isNotNull: Bool
    var isGenerated: Bool
    /// From 1 in the primary key's index; 0 outside of it.
    var keyPosition: Int
}

/// A row of `CatalogueQuery.omittedObjects`.
struct OmittedObjectRow: Hashable, Sendable {
    /// 0 for objects of the schema itself.
    var relation: UInt32
    /// A raw value of `OmittedObject.Kind`.
    var kind: String
    var name: String
}
