import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct SchemaTextTests {
    /// As Apache Cassandra 4.0 tells the types of these columns (`system_schema.columns`).
    private static let told = [
        "ad addr": "addr", "fa frozen<addr>": "frozen<addr>", "fl frozen<list<text>>": "frozen<list<text>>",
        "fm frozen<map<int,text>>": "frozen<map<int, text>>", "ld list<duration>": "list<duration>",
        "ll list<frozen<list<int>>>": "list<frozen<list<int>>>", "lu list<frozen<addr>>": "list<frozen<addr>>",
        "mm frozen<map<int,map<text,list<blob>>>>": "frozen<map<int, frozen<map<text, frozen<list<blob>>>>>>",
        "ms map<text,frozen<set<uuid>>>": "map<text, frozen<set<uuid>>>",
        "mu map<frozen<addr>,frozen<tuple<int,int>>>": "map<frozen<addr>, frozen<tuple<int, int>>>",
        "pe frozen<person>": "frozen<person>", "tp tuple<int,text,double>": "frozen<tuple<int, text, double>>",
        "tn tuple<int,tuple<text,boolean>,list<int>>":
            "frozen<tuple<int, frozen<tuple<text, boolean>>, frozen<list<int>>>>",
    ]

    @Test func typesAreToldAsServersTellThem() throws {
        let columns = Self.told.keys.sorted().joined(separator: ", ")
        let database = try TestDatabase("CREATE TYPE addr (street text, tags frozen<list<text>>)")
        try database.run("CREATE TYPE person (name text, home frozen<addr>)")
        try database.run("CREATE TABLE tcol (id int PRIMARY KEY, \(columns))")
        let rows = try database.rows(
            "SELECT column_name, type FROM system_schema.columns WHERE keyspace_name = 'ks' AND table_name = 'tcol'"
        )
        var expected = Dictionary(uniqueKeysWithValues: Self.told.map { ("'\($0.key.prefix(2))'", "'\($0.value)'") })
        expected["'id'"] = "'int'"
        #expect(Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) }) == expected)
        let fields = try database.rows("SELECT field_types FROM system_schema.types WHERE keyspace_name = 'ks'")
        #expect(fields == [["['text', 'frozen<list<text>>']"], ["['text', 'frozen<addr>']"]])
    }
}
