import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct SchemaTests {
    @Test func ordersColumnsLikeTheServer() throws {
        let database = try TestDatabase(
            "CREATE TABLE t (z int, m text, b int, a int, \"C\" int, PRIMARY KEY ((z, m), b))"
        )
        let rows = try database.select("SELECT * FROM t")
        #expect(rows.metadata.columns?.map(\.name) == ["z", "m", "b", "C", "a"])
    }

    @Test func tellsOfEachChange() throws {
        let database = try TestDatabase()
        func change(_ statement: String) throws -> SchemaChange? {
            guard case .schemaChanged(let change) = try database.run(statement) else { return nil }
            return change
        }
        let table = "CREATE TABLE IF NOT EXISTS t (k int PRIMARY KEY)"
        #expect(try change(table) == SchemaChange(change: .created, target: .table("t"), keyspace: "ks"))
        #expect(try change(table) == nil)
        #expect(
            try change("ALTER TABLE t ADD v int") == SchemaChange(change: .updated, target: .table("t"), keyspace: "ks")
        )
        #expect(
            try change("ALTER KEYSPACE ks WITH durable_writes = false")
                == SchemaChange(change: .updated, target: .keyspace, keyspace: "ks")
        )
        #expect(try change("DROP TABLE t") == SchemaChange(change: .dropped, target: .table("t"), keyspace: "ks"))
        #expect(try change("DROP TABLE IF EXISTS t") == nil)
        #expect(try change("DROP KEYSPACE ks") == SchemaChange(change: .dropped, target: .keyspace, keyspace: "ks"))
    }

    @Test func changesItsVersionWithEachDefinition() throws {
        let database = try TestDatabase("CREATE TABLE t (k int PRIMARY KEY)")
        let before = database.database.schema.version
        _ = database.refusal("CREATE TABLE t (k int PRIMARY KEY)")
        try database.run("INSERT INTO t (k) VALUES (1)")
        #expect(database.database.schema.version == before)
        try database.run("ALTER TABLE t ADD v int")
        #expect(database.database.schema.version != before)
    }

    @Test(arguments: [
        ("CREATE TABLE t (a int)", "No PRIMARY KEY specifed for table 'ks.t' (exactly one required)"),
        (
            "CREATE TABLE t (a int PRIMARY KEY, PRIMARY KEY (a))",
            "Multiple PRIMARY KEYs specifed for table 'ks.t' (exactly one required)"
        ),
        ("CREATE TABLE t (a nosuchtype PRIMARY KEY)", "Unknown type ks.nosuchtype"),
        ("CREATE TABLE t (a int PRIMARY KEY, a text)", "Duplicate column 'a' declaration for table 't'"),
        ("CREATE TABLE t (a int, PRIMARY KEY (b))", "Unknown column 'b' referenced in PRIMARY KEY for table 't'"),
        ("CREATE TABLE t (a int, PRIMARY KEY (a, a))", "Duplicate column 'a' in PRIMARY KEY clause for table"),
        (
            "CREATE TABLE t (a list<int> PRIMARY KEY)",
            "Invalid non-frozen collection type list<int> for PRIMARY KEY column 'a'"
        ),
        (
            "CREATE TABLE t (a int PRIMARY KEY, b list<list<int>>)",
            "Non-frozen collections are not allowed inside collections: list<list<int>>"
        ),
        (
            "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b)) WITH CLUSTERING ORDER BY (a DESC)",
            "Only clustering key columns can be defined in CLUSTERING ORDER directive"
        ),
        (
            "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b)) WITH CLUSTERING ORDER BY (b DESC, b ASC)",
            "Only clustering key columns can be defined in CLUSTERING ORDER directive"
        ),
        (
            "CREATE TABLE \"no-dash\" (a int PRIMARY KEY)",
            "Table name must not be empty, more than 48 characters long, or contain non-alphanumeric-underscore characters (got \"no-dash\")"
        ),
        ("CREATE TABLE t (a int PRIMARY KEY, b set<duration>)", "Durations are not allowed inside sets: set<duration>"),
        (
            "CREATE TABLE t (a int PRIMARY KEY, b list<frozen<map<duration, int>>>)",
            "Durations are not allowed as map keys: map<duration, int>"
        ),
        ("ALTER TABLE x ADD k int", "Column with name 'k' already exists"),
        ("ALTER TABLE x DROP k", "Cannot drop PRIMARY KEY column k"),
        ("ALTER TABLE x DROP nope", "Column nope was not found in table 'ks.x'"),
        ("ALTER TABLE nope ADD a int", "Table 'ks.nope' doesn't exist"),
        ("DROP TABLE nope", "Table 'ks.nope' doesn't exist"), ("DROP KEYSPACE nope", "Keyspace 'nope' doesn't exist"),
        ("USE nope", "Keyspace 'nope' does not exist"),
    ])
    func refusesDefinitions(_ statement: String, _ message: String) throws {
        let database = try TestDatabase("CREATE TABLE x (k int PRIMARY KEY)")
        #expect(database.refusal(statement) == .invalid(message))
    }

    @Test func aDroppedColumnComesBackOnlyAsWhatItWas() throws {
        let database = try TestDatabase("CREATE TABLE x (k int, c int, a text, b timeuuid, PRIMARY KEY (k, c))")
        try database.run("ALTER TABLE x DROP (a, b)")
        let again = "Cannot re-add previously dropped column"
        #expect(
            database.refusal("ALTER TABLE x ADD a int")
                == .invalid("\(again) 'a' of type int, incompatible with previous type text")
        )
        #expect(
            database.refusal("ALTER TABLE x ADD a text static")
                == .invalid("\(again) 'a' of kind STATIC, incompatible with previous kind REGULAR")
        )
        try database.run("ALTER TABLE x ADD a blob")
        try database.run("ALTER TABLE x ADD b uuid")
    }

    @Test(arguments: [
        (
            "{'class': 'NoSuchStrategy'}",
            "Unable to find replication strategy class 'org.apache.cassandra.locator.NoSuchStrategy'"
        ),
        ("{'class': 'SimpleStrategy'}", "SimpleStrategy requires a replication_factor strategy option."),
        (
            "{'class': 'SimpleStrategy', 'replication_factor': 1, 'foo': 1}",
            "Unrecognized strategy option {foo} passed to SimpleStrategy for keyspace x"
        ),
        (
            "{'class': 'NetworkTopologyStrategy', 'nowhere': 1}",
            "Unrecognized strategy option {nowhere} passed to NetworkTopologyStrategy for keyspace x"
        ),
        ("{'datacenter1': 1}", "Missing mandatory replication strategy class"),
        (
            "{'class': 'LocalStrategy'}",
            "Unable to use given strategy class: LocalStrategy is reserved for internal use."
        ),
    ])
    func refusesReplication(_ replication: String, _ message: String) throws {
        let error = try TestDatabase().refusal("CREATE KEYSPACE x WITH replication = \(replication)")
        #expect(error == StatementError(.configuration, message))
    }

    @Test func saysWhatExists() throws {
        let database = try TestDatabase("CREATE TABLE t (k int PRIMARY KEY)")
        #expect(
            database.refusal("CREATE TABLE t (k int PRIMARY KEY)")?.kind == .alreadyExists(keyspace: "ks", table: "t")
        )
        let keyspace = "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}"
        #expect(database.refusal(keyspace)?.kind == .alreadyExists(keyspace: "ks", table: ""))
    }

    /// Drivers write the numbers and booleans among the sub-options as such; servers keep and show texts.
    @Test func keepsSubOptionsAsTexts() throws {
        let database = try TestDatabase("CREATE TABLE t (k int PRIMARY KEY)")
        try database.run(
            """
            ALTER TABLE t WITH compaction = {'class': 'LeveledCompactionStrategy', 'sstable_size_in_mb': 100}
            AND compression = {'enabled': false} AND caching = {'keys': 'ALL', 'rows_per_partition': 10}
            AND gc_grace_seconds = '5'
            """
        )
        #expect(
            try database.rows(
                "SELECT caching, compaction, compression, gc_grace_seconds FROM system_schema.tables "
                    + "WHERE keyspace_name = 'ks'"
            ) == [
                [
                    "{'keys': 'ALL', 'rows_per_partition': '10'}",
                    "{'class': 'LeveledCompactionStrategy', 'sstable_size_in_mb': '100'}", "{'enabled': 'false'}", "5",
                ]
            ]
        )
    }

    @Test(arguments: [
        "caching = {'keys': now()}", "compression = {'enabled': ?}", "caching = {'keys': ['ALL']}",
        "gc_grace_seconds = 'x'", "compaction = 'LeveledCompactionStrategy'",
    ])
    func refusesOptionsThatAreNoConstants(_ option: String) throws {
        let database = try TestDatabase("CREATE TABLE t (k int PRIMARY KEY)")
        let error = database.refusal("ALTER TABLE t WITH \(option)", option.contains("?") ? [int(1)] : nil)
        #expect(error?.kind == .syntax || error?.kind == .invalid)
        #expect(try database.rows("SELECT count(*) FROM system_schema.tables WHERE keyspace_name = 'ks'") == [["1"]])
    }

    @Test(arguments: [
        (
            "bloom_filter_fp_chance = 2",
            "bloom_filter_fp_chance must be larger than 6.71E-5 and less than or equal to 1.0 (got 2)"
        ),
        (
            "bloom_filter_fp_chance = 0",
            "bloom_filter_fp_chance must be larger than 6.71E-5 and less than or equal to 1.0 (got 0)"
        ),
        ("speculative_retry = 'soon'", "Specified Speculative Retry Policy [soon] is not supported"),
        ("speculative_retry = '101p'", "Specified Speculative Retry Policy [101p] is not supported"),
        ("compaction = {}", "Missing sub-option 'class' for the 'compaction' option."),
    ])
    func refusesOptionsThatMakeNoSense(_ option: String, _ message: String) throws {
        let database = try TestDatabase("CREATE TABLE t (k int PRIMARY KEY)")
        #expect(database.refusal("ALTER TABLE t WITH \(option)") == StatementError(.configuration, message))
    }

    @Test(arguments: ["NONE", "always", "99PERCENTILE", "99.9p", "50ms", "MIN(99p, 50ms)"])
    func takesSpeculativeRetryPolicies(_ policy: String) throws {
        let database = try TestDatabase("CREATE TABLE t (k int PRIMARY KEY)")
        try database.run("ALTER TABLE t WITH speculative_retry = '\(policy)'")
        let select = "SELECT speculative_retry FROM system_schema.tables WHERE keyspace_name = 'ks'"
        #expect(try database.rows(select) == [["'\(policy)'"]])
    }

    /// Where nobody can log in, a server lets nobody see or change who may.
    @Test(arguments: [
        "CREATE ROLE r", "ALTER ROLE r WITH PASSWORD = 'x'", "DROP ROLE IF EXISTS r", "CREATE USER u WITH PASSWORD 'x'",
        "ALTER USER u WITH PASSWORD 'x'", "DROP USER u", "LIST ROLES", "GRANT SELECT ON ks.t TO r",
    ])
    func leavesRolesToThoseWhoAreLoggedIn(_ statement: String) throws {
        #expect(try TestDatabase().refusal(statement)?.kind == .unauthorized)
    }

    @Test(arguments: [
        "DROP KEYSPACE system", "CREATE TABLE system.t (k int PRIMARY KEY)", "TRUNCATE system.local",
        "INSERT INTO system.local (key) VALUES ('x')", "ALTER TABLE system.local ADD x int",
    ])
    func protectsItsOwnTables(_ statement: String) throws {
        #expect(try TestDatabase().refusal(statement)?.kind == .unauthorized)
    }
}
