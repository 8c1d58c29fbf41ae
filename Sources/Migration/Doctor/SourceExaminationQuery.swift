/// What the doctor asks PostgreSQL, in the SQL that versions 14 to 18 share and every role may run.
///
/// `pg_stat_activity` hides from ordinary roles what kind of process another's is: sessions are counted by
/// `pg_stat_database`, which hides nothing.
enum SourceExaminationQuery {
    /// The server, its settings and the role; one row.
    static let server = """
        SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS version_number,
               getdatabaseencoding()::text AS encoding, current_database()::text AS database, current_user::text AS role,
               pg_backend_pid() AS process, coalesce(host(inet_server_addr()), '') AS address,
               coalesce(inet_server_port(), 0) AS port, pg_is_in_recovery() AS is_standby,
               current_setting('wal_level') AS wal_level,
               current_setting('max_replication_slots')::int AS slot_limit,
               (SELECT count(*)::int FROM pg_replication_slots) AS slot_count,
               current_setting('max_wal_senders')::int AS sender_limit,
               (SELECT count(*)::int FROM pg_stat_replication) AS sender_count,
               current_setting('max_connections')::int AS connection_limit,
               current_setting('superuser_reserved_connections')::int
                   + coalesce(current_setting('reserved_connections', true), '0')::int AS reserved_connection_count,
               (SELECT coalesce(sum(numbackends), 0)::int FROM pg_stat_database) AS connection_count,
               r.rolconnlimit AS role_connection_limit, r.rolsuper AS is_superuser,
               r.rolreplication OR EXISTS (SELECT FROM pg_roles g WHERE g.rolname = 'rds_replication'
                                              AND pg_has_role(g.oid, 'MEMBER')) AS may_replicate,
               (SELECT default_version FROM pg_available_extensions WHERE name = 'scylla_fdw') AS fdw_available,
               (SELECT extversion FROM pg_extension WHERE extname = 'scylla_fdw') AS fdw_installed
          FROM pg_roles r WHERE r.rolname = current_user
        """

    /// Whether schema $1 is there and open; one row if it is there.
    static let schema = """
        SELECT has_schema_privilege(oid, 'USAGE') AS may_use FROM pg_namespace WHERE nspname = $1::text
        """

    /// Tables of schema $1 and everything below them that is read in their place.
    static let tables = """
        WITH RECURSIVE members(oid) AS (
            SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = $1::text AND c.relkind IN ('r', 'p')
            UNION
            SELECT i.inhrelid FROM pg_inherits i JOIN members m ON m.oid = i.inhparent WHERE NOT i.inhdetachpending
        )
        SELECT n.nspname::text AS schema, c.relname::text AS name, c.relispartition AS is_partition,
               has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS may_read,
               row_security_active(c.oid) AS is_row_security_active,
               EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND i.indisvalid) AS has_key,
               c.relreplident = 'n' AS has_no_identity, c.relpersistence = 'u' AS is_unlogged
          FROM members m JOIN pg_class c ON c.oid = m.oid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p')
         ORDER BY n.nspname, c.relname
        """
}
