import CQLWire
import TestSupport
import Testing
import WireKit

@testable import CQLClient

/// Schema and cluster as a real server's system tables describe them, read from the recorded bytes.
@Suite struct KeyspaceSchemaTests {
    /// The rows that answered the query that begins so, in the capture.
    private func rows(of query: String, in capture: CQLCapture) throws -> [ResultRow] {
        var waiting: [Int: String] = [:]
        for envelope in capture.envelopes where envelope.flags == 0 {
            var reader = ByteReader(capture.bytes(of: envelope))
            let frame = Frame(header: try FrameHeader.decode(from: &reader), body: reader.rest)
            if envelope.isRequest {
                if case .query(let query) = try RequestFrame.decode(frame).request {
                    waiting[envelope.stream] = query.query
                }
            } else if waiting[envelope.stream]?.hasPrefix(query) == true,
                case .result(.rows(let rows)) = try ResponseFrame.decode(frame).response
            {
                return try ResultPage(rows).allRows()
            }
        }
        return []
    }

    @Test func tablesOfARealServer() throws {
        let capture = try CQLCapture.named("70-cassandra-driver-plain.c0")
        let keyspaces = try rows(
            of: "SELECT * FROM system_schema.keyspaces WHERE keyspace_name = 'cap_drv'",
            in: capture
        )
        let schema = try KeyspaceSchema(
            name: "cap_drv",
            replication: try KeyspaceSchema.replication(#require(keyspaces.first)),
            types: [],
            tables: try rows(of: "SELECT * FROM system_schema.tables WHERE keyspace_name = 'cap_drv'", in: capture),
            columns: try rows(of: "SELECT * FROM system_schema.columns WHERE keyspace_name = 'cap_drv'", in: capture)
        )
        #expect(
            schema.replication == [
                "class": "org.apache.cassandra.locator.SimpleStrategy", "replication_factor": "1",
            ]
        )
        let table = try #require(schema.table("t"))
        #expect(table.partitionKey.map(\.name) == ["id"])
        #expect(table.clusteringKey.isEmpty)
        #expect(table.column("bi")?.type == .bigint)
        #expect(table.column("du")?.type == .duration)
        #expect(table.column("li")?.type == .list(.int))
        #expect(table.columns.allSatisfy { $0.type.description == $0.typeSpelling })
    }

    @Test func keysAndOrdersOfSystemTables() throws {
        let capture = try CQLCapture.named("71-scylla-driver-plain.c0")
        let columns = try rows(of: "SELECT * FROM system_schema.columns", in: capture)
        let tables = try rows(of: "SELECT * FROM system_schema.tables", in: capture)
        let keyspace = try #require(try rows(of: "SELECT * FROM system_schema.keyspaces", in: capture).first)
        let system = try columns.filter { try $0.text("keyspace_name") == "system_schema" }
        let schema = try KeyspaceSchema(
            name: "system_schema",
            replication: try KeyspaceSchema.replication(keyspace),
            types: [],
            tables: try tables.filter { try $0.text("keyspace_name") == "system_schema" },
            columns: system
        )
        let table = try #require(schema.table("columns"))
        #expect(table.partitionKey.map(\.name) == ["keyspace_name"])
        #expect(table.clusteringKey.map(\.name) == ["table_name", "column_name"])
        #expect(table.clusteringKey.map(\.clusteringOrder) == [.ascending, .ascending])
        #expect(table.column("position")?.kind == .regular)
    }

    @Test func clusterOfARealServer() throws {
        let capture = try CQLCapture.named("71-scylla-driver-plain.c0")
        let local = try #require(
            try rows(of: "SELECT broadcast_address, cluster_name", in: capture).first
        )
        #expect(try local.text("cluster_name") == "golden")
        #expect(try local.text("data_center") == "datacenter1")
        #expect(try local.value("rpc_address") == CQLInet("127.0.0.1").map(CQLValue.inet))
    }

    private func row(_ columns: [(String, ColumnType, CQLValue?)]) throws -> ResultRow {
        let rows = SystemRows.rows("t", columns.map { ($0.0, $0.1) }, [columns.map(\.2)])
        return try #require(try ResultPage(rows).allRows().first)
    }

    @Test func typesMayContainTypesThatComeLater() throws {
        func type(_ name: String, _ field: String) throws -> ResultRow {
            try row([
                ("type_name", .text, .text(name)), ("field_names", .list(.text), .list([.text("f")])),
                ("field_types", .list(.text), .list([.text(field)])),
            ])
        }
        let column = try row([
            ("table_name", .text, .text("t")), ("column_name", .text, .text("c")), ("kind", .text, .text("clustering")),
            ("clustering_order", .text, .text("desc")), ("position", .int, .int(0)),
            ("type", .text, .text("frozen<a>")),
        ])
        let schema = try KeyspaceSchema(
            name: "k",
            replication: try KeyspaceSchema.replication(row([("replication", .map(.text, .text), nil)])),
            types: [try type("a", "frozen<b>"), try type("b", "int"), try type("broken", "nothing")],
            tables: [try row([("table_name", .text, .text("t"))])],
            columns: [column]
        )
        #expect(Set(schema.userTypes.map(\.name)) == ["a", "b"])
        let read = try #require(schema.table("t")?.column("c"))
        #expect(read.clusteringOrder == .descending)
        guard case .frozen(.userDefined(let type)) = read.type else {
            Issue.record("\(read.type)")
            return
        }
        #expect(type.name == "a")
    }

    @Test func unknownColumnsAndKindsAreErrors() throws {
        let row = try row([("kind", .text, .text("x")), ("n", .int, .int(1)), ("absent", .int, nil)])
        #expect(throws: WireError.self) { try row.text("nothing") }
        #expect(throws: WireError.self) { try row.text("n") }
        #expect(throws: WireError.self) { try row.int("kind") }
        #expect(throws: WireError.self) { try row.texts("kind") }
        #expect(try row.int("absent") == nil)
    }
}
