import PostgresClient

extension ServerRow {
    init(_ row: PostgresRow) throws(PostgresDecodingError) {
        version = Int(try row.decode(Int32.self, "version"))
        encoding = try row.decode(String.self, "encoding")
        database = try row.decode(String.self, "database")
        schemas = try row.decode([String].self, "schemas")
    }
}

extension RelationRow {
    init(_ row: PostgresRow) throws(PostgresDecodingError) {
        oid = try row.decodeOID("oid")
        schema = try row.decode(String.self, "schema")
        name = try row.decode(String.self, "name")
        kind = try row.decode(String.self, "kind")
        isPartition = try row.decode(Bool.self, "is_partition")
        rowEstimate = Int(try row.decode(Int64.self, "row_estimate"))
        isRowSecurityActive = try row.decode(Bool.self, "is_row_security_active")
        pageCount = Int(try row.decode(Int64.self, "page_count"))
        byteCount = Int(try row.decode(Int64.self, "byte_count"))
        parents = try row.decode([String].self, "parents").compactMap { UInt32($0) }
    }
}

extension ColumnRow {
    init(_ row: PostgresRow) throws(PostgresDecodingError) {
        relation = try row.decodeOID("relation")
        name = try row.decode(String.self, "name")
        type = try row.decodeOID("type")
        typeName = try row.decode(String.self, "type_name")
        modifier = try row.decode(Int32.self, "modifier")
        baseType = try row.decodeOID("base_type")
        isEnumeration = try row.decode(Bool.self, "is_enumeration")
        isArray = try row.decode(Bool.self, "is_array")
        elementType = try row.decodeOID("element_type")
        isElementEnumeration = try row.decode(Bool.self, "is_element_enumeration")
        isNotNull = try row.decode(Bool.self, "is_not_null")
        isGenerated = try row.decode(Bool.self, "is_generated")
        keyPosition = Int(try row.decode(Int32.self, "key_position"))
    }
}

extension OmittedObjectRow {
    init(_ row: PostgresRow) throws(PostgresDecodingError) {
        relation = try row.decodeOID("relation")
        kind = try row.decode(String.self, "kind")
        name = try row.decode(String.self, "name")
    }
}

extension PostgresRow {
    /// An OID that the query returns as `bigint`.
    fileprivate func decodeOID(_ column: String) throws(PostgresDecodingError) -> UInt32 {
        UInt32(truncatingIfNeeded: try decode(Int64.self, column))
    }
}
