import CQLWire
import Testing

@testable import EmbeddedCQL

/// Collections and user-defined types that are not frozen, changed part by part.
@Suite struct CollectionTests {
    private func makeDatabase() throws -> TestDatabase {
        try TestDatabase(
            "CREATE TYPE place (street text, zip int)",
            "CREATE TABLE t (k int PRIMARY KEY, l list<int>, s set<text>, m map<text, int>, u place, f frozen<list<int>>)",
            "INSERT INTO t (k, l, s, m, u, f) VALUES (1, [1, 2, 2], {'b', 'a'}, {'y': 1, 'x': 2}, {street: 'S', zip: 9}, [1])"
        )
    }

    @Test(arguments: [
        ("l", "l = l + [3, 1]", "[1, 2, 2, 3, 1]"), ("l", "l = [8, 9] + l", "[8, 9, 1, 2, 2]"),
        ("l", "l = l - [2]", "[1]"), ("l", "l[0] = 7", "[7, 2, 2]"), ("l", "l[1] = null", "[1, 2]"),
        ("l", "l = [5]", "[5]"), ("l", "l = []", "null"), ("l", "l += [4]", "[1, 2, 2, 4]"),
        ("s", "s = s + {'c', 'a'}", "{'a', 'b', 'c'}"), ("s", "s = s - {'a', 'z'}", "{'b'}"),
        ("s", "s = {}", "null"), ("m", "m = m + {'z': 3, 'x': 0}", "{'x': 0, 'y': 1, 'z': 3}"),
        ("m", "m['x'] = 5", "{'x': 5, 'y': 1}"), ("m", "m['x'] = null", "{'y': 1}"), ("m", "m = m - {'y'}", "{'x': 2}"),
        ("m", "m = null", "null"), ("m", "m['x'] = 1, m['q'] = 2", "{'q': 2, 'x': 1, 'y': 1}"),
        ("u", "u.zip = 5", "{street: 'S', zip: 5}"), ("u", "u.street = null", "{street: null, zip: 9}"),
        ("u", "u = {zip: 1}", "{street: null, zip: 1}"),
    ])
    func updates(_ column: String, _ assignments: String, _ expected: String) throws {
        let database = try makeDatabase()
        try database.run("UPDATE t SET \(assignments) WHERE k = 1")
        #expect(try database.rows("SELECT \(column) FROM t") == [[expected]])
    }

    @Test(arguments: [
        ("l[0]", "l", "[2, 2]"), ("s['a']", "s", "{'b'}"), ("m['y']", "m", "{'x': 2}"),
        ("u.zip", "u", "{street: 'S', zip: null}"), ("l", "l", "null"), ("m", "m", "null"),
    ])
    func deletes(_ part: String, _ column: String, _ expected: String) throws {
        let database = try makeDatabase()
        try database.run("DELETE \(part) FROM t WHERE k = 1")
        #expect(try database.rows("SELECT \(column) FROM t") == [[expected]])
    }

    @Test(arguments: [
        ("SELECT m['x'], u.street FROM t", ["2", "'S'"]), ("SELECT m['none'] FROM t", ["null"]),
        ("SELECT k FROM t WHERE s CONTAINS 'a' ALLOW FILTERING", ["1"]),
        ("SELECT k FROM t WHERE m CONTAINS KEY 'y' AND l CONTAINS 2 ALLOW FILTERING", ["1"]),
        ("SELECT k FROM t WHERE m['x'] = 2 ALLOW FILTERING", ["1"]),
    ])
    func selectsParts(_ statement: String, _ expected: [String]) throws {
        #expect(try makeDatabase().rows(statement) == [expected])
    }

    @Test func namesMarkersOfParts() throws {
        let prepared = try makeDatabase().database.prepare(
            "UPDATE ks.t SET m[?] = ?, l[?] = ?, s = s + ? WHERE k = ?",
            keyspace: nil
        )
        #expect(prepared.markers.map(\.name) == ["key(m)", "value(m)", "idx(l)", "value(l)", "s", "k"])
        #expect(prepared.markers.map(\.type) == [.text, .int, .int, .int, .set(.text), .int])
    }

    @Test func bindsInsideOfLiterals() throws {
        let database = try makeDatabase()
        try database.run(
            "UPDATE t SET l = [?, 2], m = {?: ?}, u = {zip: ?} WHERE k = 1",
            [int(4), text("q"), int(5), int(6)]
        )
        #expect(try database.rows("SELECT l, m, u FROM t") == [["[4, 2]", "{'q': 5}", "{street: null, zip: 6}"]])
    }

    @Test func boundKeysAreValuesOfTheirType() throws {
        let database = try TestDatabase("CREATE TABLE e (k int PRIMARY KEY, m map<int, text>, s set<int>)")
        for change in ["UPDATE e SET m[?] = 'x' WHERE k = 1", "DELETE m[?] FROM e WHERE k = 1"] {
            #expect(database.refusal(change, [.bytes([1])])?.message == "Expected 4 or 0 byte int (1)")
        }
        #expect(try database.rows("SELECT m FROM e") == [])
    }

    @Test func elementsHaveTimesOfTheirOwn() throws {
        let database = try TestDatabase("CREATE TABLE e (k int PRIMARY KEY, m map<int, int>)")
        try database.run("UPDATE e USING TTL 10 SET m[1] = 1 WHERE k = 1")
        try database.run("UPDATE e SET m[2] = 2 WHERE k = 1")
        database.pass(seconds: 10)
        #expect(try database.rows("SELECT m FROM e") == [["{2: 2}"]])
        try database.run("DELETE m[2] FROM e WHERE k = 1")
        #expect(try database.rows("SELECT m FROM e") == [], "nothing keeps the row")
    }

    @Test(arguments: [
        ("UPDATE t SET l[9] = 1 WHERE k = 1", "List index 9 out of bound, list has size 3"),
        ("UPDATE t SET l[0] = 1 WHERE k = 2", "Attempted to set an element on a list which is null"),
        ("UPDATE t SET f = f + [1] WHERE k = 1", "Invalid operation (f = f + [1]) for frozen collection column f"),
        ("UPDATE t SET k = 1 WHERE k = 1", "PRIMARY KEY part k found in SET part"),
        ("UPDATE t SET m = {'a': 1}, m['b'] = 2 WHERE k = 1", "Multiple incompatible setting of column m"),
        ("UPDATE t SET u.nope = 1 WHERE k = 1", "UDT column u does not have a field named nope"),
        ("INSERT INTO t (k, u) VALUES (1, {nope: 1})", "Unknown field 'nope' in value of user defined type place"),
        ("SELECT writetime(m) FROM t", "Cannot use selection function writeTime on collections"),
        (
            "SELECT k FROM t WHERE m = {'a': 1} ALLOW FILTERING",
            "Collection column 'm' (map<text, int>) cannot be restricted by a '=' relation"
        ),
    ])
    func refuses(_ statement: String, _ message: String) throws {
        #expect(try makeDatabase().refusal(statement) == .invalid(message))
    }

    /// An element that a list has not refuses everything that comes with it.
    @Test(arguments: [
        "BEGIN BATCH INSERT INTO t (k, s) VALUES (2, {'x'}); UPDATE t SET l[9] = 1 WHERE k = 1; APPLY BATCH",
        "BEGIN BATCH UPDATE t SET l = [] WHERE k = 1; UPDATE t SET l[2] = 1 WHERE k = 1; APPLY BATCH",
        "UPDATE t SET l[0] = 7 WHERE k IN (1, 2)", "DELETE l[1] FROM t WHERE k IN (1, 2)",
    ])
    func nothingIsDoneByHalves(_ statement: String) throws {
        let database = try TestDatabase(
            "CREATE TABLE t (k int PRIMARY KEY, l list<int>, s set<text>)",
            "INSERT INTO t (k, l) VALUES (1, [1, 2])"
        )
        #expect(database.refusal(statement)?.kind == .invalid)
        #expect(try database.rows("SELECT * FROM t") == [["1", "[1, 2]", "null"]])
    }

    @Test func conditionsAreNotAppliedByHalves() throws {
        let database = try TestDatabase(
            "CREATE TABLE t (k int, c int, l list<int>, PRIMARY KEY (k, c))",
            "INSERT INTO t (k, c, l) VALUES (1, 1, [1])"
        )
        let batch = """
            BEGIN BATCH INSERT INTO t (k, c) VALUES (1, 2) IF NOT EXISTS; UPDATE t SET l[5] = 1 WHERE k = 1 AND c = 1;
            APPLY BATCH
            """
        #expect(database.refusal(batch) == .invalid("List index 5 out of bound, list has size 1"))
        #expect(try database.rows("SELECT * FROM t") == [["1", "1", "[1]"]])
    }

    /// A batch changes lists as they are before it.
    @Test func listsAreLookedAtBeforeABatch() throws {
        let database = try TestDatabase(
            "CREATE TABLE t (k int PRIMARY KEY, l list<int>)",
            "INSERT INTO t (k, l) VALUES (1, [1, 2, 1])"
        )
        try database.run(
            "BEGIN BATCH UPDATE t SET l = l - [1] WHERE k = 1; UPDATE t SET l[1] = 5 WHERE k = 1; APPLY BATCH"
        )
        #expect(try database.rows("SELECT l FROM t") == [["[5]"]])
    }
}
