/// The four statements that describe a schema, in the SQL that PostgreSQL 14 to 18 share.
///
/// Column aliases are the names by which `CatalogueRows` reads them. Identifiers of objects are `bigint` and lists are
/// `text[]`, so that a client needs no more types than it has anyway.
enum CatalogueQuery {
    /// What the server is, and which schemas a user could have meant.
    static let server = """
        SELECT current_setting('server_version_num')::int AS version,
               getdatabaseencoding()::text AS encoding,
               current_database()::text AS database,
               array(SELECT nspname::text FROM pg_namespace
                      WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY nspname) AS schemas
        """

    /// Tables of schema $1 and everything below them, wherever that lives.
    ///
    /// A partition that is being detached concurrently is no longer part of its parent.
    static let relations = """
        WITH RECURSIVE members(oid) AS (
            SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = $1::text AND c.relkind IN ('r', 'p', 'f')
            UNION
            SELECT i.inhrelid FROM pg_inherits i JOIN members m ON m.oid = i.inhparent WHERE NOT i.inhdetachpending
        )
        SELECT c.oid::bigint AS oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
               c.relispartition AS is_partition,
               least(c.reltuples, 1e15)::bigint AS row_estimate,
               row_security_active(c.oid) AS is_row_security_active,
               coalesce(pg_relation_size(c.oid) / current_setting('block_size')::bigint, 0) AS page_count,
               coalesce(pg_table_size(c.oid), 0) AS byte_count,
               array(SELECT i.inhparent::bigint::text FROM pg_inherits i
                      WHERE i.inhrelid = c.oid AND NOT i.inhdetachpending ORDER BY i.inhseqno) AS parents
          FROM members m JOIN pg_class c ON c.oid = m.oid JOIN pg_namespace n ON n.oid = c.relnamespace
         ORDER BY n.nspname, c.relname
        """

    /// Columns of the relations in array $1, with their types seen through domains and their places in the primary key.
    ///
    /// Only a type that its element names as *the* array of it counts as an array: `oidvector` and its like are not.
    static let columns = """
        WITH RECURSIVE domains(oid, base) AS (
            SELECT oid, typbasetype FROM pg_type WHERE typtype = 'd'
            UNION ALL
            SELECT d.oid, t.typbasetype FROM domains d JOIN pg_type t ON t.oid = d.base WHERE t.typtype = 'd'
        ), resolved(oid, base) AS (
            SELECT d.oid, d.base FROM domains d JOIN pg_type t ON t.oid = d.base WHERE t.typtype <> 'd'
        )
        SELECT a.attrelid::bigint AS relation, a.attname::text AS name,
               a.atttypid::bigint AS type, format_type(a.atttypid, a.atttypmod) AS type_name, a.atttypmod AS modifier,
               b.oid::bigint AS base_type, b.typtype = 'e' AS is_enumeration,
               (e.oid IS NOT NULL) AS is_array,
               coalesce(eb.oid, 0)::bigint AS element_type, coalesce(eb.typtype = 'e', false) AS is_element_enumeration,
               a.attnotnull AS is_not_null, a.attgenerated <> '' AS is_generated,
               coalesce((SELECT k.position FROM unnest(i.indkey) WITH ORDINALITY AS k(attribute, position)
                          WHERE k.attribute = a.attnum AND k.position <= i.indnkeyatts), 0)::int AS key_position
          FROM pg_attribute a
          LEFT JOIN resolved r ON r.oid = a.atttypid
          JOIN pg_type b ON b.oid = coalesce(r.base, a.atttypid)
          LEFT JOIN pg_type e ON e.oid = b.typelem AND e.typarray = b.oid
          LEFT JOIN resolved er ON er.oid = e.oid
          LEFT JOIN pg_type eb ON eb.oid = coalesce(er.base, e.oid)
          LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary AND i.indisvalid
         WHERE a.attrelid = ANY ($1::text::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
         ORDER BY a.attrelid, a.attnum
        """

    /// What the target will not have: of the relations in array $1, and of schema $2 where `relation` is 0.
    ///
    /// What belongs to an extension goes unmentioned: its scripts made it and would make it again.
    static let omittedObjects = """
        WITH tables(oid) AS (SELECT unnest($1::text::oid[])),
             schema(oid) AS (SELECT oid FROM pg_namespace WHERE nspname = $2::text),
             members(class, oid) AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e')
        SELECT t.oid::bigint AS relation, 'index' AS kind, c.relname::text AS name
          FROM tables t JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class c ON c.oid = i.indexrelid
         WHERE NOT i.indisprimary
           AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('u', 'x'))
        UNION ALL
        SELECT t.oid, CASE k.contype WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign key' WHEN 'c' THEN 'check'
                                     ELSE 'exclusion' END, k.conname
          FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid WHERE k.contype IN ('u', 'f', 'c', 'x')
        UNION ALL
        SELECT t.oid, CASE WHEN a.attidentity <> '' THEN 'identity' WHEN a.attgenerated <> '' THEN 'generated'
                           ELSE 'default' END, a.attname
          FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE a.attidentity <> '' OR a.atthasdef
        UNION ALL
        SELECT t.oid, 'trigger', g.tgname
          FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid JOIN pg_proc p ON p.oid = g.tgfoid
         WHERE NOT g.tgisinternal AND right(p.proname, 19) <> '_scylla_replication' -- that one is ours
        UNION ALL
        SELECT t.oid, 'rule', r.rulename FROM tables t JOIN pg_rewrite r ON r.ev_class = t.oid
        UNION ALL
        SELECT t.oid, 'policy', p.polname FROM tables t JOIN pg_policy p ON p.polrelid = t.oid
        UNION ALL
        SELECT 0, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'sequence' END, c.relname
          FROM schema s JOIN pg_class c ON c.relnamespace = s.oid
         WHERE c.relkind IN ('v', 'm', 'S') AND ('pg_class'::regclass, c.oid) NOT IN (SELECT class, oid FROM members)
        UNION ALL
        SELECT 0, 'routine', p.proname FROM schema s JOIN pg_proc p ON p.pronamespace = s.oid
         WHERE ('pg_proc'::regclass, p.oid) NOT IN (SELECT class, oid FROM members)
           AND right(p.proname, 19) <> '_scylla_replication'
        UNION ALL
        SELECT 0, 'type', y.typname
          FROM schema s JOIN pg_type y ON y.typnamespace = s.oid LEFT JOIN pg_class c ON c.oid = y.typrelid
         WHERE (y.typtype IN ('e', 'd', 'r') OR y.typtype = 'c' AND c.relkind = 'c')
           AND ('pg_type'::regclass, y.oid) NOT IN (SELECT class, oid FROM members)
         ORDER BY 1, 2, 3
        """
}
