import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct SystemTablesTests {
    @Test func describesTheNode() throws {
        let database = try TestDatabase()
        #expect(
            try database.rows("SELECT key, data_center, partitioner, rpc_address FROM system.local WHERE key = 'local'")
                == [["'local'", "'datacenter1'", "'org.apache.cassandra.dht.Murmur3Partitioner'", "'127.0.0.1'"]]
        )
        #expect(try database.rows("SELECT * FROM system.peers") == [])
        #expect(database.refusal("SELECT * FROM system.peers_v2") == .invalid("unconfigured table peers_v2"))
    }

    @Test func describesTheSchema() throws {
        let database = try TestDatabase(
            "CREATE TABLE t (k int, c text, \"V\" frozen<list<int>>, PRIMARY KEY (k, c)) WITH CLUSTERING ORDER BY (c DESC)"
        )
        #expect(
            try database.rows("SELECT * FROM system_schema.columns WHERE keyspace_name = 'ks'") == [
                ["'ks'", "'t'", "'V'", "'none'", "0x56", "'regular'", "-1", "'frozen<list<int>>'"],
                ["'ks'", "'t'", "'c'", "'desc'", "0x63", "'clustering'", "0", "'text'"],
                ["'ks'", "'t'", "'k'", "'none'", "0x6b", "'partition_key'", "0", "'int'"],
            ]
        )
        #expect(
            try database.rows(
                "SELECT keyspace_name, replication FROM system_schema.keyspaces WHERE keyspace_name = 'ks'"
            )
                == [["'ks'", "{'class': 'org.apache.cassandra.locator.NetworkTopologyStrategy', 'datacenter1': '1'}"]]
        )
        #expect(
            try database.rows("SELECT table_name FROM system_schema.tables WHERE keyspace_name = 'ks'") == [["'t'"]]
        )
        // The tables of the node describe themselves too.
        let own = try database.rows("SELECT table_name FROM system_schema.tables WHERE keyspace_name = 'system'")
        #expect(own == [["'local'"], ["'peers'"], ["'size_estimates'"], ["'versions'"]])
    }

    @Test func followsTheSchemaVersion() throws {
        let database = try TestDatabase()
        let select = "SELECT schema_version FROM system.local"
        let before = try database.rows(select)
        try database.run("CREATE TABLE t (k int PRIMARY KEY)")
        #expect(try database.rows(select) != before)
    }
}
