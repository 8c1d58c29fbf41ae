/// Everything the plan needs to know about one source schema, as the catalogue said at one moment.
package struct SchemaSnapshot: Hashable, Sendable {
    package var schema: String
    package var database: String
    /// `server_version_num`, such as 150004.
    package var serverVersion: Int
    /// The encoding of the database; `SQL_ASCII` means that nobody ever checked its bytes.
    package var serverEncoding: String
    /// Sorted by name.
    package var tables: [SourceTable]
    /// Partitions, and children without a key of their own, each with the table that they are copied as part of.
    package var coveredRelations: [String: String]
    /// Objects of the schema that belong to no table.
    package var omittedObjects: [OmittedObject]

    package init(
        schema: String,
        database: String,
        serverVersion: Int,
        serverEncoding: String,
        tables: [SourceTable],
        coveredRelations: [String: String] = [:],
        omittedObjects: [OmittedObject] = []
    ) {
        self.schema = schema
        self.database = database
        self.serverVersion = serverVersion
        self.serverEncoding = serverEncoding
        self.tables = tables
        self.coveredRelations = coveredRelations
        self.omittedObjects = omittedObjects
    }

    /// Whether text arrives as bytes that no server ever validated.
    package var isTextUnchecked: Bool { serverEncoding == "SQL_ASCII" }
}
