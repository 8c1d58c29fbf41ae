package import PostgresWire

/// Types that are not built in: each is looked up once per session, with all that it is made of.
extension PostgresConnection {
    /// Runs one statement whose values are read as what their types say (`PostgresRow.value(at:)`).
    ///
    /// - Parameters:
    ///   - sql: one statement with `$1`, `$2` … for its parameters.
    ///   - parameters: at most 65535.
    ///   - resultFormat: the form in which all values come.
    /// - Returns: the statement's result.
    /// - Throws: `PostgresError` of the statement or of the look-up.
    package func queryValues(
        _ sql: String,
        _ parameters: [PostgresParameter] = [],
        resultFormat: FormatCode = .text
    ) async throws(PostgresError) -> QueryResult {
        let result = try await query(sql, parameters, resultFormat: resultFormat)
        return result.described(by: try await types(of: result.columns.map(\.type)))
    }

    /// Describes types, of which those that the session does not know yet are looked up in one query.
    ///
    /// - Returns: a catalogue that has each of `oids`; one that the server does not know is an unknown type.
    /// - Throws: `PostgresError` of the look-up.
    package func types(of oids: [TypeOID]) async throws(PostgresError) -> TypeCatalogue {
        let wanted = Array(Set(oids.filter { typeCatalogue[$0] == nil }))
        guard !wanted.isEmpty else { return typeCatalogue }
        let result = try await query(Self.lookUp, [.oidArray(wanted.map(\.rawValue))])
        let entries: [TypeCatalogue.Entry]
        do {
            entries = try result.rows.map(Self.entry)
        } catch {
            throw .invalidRequest("the server's catalogue of types cannot be read: \(error)")
        }
        typeCatalogue.add(entries, wanted: wanted)
        return typeCatalogue
    }

    /// Forgets what was looked up: after types were altered.
    package func forgetTypes() { typeCatalogue = TypeCatalogue() }

    /// Types, and those that they are made of; a set, so that it ends whatever refers to what.
    private static let lookUp = """
        WITH RECURSIVE wanted(oid) AS (
            SELECT oid FROM pg_catalog.unnest($1) AS asked(oid)
            UNION
            SELECT part.oid
              FROM wanted JOIN pg_catalog.pg_type t ON t.oid = wanted.oid
              CROSS JOIN LATERAL (
                  SELECT t.typelem WHERE t.typelem <> 0
                  UNION ALL SELECT t.typbasetype WHERE t.typbasetype <> 0
                  UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)
                  UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a
                             WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
              ) AS part(oid)
        )
        SELECT t.oid, t.typname::text AS name, t.typtype::text AS kind, t.typdelim::text AS delimiter,
               coalesce((SELECT e.oid FROM pg_catalog.pg_type e WHERE e.typarray = t.oid), 0::oid) AS element,
               t.typbasetype AS base,
               coalesce((SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)),
                        0::oid) AS subtype,
               ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                      WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
                      ORDER BY a.attnum) AS attribute_names,
               ARRAY(SELECT a.atttypid FROM pg_catalog.pg_attribute a
                      WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
                      ORDER BY a.attnum) AS attribute_types
          FROM wanted JOIN pg_catalog.pg_type t ON t.oid = wanted.oid
        """

    private static func entry(_ row: PostgresRow) throws(PostgresDecodingError) -> TypeCatalogue.Entry {
        let element = TypeOID(rawValue: try row.decode(UInt32.self, "element"))
        let subtype = TypeOID(rawValue: try row.decode(UInt32.self, "subtype"))
        let kind: TypeCatalogue.Entry.Kind =
            switch try row.decode(String.self, "kind") {
            case "e": .enumeration
            case "d": .domain(base: TypeOID(rawValue: try row.decode(UInt32.self, "base")))
            case "r": .range(subtype: subtype)
            case "m": .multirange(subtype: subtype)
            case "c":
                .composite(
                    Array(
                        zip(
                            try row.decode([String].self, "attribute_names"),
                            try row.decode([UInt32].self, "attribute_types").map { TypeOID(rawValue: $0) }
                        )
                    )
                    .map { (name: $0, type: $1) }
                )
            default: element == .unspecified ? .base : .array(element: element)
            }
        return TypeCatalogue.Entry(
            oid: TypeOID(rawValue: try row.decode(UInt32.self, "oid")),
            name: try row.decode(String.self, "name"),
            kind: kind,
            delimiter: try row.decode(String.self, "delimiter").utf8.first ?? UInt8(ascii: ",")
        )
    }
}
