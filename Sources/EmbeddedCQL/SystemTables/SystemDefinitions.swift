/// The tables that drivers read to learn about a node and its schema, defined in CQL as ScyllaDB has them.
///
/// `system.peers_v2` is missing on purpose: ScyllaDB has none, and drivers then read `system.peers`.
enum SystemDefinitions {
    static let keyspaces: [(name: String, tables: [String])] = [
        ("system", [local, peers, versions, sizeEstimates, counters]),
        (
            "system_schema",
            [
                keyspacesTable, tables, columns, types, functions, aggregates, triggers, indexes, views, droppedColumns,
                scyllaTables,
            ]
        ),
    ]

    /// Tables that can be read but are not listed in `system_schema`: no other server has them.
    static let unlisted: Set<String> = ["pgscylla_counters"]

    private static let counters = "CREATE TABLE pgscylla_counters (name text PRIMARY KEY, value bigint)"

    private static let local = """
        CREATE TABLE local (key text PRIMARY KEY, bootstrapped text, broadcast_address inet, cluster_name text,
        cql_version text, data_center text, gossip_generation int, host_id uuid, listen_address inet,
        native_protocol_version text, partitioner text, rack text, release_version text, rpc_address inet,
        schema_version uuid, supported_features text, tokens set<text>, truncated_at map<uuid, blob>)
        """

    private static let peers = """
        CREATE TABLE peers (peer inet PRIMARY KEY, data_center text, host_id uuid, preferred_ip inet, rack text,
        release_version text, rpc_address inet, schema_version uuid, supported_features text, tokens set<text>)
        """

    private static let versions = """
        CREATE TABLE versions (key text PRIMARY KEY, build_id text, build_mode text, version text)
        """

    private static let sizeEstimates = """
        CREATE TABLE size_estimates (keyspace_name text, table_name text, range_start text, range_end text,
        mean_partition_size bigint, partitions_count bigint,
        PRIMARY KEY (keyspace_name, table_name, range_start, range_end))
        """

    /// What ScyllaDB knows of tables beyond the others; a null partitioner is the cluster's.
    private static let scyllaTables = """
        CREATE TABLE scylla_tables (keyspace_name text, table_name text, partitioner text, version timeuuid,
        PRIMARY KEY (keyspace_name, table_name))
        """

    private static let keyspacesTable = """
        CREATE TABLE keyspaces (keyspace_name text PRIMARY KEY, durable_writes boolean,
        replication frozen<map<text, text>>)
        """

    private static let tables = """
        CREATE TABLE tables (keyspace_name text, table_name text, bloom_filter_fp_chance double,
        caching frozen<map<text, text>>, comment text, compaction frozen<map<text, text>>,
        compression frozen<map<text, text>>, crc_check_chance double, dclocal_read_repair_chance double,
        default_time_to_live int, extensions frozen<map<text, blob>>, flags frozen<set<text>>, gc_grace_seconds int,
        id uuid, max_index_interval int, memtable_flush_period_in_ms int, min_index_interval int,
        read_repair_chance double, speculative_retry text, PRIMARY KEY (keyspace_name, table_name))
        """

    private static let columns = """
        CREATE TABLE columns (keyspace_name text, table_name text, column_name text, clustering_order text,
        column_name_bytes blob, kind text, position int, type text,
        PRIMARY KEY (keyspace_name, table_name, column_name))
        """

    private static let types = """
        CREATE TABLE types (keyspace_name text, type_name text, field_names frozen<list<text>>,
        field_types frozen<list<text>>, PRIMARY KEY (keyspace_name, type_name))
        """

    private static let functions = """
        CREATE TABLE functions (keyspace_name text, function_name text, argument_types frozen<list<text>>,
        argument_names frozen<list<text>>, body text, called_on_null_input boolean, language text, return_type text,
        PRIMARY KEY (keyspace_name, function_name, argument_types))
        """

    private static let aggregates = """
        CREATE TABLE aggregates (keyspace_name text, aggregate_name text, argument_types frozen<list<text>>,
        final_func text, initcond text, return_type text, state_func text, state_type text,
        PRIMARY KEY (keyspace_name, aggregate_name, argument_types))
        """

    private static let triggers = """
        CREATE TABLE triggers (keyspace_name text, table_name text, trigger_name text,
        options frozen<map<text, text>>, PRIMARY KEY (keyspace_name, table_name, trigger_name))
        """

    private static let indexes = """
        CREATE TABLE indexes (keyspace_name text, table_name text, index_name text, kind text,
        options frozen<map<text, text>>, PRIMARY KEY (keyspace_name, table_name, index_name))
        """

    private static let views = """
        CREATE TABLE views (keyspace_name text, view_name text, base_table_id uuid, base_table_name text,
        bloom_filter_fp_chance double, caching frozen<map<text, text>>, comment text,
        compaction frozen<map<text, text>>, compression frozen<map<text, text>>, crc_check_chance double,
        dclocal_read_repair_chance double, default_time_to_live int, extensions frozen<map<text, blob>>,
        gc_grace_seconds int, id uuid, include_all_columns boolean, max_index_interval int,
        memtable_flush_period_in_ms int, min_index_interval int, read_repair_chance double, speculative_retry text,
        where_clause text, PRIMARY KEY (keyspace_name, view_name))
        """

    private static let droppedColumns = """
        CREATE TABLE dropped_columns (keyspace_name text, table_name text, column_name text, dropped_time timestamp,
        kind text, type text, PRIMARY KEY (keyspace_name, table_name, column_name))
        """
}
