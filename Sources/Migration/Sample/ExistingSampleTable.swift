/// What already bears a sample table's name.
struct ExistingSampleTable: Hashable, Sendable {
    struct Column: Hashable, Sendable {
        var name: String
        var type: String
        var isKey: Bool
    }

    /// What `pg_class.relkind` says.
    var kind: String
    var columns: [Column]

    /// One row per column of schema $1's relations named in array $2, in attribute order.
    static let query = """
        SELECT c.relname::text AS relation, c.relkind::text AS kind, coalesce(a.attname, '')::text AS name,
               coalesce(format_type(a.atttypid, a.atttypmod), '') AS type,
               coalesce(a.attnum = ANY (i.indkey), false) AS is_key
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
         WHERE n.nspname = $1::text AND c.relname = ANY ($2::text[]) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
         ORDER BY c.relname, a.attnum
        """
}

extension SampleTable {
    /// Whether loading can fill the table as it is.
    func matches(_ existing: ExistingSampleTable) -> Bool {
        guard existing.kind == "r" || existing.kind == "p" else { return false }
        let expected = columns.enumerated().map { index, column in
            ExistingSampleTable.Column(name: column.name, type: column.type, isKey: index == 0)
        }
        return existing.columns == expected
    }
}
