import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct PreparedStatementTests {
    private let table = "CREATE TABLE p1 (a int, b text, c int, d bigint, v text, l list<int>, PRIMARY KEY ((a, b), c))"

    /// Names, types and key indices as a real server gave them (capture 42).
    @Test(
        arguments: [
            (
                "insert into p1 (c,b,d,a,v,l) values (?,?,?,?,?,?)",
                "c int, b text, d bigint, a int, v text, l list<int>", [3, 1]
            ),
            ("insert into p1 (a,b,c,v) values (:pa,:pb,:pc,:pv)", "pa int, pb text, pc int, pv text", [0, 1]),
            ("select * from p1 where a=? and b=?", "a int, b text", [0, 1]),
            ("select v from p1 where a=? and b=? and c in ?", "a int, b text, in(c) list<int>", [0, 1]),
            ("select v from p1 where a=5 and b='b1' limit ?", "[limit] int", []),
            (
                "select count(*) from p1 where token(a,b) > ? and token(a,b) <= ?",
                "partition key token bigint, partition key token bigint", []
            ),
            ("select v from p1 where a in ? and b=?", "in(a) list<int>, b text", []),
            ("select v from p1 where a=? allow filtering", "a int", []),
            (
                "update p1 using timestamp ? and ttl ? set v=? where a=? and b=? and c=?",
                "[timestamp] bigint, [ttl] int, v text, a int, b text, c int", [3, 4]
            ),
            ("delete from p1 where a=? and b=?", "a int, b text", [0, 1]),
            ("use system", "", []), ("create table if not exists p1 (a int primary key)", "", []),
        ] as [(String, String, [UInt16])]
    )
    func describesMarkers(_ statement: String, _ markers: String, _ indices: [UInt16]) throws {
        let prepared = try TestDatabase(table).database.prepare(statement, keyspace: "ks")
        #expect(prepared.markers.map { "\($0.name) \($0.type)" }.joined(separator: ", ") == markers)
        #expect(prepared.partitionKeyIndices == indices)
        #expect(prepared.id.bytes.count == PreparedStatements.idByteCount)
    }

    @Test func describesResults() throws {
        let database = try TestDatabase(table).database
        let select = try database.prepare(
            "select v, a as x, writetime(v) from p1",
            keyspace: "ks"
        )
        #expect(select.result.columns?.map { "\($0.name) \($0.type)" } == ["v text", "x int", "writetime(v) bigint"])
        #expect(try database.prepare("insert into p1 (a,b,c) values (1,'x',2)", keyspace: "ks").result.columnCount == 0)
    }

    @Test func sameTextSameID() throws {
        let database = try TestDatabase(table).database
        let first = try database.prepare("select * from ks.p1", keyspace: nil)
        #expect(try database.prepare("select * from ks.p1", keyspace: nil).id == first.id)
        #expect(try database.prepare("select * from ks.p1", keyspace: "ks").id != first.id)
        #expect(try database.prepare("select a from ks.p1", keyspace: nil).id != first.id)
    }

    @Test func theIDTellsWritesFromOthers() throws {
        let database = try TestDatabase(table).database
        #expect(
            try database.prepare("delete from p1 where a=1 and b=''", keyspace: "ks").id.bytes.first
                == PreparedStatements.writeTag
        )
        #expect(try database.prepare("select * from p1", keyspace: "ks").id.bytes.first == PreparedStatements.otherTag)
        #expect(try database.prepare("truncate p1", keyspace: "ks").id.bytes.first == PreparedStatements.otherTag)
    }

    @Test(arguments: ["alter table p1 add x int", "drop table p1", "drop keyspace ks"])
    func aChangedTableEvictsItsStatements(_ change: String) throws {
        let test = try TestDatabase(table, "create table other (k int primary key)")
        let id = Array(try test.database.prepare("select * from p1", keyspace: "ks").id.bytes)
        #expect(try test.database.preparedStatement(id, id.indices).query == "select * from p1")
        try test.run(change)
        let error = #expect(throws: StatementError.self) { try test.database.preparedStatement(id, id.indices) }
        #expect(error?.kind == .unprepared(id: id))
        guard change.contains("p1") else { return }
        let other = Array(try test.database.prepare("select * from other", keyspace: "ks").id.bytes)
        _ = try? test.run("alter table p1 add y int")
        #expect(try test.database.preparedStatement(other, other.indices).query == "select * from other")
    }
}
