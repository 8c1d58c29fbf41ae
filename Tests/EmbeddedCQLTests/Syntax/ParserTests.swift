import Testing

@testable import EmbeddedCQL

@Suite struct ParserTests {
    private func parse(_ text: String) throws -> Statement { try Parser.parse(text).statement }

    @Test func readsCreateTable() throws {
        let statement = try parse(
            """
            CREATE TABLE IF NOT EXISTS "Ks"."T" (a int, "B" frozen<map<text, list<int>>>, c text,
            PRIMARY KEY ((a, "B"), c)) WITH CLUSTERING ORDER BY (c DESC) AND comment = 'x' AND gc_grace_seconds = 1;
            """
        )
        var expected = CreateTable(name: TableName(keyspace: "Ks", name: "T"), ifNotExists: true)
        let list = TypeName(name: "list", parameters: [TypeName(name: "int", parameters: [])])
        let map = TypeName(name: "map", parameters: [TypeName(name: "text", parameters: []), list])
        expected.columns = [
            ColumnDefinition(name: "a", type: TypeName(name: "int", parameters: [])),
            ColumnDefinition(name: "B", type: TypeName(name: "frozen", parameters: [map])),
            ColumnDefinition(name: "c", type: TypeName(name: "text", parameters: [])),
        ]
        expected.primaryKeys = [.init(partition: ["a", "B"], clustering: ["c"])]
        expected.clusteringOrder = [Ordering(column: "c", isDescending: true)]
        expected.properties = [
            Property(name: "comment", value: .string("x")),
            Property(name: "gc_grace_seconds", value: .integer("1")),
        ]
        #expect(statement == .createTable(expected))
    }

    @Test func readsInsertWithMarkersAndUsing() throws {
        let parsed = try Parser.parse(
            "INSERT INTO t (a, b, c) VALUES (?, :named, {'x': [1, -2.5]}) USING TIMESTAMP ? AND TTL 0"
        )
        #expect(parsed.markerNames == [nil, "named", nil])
        guard case .insert(let insert) = parsed.statement else { return #expect(Bool(false)) }
        #expect(insert.columns == ["a", "b", "c"])
        let list = Term.list([.integer("1"), .float("-2.5")])
        #expect(insert.values == [.marker(0), .marker(1), .map([.init(key: .string("x"), value: list)])])
        #expect(insert.using == UsingClause(timestamp: .marker(2), timeToLive: .integer("0")))
        #expect(insert.condition == .none)
    }

    @Test func readsSelectInFull() throws {
        let statement = try parse(
            """
            SELECT a, writetime(b) AS w, token(a) FROM ks.t WHERE token(a) > ? AND b IN (1, 2) AND c IN ? AND d <= 'x'
            ORDER BY c DESC PER PARTITION LIMIT 1 LIMIT 10 ALLOW FILTERING
            """
        )
        guard case .select(let select) = statement else { return #expect(Bool(false)) }
        #expect(
            select.selectors == [
                Selector(expression: .column("a"), alias: nil),
                Selector(expression: .call("writetime", [.column("b")]), alias: "w"),
                Selector(expression: .call("token", [.column("a")]), alias: nil),
            ]
        )
        #expect(
            select.relations == [
                Relation(subject: .token(["a"]), predicate: .compare(.greater, .marker(0))),
                Relation(subject: .column("b"), predicate: .inTerms([.integer("1"), .integer("2")])),
                Relation(subject: .column("c"), predicate: .inMarker(.marker(1))),
                Relation(subject: .column("d"), predicate: .compare(.lessOrEqual, .string("x"))),
            ]
        )
        #expect(select.ordering == [Ordering(column: "c", isDescending: true)])
        #expect(select.perPartitionLimit == .integer("1"))
        #expect(select.limit == .integer("10"))
        #expect(select.allowsFiltering)
    }

    @Test func readsColumnsThatAreCalledLikeFunctions() throws {
        guard case .select(let select) = try parse("SELECT json, distinct, count, ttl FROM t") else {
            return #expect(Bool(false))
        }
        #expect(select.selectors.map(\.expression) == ["json", "distinct", "count", "ttl"].map { .column($0) })
        #expect(!select.isDistinct)
    }

    @Test func readsBatch() throws {
        let text =
            "BEGIN UNLOGGED BATCH USING TIMESTAMP 5 UPDATE t SET a = 1 WHERE k = 2; DELETE a FROM t WHERE k = 3 APPLY BATCH;"
        guard case .batch(let batch) = try parse(text) else { return #expect(Bool(false)) }
        #expect(batch.kind == .unlogged)
        #expect(batch.using.timestamp == .integer("5"))
        #expect(batch.statements.count == 2)
    }

    /// From a capture of a real server, without the part of the statement that it quotes behind its message.
    @Test(arguments: [
        ("selec * from x", "line 1:0 no viable alternative at input 'selec'"),
        ("", "line 0:-1 no viable alternative at input '<EOF>'"),
        ("   ;", "line 1:3 no viable alternative at input ';'"),
        ("select * from cap.e1 where", "line 0:-1 no viable alternative at input '<EOF>'"),
        ("select * from cap.e1; select * from cap.e1", "line 1:22 mismatched input 'select' expecting EOF"),
        ("insert into cap.e1 (k) values ('unterminated)", "line 1:45 mismatched character '<EOF>' expecting '''"),
        ("select * from order", "line 1:14 no viable alternative at input 'order'"),
        ("insert into t (a) values (select)", "line 1:26 no viable alternative at input 'select'"),
        ("create table t (a int", "line 0:-1 mismatched input '<EOF>' expecting )"),
    ])
    func refusesWhatIsNoCQL(_ text: String, _ message: String) {
        #expect(throws: StatementError.syntax(message)) { try Parser.parse(text) }
    }

    @Test(arguments: [
        "create index on t (a)", "create materialized view v as select * from t",
        "create function f (a int) called on null input returns int language lua as 'return 1'",
        "create custom index on t (a) using 'x'", "create trigger x on t using 'y'",
        "select json * from t", "insert into t json '{}'",
        "create table t (a 'org.x.Y' primary key)", "create table t (a int primary key) with compact storage",
    ])
    func refusesByNameWhatItHasNot(_ text: String) throws {
        let error = #expect(throws: StatementError.self) { try Parser.parse(text) }
        #expect(error?.kind == .invalid)
        #expect(error?.message.contains("not supported by the embedded in-memory node") == true)
    }

    @Test(arguments: ["list roles", "grant select on t to x", "revoke select on t from x"])
    func hasNoRoles(_ text: String) {
        let message = "You have to be logged in and not anonymous to perform this request"
        #expect(throws: StatementError(.unauthorized, message)) { try Parser.parse(text) }
    }

    @Test func boundsNesting() {
        let deep = String(repeating: "[", count: 100_000)
        let error = #expect(throws: StatementError.self) { try Parser.parse("INSERT INTO t (a) VALUES (\(deep)") }
        #expect(error?.message.contains("nests too deeply") == true)
        let type = String(repeating: "frozen<", count: 100_000)
        #expect(throws: StatementError.self) { try Parser.parse("CREATE TABLE t (a \(type)") }
    }
}
