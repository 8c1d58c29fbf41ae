import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct UserTypeTests {
    private func makeDatabase() throws -> TestDatabase {
        try TestDatabase(
            "CREATE TYPE place (street text, zip int)",
            "CREATE TYPE person (name text, home frozen<place>)",
            "CREATE TABLE t (k int PRIMARY KEY, p frozen<person>, l list<frozen<place>>)"
        )
    }

    @Test func growWithTheirTables() throws {
        let database = try makeDatabase()
        try database.run("INSERT INTO t (k, p) VALUES (1, {name: 'A', home: {zip: 5}})")
        try database.run("ALTER TYPE place ADD country text")
        try database.run("ALTER TYPE place RENAME zip TO code")
        try database.run("INSERT INTO t (k, l) VALUES (2, [{code: 1, country: 'X'}])")
        #expect(
            try database.rows("SELECT p, l FROM t WHERE k IN (1, 2)") == [
                ["{name: 'A', home: {street: null, code: 5, country: null}}", "null"],
                ["null", "[{street: null, code: 1, country: 'X'}]"],
            ]
        )
    }

    @Test func tellOfThemselves() throws {
        let database = try makeDatabase()
        #expect(
            try database.rows(
                "SELECT type_name, field_names, field_types FROM system_schema.types WHERE keyspace_name = 'ks'"
            )
                == [
                    ["'person'", "['name', 'home']", "['text', 'frozen<place>']"],
                    ["'place'", "['street', 'zip']", "['text', 'int']"],
                ]
        )
        #expect(
            try database.rows(
                "SELECT type FROM system_schema.columns WHERE keyspace_name = 'ks' AND table_name = 't' AND column_name = 'l'"
            ) == [["'list<frozen<place>>'"]]
        )
        guard case .schemaChanged(let change) = try database.run("CREATE TYPE other (a int)") else {
            throw TestDatabase.NotRows()
        }
        #expect(change == SchemaChange(change: .created, target: .type("other"), keyspace: "ks"))
    }

    @Test(arguments: [
        ("CREATE TYPE place (a int)", "A user type with name 'place' already exists"),
        ("DROP TYPE place", "Cannot drop user type 'ks.place' as it is still used by user types person"),
        ("DROP TYPE person", "Cannot drop user type 'ks.person' as it is still used by tables t"),
        ("DROP TYPE nope", "Type 'ks.nope' doesn't exist"), ("ALTER TYPE nope ADD a int", "Type ks.nope doesn't exist"),
        (
            "ALTER TYPE place ADD zip int",
            "Cannot add field zip to type ks.place: a field with name zip already exists"
        ),
        ("CREATE TYPE x (a place)", "A user type cannot contain non-frozen UDTs"),
        (
            "CREATE TABLE u (k place PRIMARY KEY)",
            "Invalid non-frozen user-defined type place for PRIMARY KEY column 'k'"
        ),
        (
            "CREATE TABLE u (k int PRIMARY KEY, l list<place>)",
            "Non-frozen UDTs are not allowed inside collections: list<place>"
        ),
        (
            "CREATE TABLE u (k frozen<int> PRIMARY KEY)",
            "frozen<> is only allowed on collections, tuples, and user-defined types (got int)"
        ),
    ])
    func refuses(_ statement: String, _ message: String) throws {
        #expect(try makeDatabase().refusal(statement) == .invalid(message))
    }

    /// A cell for each part has no room for parts that are in cells themselves.
    @Test func refusesCellsWithinCells() throws {
        let database = try TestDatabase(
            "CREATE TYPE tagged (tags set<text>)",
            "CREATE TABLE t (k int PRIMARY KEY, f frozen<tagged>)"
        )
        let refusal = StatementError.invalid("Non-frozen UDTs with nested non-frozen collections are not supported")
        #expect(database.refusal("CREATE TABLE u (k int PRIMARY KEY, v tagged)") == refusal)
        #expect(database.refusal("ALTER TABLE t ADD v tagged") == refusal)
    }

    @Test func goAwayWhenNothingUsesThem() throws {
        let database = try makeDatabase()
        for statement in ["DROP TABLE t", "DROP TYPE person", "DROP TYPE place", "DROP TYPE IF EXISTS place"] {
            try database.run(statement)
        }
        #expect(try database.rows("SELECT * FROM system_schema.types") == [])
    }
}

@Suite struct DescribeTests {
    @Test func givesBackDefinitionsThatMakeTheSame() throws {
        let definitions = [
            "CREATE TYPE \"Odd Type\" (a int, \"order\" text)",
            """
            CREATE TABLE "T" (k int, "c-d" text, s int static, l list<frozen<"Odd Type">>, PRIMARY KEY ((k, "c-d"), s2))
            """.replacing("s2", with: "z").replacing("s int static", with: "z int, s int static"),
            "CREATE TABLE plain (k int PRIMARY KEY, v text) WITH comment = 'it''s' AND gc_grace_seconds = 5",
        ]
        let database = try TestDatabase()
        for definition in definitions { try database.run(definition) }
        let first = try database.rows("DESCRIBE KEYSPACE ks").map { $0[3] }
        #expect(first.count == 4)
        try database.run("DROP KEYSPACE ks")
        for literal in first {
            // Each statement as a text, from the literal of its value.
            let statement = literal.dropFirst().dropLast().replacing("''", with: "'")
            try database.run(String(statement))
        }
        #expect(try database.rows("DESCRIBE KEYSPACE ks").map { $0[3] } == first)
    }

    @Test func listsAndFinds() throws {
        let database = try TestDatabase("CREATE TABLE t (k int PRIMARY KEY)")
        #expect(try database.rows("DESCRIBE TABLES") == [["'ks'", "'table'", "'t'"]])
        #expect(try database.rows("DESCRIBE KEYSPACES").contains(["'ks'", "'keyspace'", "'ks'"]))
        #expect(try database.rows("DESC TABLE ks.t").map { $0[2] } == ["'t'"])
        #expect(try database.rows("DESCRIBE CLUSTER").count == 1)
        #expect(try database.rows("DESCRIBE t").count == 1)
        #expect(database.refusal("DESCRIBE TABLE nope") == .invalid("Table 'nope' not found in keyspace 'ks'"))
        #expect(database.refusal("DESCRIBE nope") == .invalid("'nope' not found in keyspace 'ks'"))
    }
}
