import PostgresClient

/// The row of `SourceExaminationQuery.server`.
struct ServerFacts: Hashable, Sendable {
    /// Such as `15.18 (Debian 15.18-1)`.
    var version: String
    /// Such as 150018.
    var versionNumber: Int
    var encoding: String
    var database: String
    var role: String
    /// The process that answers; behind a pooler not the one that the session's opening named.
    var process: Int
    /// The server's own, empty on a unix-domain socket.
    var address: String
    var port: Int
    var isStandby: Bool
    var walLevel: String
    var slotLimit: Int
    var slotCount: Int
    var senderLimit: Int
    var senderCount: Int
    var connectionLimit: Int
    /// Of these, connections that ordinary roles cannot have.
    var reservedConnectionCount: Int
    var connectionCount: Int
    /// Connections that the role may have, −1 for any number.
    var roleConnectionLimit: Int
    var isSuperuser: Bool
    var mayReplicate: Bool
    /// The version of scylla_fdw that could be created as an extension.
    var availableFDW: String?
    /// The version of scylla_fdw that is an extension of the database.
    var installedFDW: String?
}

extension ServerFacts {
    init(_ row: PostgresRow) throws(PostgresDecodingError) {
        func integer(_ column: String) throws(PostgresDecodingError) -> Int {
            Int(try row.decode(Int32.self, column))
        }
        version = try row.decode(String.self, "version")
        versionNumber = try integer("version_number")
        encoding = try row.decode(String.self, "encoding")
        database = try row.decode(String.self, "database")
        role = try row.decode(String.self, "role")
        process = try integer("process")
        address = try row.decode(String.self, "address")
        port = try integer("port")
        isStandby = try row.decode(Bool.self, "is_standby")
        walLevel = try row.decode(String.self, "wal_level")
        slotLimit = try integer("slot_limit")
        slotCount = try integer("slot_count")
        senderLimit = try integer("sender_limit")
        senderCount = try integer("sender_count")
        connectionLimit = try integer("connection_limit")
        reservedConnectionCount = try integer("reserved_connection_count")
        connectionCount = try integer("connection_count")
        roleConnectionLimit = try integer("role_connection_limit")
        isSuperuser = try row.decode(Bool.self, "is_superuser")
        mayReplicate = try row.decode(Bool.self, "may_replicate")
        availableFDW = try row.decode(String?.self, "fdw_available")
        installedFDW = try row.decode(String?.self, "fdw_installed")
    }
}

/// A row of `SourceExaminationQuery.tables`.
struct TableFacts: Hashable, Sendable {
    var schema: String
    var name: String
    var isPartition = false
    var mayRead = true
    /// Whether a policy would hide rows from the role.
    var isRowSecurityActive = false
    var hasKey = true
    /// Whether updates and deletes are replicated without saying of which row (REPLICA IDENTITY NOTHING).
    var hasNoIdentity = false
    var isUnlogged = false
}

extension TableFacts {
    init(_ row: PostgresRow) throws(PostgresDecodingError) {
        schema = try row.decode(String.self, "schema")
        name = try row.decode(String.self, "name")
        isPartition = try row.decode(Bool.self, "is_partition")
        mayRead = try row.decode(Bool.self, "may_read")
        isRowSecurityActive = try row.decode(Bool.self, "is_row_security_active")
        hasKey = try row.decode(Bool.self, "has_key")
        hasNoIdentity = try row.decode(Bool.self, "has_no_identity")
        isUnlogged = try row.decode(Bool.self, "is_unlogged")
    }
}
