#!/usr/bin/env python3
"""Checks what CQL means to a server: cql_language_check.py HOST PORT

Runs statements and compares rows and errors with expectations that follow the CQL specification and the documented
behaviour of Apache Cassandra 4 and ScyllaDB, not what one server happened to answer: the same script passes on both, and
on the embedded node. Where those two answer differently, only what they share is looked at. Exit status 0 means that all
passed.
"""
import sys
import time
import traceback

from cassandra import ConsistencyLevel, InvalidRequest
from cassandra.cluster import Cluster, ExecutionProfile, EXEC_PROFILE_DEFAULT
from cassandra.policies import WhiteListRoundRobinPolicy
from cassandra.protocol import ConfigurationException, SyntaxException
from cassandra.query import BatchStatement, SimpleStatement, tuple_factory

KEYSPACE = "cql_language"
checks = []


def check(function):
    checks.append(function)
    return function


class Server:
    def __init__(self, session):
        self.session = session

    def run(self, *statements):
        for statement in statements:
            result = self.session.execute(statement)
        return result

    def rows(self, statement, values=None):
        return [tuple(plain(value) for value in row) for row in self.session.execute(statement, values)]

    def expect(self, statement, rows, values=None):
        found = self.rows(statement, values)
        if found != rows:
            raise AssertionError(f"{statement}: expected {rows}, got {found}")

    def refuses(self, statement, kind=InvalidRequest, values=None):
        try:
            self.session.execute(statement, values)
        except kind:
            return
        except Exception as error:
            raise AssertionError(f"{statement}: expected {kind.__name__}, got {error!r}")
        raise AssertionError(f"{statement}: was not refused")

    def applies(self, statement, expected, current=None, values=None):
        """Whether a conditional statement is applied, and what it says of the row when it is not."""
        result = self.session.execute(statement, values)
        found = [tuple(row) for row in result]
        if found[0][0] != expected:
            raise AssertionError(f"{statement}: applied is {found[0][0]}")
        if current is not None:
            row = dict(zip(result.column_names, found[0]))
            for name, value in current.items():
                if plain(row.get(name)) != value:
                    raise AssertionError(f"{statement}: {name} is {row.get(name)!r}, not {value!r}")


def plain(value):
    """Collections of the driver as those of Python; None for an empty one, which CQL does not tell apart."""
    kind = type(value).__name__
    if kind in ("SortedSet", "set", "frozenset"):
        return {plain(element) for element in value}
    if kind in ("OrderedMapSerializedKey", "OrderedMap", "dict"):
        return {plain(key): plain(element) for key, element in value.items()}
    if isinstance(value, list):
        return [plain(element) for element in value]
    if hasattr(value, "_fields"):
        return tuple(plain(element) for element in value)
    return value


@check
def last_write_wins_per_cell(s):
    s.run("CREATE TABLE lww (k int PRIMARY KEY, v text, w text)",
          "INSERT INTO lww (k, v, w) VALUES (1, 'a', 'a') USING TIMESTAMP 10",
          "UPDATE lww USING TIMESTAMP 20 SET v = 'b' WHERE k = 1",
          "INSERT INTO lww (k, v, w) VALUES (1, 'c', 'c') USING TIMESTAMP 15")
    s.expect("SELECT v, w, writetime(v), writetime(w) FROM lww", [("b", "c", 20, 15)])
    # Older than all that is there, even a removal changes nothing.
    s.run("DELETE v FROM lww USING TIMESTAMP 5 WHERE k = 1", "DELETE FROM lww USING TIMESTAMP 14 WHERE k = 1")
    s.expect("SELECT v, w FROM lww", [("b", "c")])
    s.run("DELETE FROM lww USING TIMESTAMP 15 WHERE k = 1")
    s.expect("SELECT v, w FROM lww", [("b", None)])


@check
def ties_are_ordered(s):
    s.run("CREATE TABLE tie (k int PRIMARY KEY, v text)")
    for key, first, second in ((1, "a", "b"), (2, "b", "a")):
        s.run(f"UPDATE tie USING TIMESTAMP 5 SET v = '{first}' WHERE k = {key}",
              f"UPDATE tie USING TIMESTAMP 5 SET v = '{second}' WHERE k = {key}")
        s.expect(f"SELECT v FROM tie WHERE k = {key}", [("b",)])
    # A removal beats a write of the same timestamp, whichever comes first.
    s.run("UPDATE tie USING TIMESTAMP 5 SET v = 'x' WHERE k = 3", "DELETE v FROM tie USING TIMESTAMP 5 WHERE k = 3",
          "DELETE v FROM tie USING TIMESTAMP 5 WHERE k = 4", "UPDATE tie USING TIMESTAMP 5 SET v = 'x' WHERE k = 4",
          "DELETE FROM tie USING TIMESTAMP 5 WHERE k = 5", "INSERT INTO tie (k, v) VALUES (5, 'x') USING TIMESTAMP 5")
    s.expect("SELECT v FROM tie WHERE k IN (3, 4, 5)", [])


@check
def rows_exist_by_marker_or_value(s):
    s.run("CREATE TABLE marker (k int PRIMARY KEY, v int)", "INSERT INTO marker (k) VALUES (1)",
          "UPDATE marker SET v = 1 WHERE k = 2", "INSERT INTO marker (k, v) VALUES (3, 1)")
    s.run("DELETE v FROM marker WHERE k IN (1, 2, 3)")
    s.expect("SELECT k, v FROM marker WHERE k IN (1, 2, 3)", [(1, None), (3, None)])


@check
def deletions_of_ranges_and_partitions(s):
    s.run("CREATE TABLE del (k int, a int, b int, v int, PRIMARY KEY (k, a, b)) WITH CLUSTERING ORDER BY (a ASC, b DESC)")
    def fill():
        for a in range(3):
            for b in range(2):
                s.run(f"INSERT INTO del (k, a, b, v) VALUES (1, {a}, {b}, 0) USING TIMESTAMP 100")
    fill()
    s.run("DELETE FROM del USING TIMESTAMP 100 WHERE k = 1 AND a = 1",
          "DELETE FROM del USING TIMESTAMP 100 WHERE k = 1 AND a = 2 AND b > 0")
    s.expect("SELECT a, b FROM del WHERE k = 1", [(0, 1), (0, 0), (2, 0)])
    fill()  # of the same timestamp as the deletions, so nothing comes back
    s.expect("SELECT a, b FROM del WHERE k = 1", [(0, 1), (0, 0), (2, 0)])
    s.run("INSERT INTO del (k, a, b) VALUES (1, 1, 5) USING TIMESTAMP 101",
          "DELETE FROM del USING TIMESTAMP 100 WHERE k = 1")
    s.expect("SELECT a, b, v FROM del WHERE k = 1", [(1, 5, None)])
    s.refuses("DELETE v FROM del WHERE k = 1 AND a = 1")
    s.refuses("DELETE FROM del WHERE k = 1 AND b = 1")
    s.refuses("DELETE FROM del WHERE a = 1")


@check
def static_columns(s):
    s.run("CREATE TABLE stat (k int, c int, s text static, v int, PRIMARY KEY (k, c))",
          "INSERT INTO stat (k, s) VALUES (1, 'only')", "INSERT INTO stat (k, c, s, v) VALUES (2, 1, 'x', 1)",
          "INSERT INTO stat (k, c, v) VALUES (2, 2, 2)", "UPDATE stat SET s = 'y' WHERE k = 2")
    s.expect("SELECT k, c, s, v FROM stat WHERE k = 1", [(1, None, "only", None)])
    s.expect("SELECT c, s FROM stat WHERE k = 2", [(1, "y"), (2, "y")])
    s.expect("SELECT DISTINCT k, s FROM stat WHERE k IN (1, 2)", [(1, "only"), (2, "y")])
    s.expect("SELECT s FROM stat WHERE k = 1 AND c = 1", [])
    s.run("DELETE s FROM stat WHERE k = 1", "DELETE FROM stat WHERE k = 2 AND c IN (1, 2)")
    s.expect("SELECT k, c, s FROM stat", [(2, None, "y")])
    s.refuses("UPDATE stat SET v = 1 WHERE k = 1")
    s.refuses("CREATE TABLE stat2 (k int PRIMARY KEY, s int static)")


@check
def values_expire(s):
    s.run("CREATE TABLE ttl (k int PRIMARY KEY, v int, w int)", "INSERT INTO ttl (k, v) VALUES (1, 1) USING TTL 2",
          "INSERT INTO ttl (k, v) VALUES (2, 1)", "UPDATE ttl USING TTL 2 SET w = 1 WHERE k = 2",
          "INSERT INTO ttl (k, v) VALUES (3, 1) USING TTL 1000", "INSERT INTO ttl (k, v) VALUES (4, 1) USING TTL 0")
    remaining = s.rows("SELECT ttl(v) FROM ttl WHERE k = 3")[0][0]
    if not 990 < remaining <= 1000:
        raise AssertionError(f"ttl(v) is {remaining}")
    s.expect("SELECT ttl(v) FROM ttl WHERE k = 4", [(None,)])
    give_up = time.time() + 20
    while s.rows("SELECT k FROM ttl WHERE k = 1") and time.time() < give_up:
        time.sleep(0.2)
    while s.rows("SELECT w FROM ttl WHERE k = 2") != [(None,)] and time.time() < give_up:
        time.sleep(0.2)
    s.expect("SELECT k, v, w FROM ttl WHERE k IN (1, 2)", [(2, 1, None)])
    s.refuses("INSERT INTO ttl (k) VALUES (1) USING TTL -1")
    s.refuses("INSERT INTO ttl (k) VALUES (1) USING TTL 630720001")
    s.run("CREATE TABLE ttl2 (k int PRIMARY KEY, v int) WITH default_time_to_live = 500",
          "INSERT INTO ttl2 (k, v) VALUES (1, 1)", "INSERT INTO ttl2 (k, v) VALUES (2, 1) USING TTL 0")
    first, second = (s.rows(f"SELECT ttl(v) FROM ttl2 WHERE k = {key}")[0][0] for key in (1, 2))
    if not (490 < first <= 500 and second is None):
        raise AssertionError(f"default_time_to_live gave {first} and {second}")


@check
def conditions(s):
    s.run("CREATE TABLE lwt (k int, c int, s int static, v text, PRIMARY KEY (k, c))")
    s.applies("INSERT INTO lwt (k, c, v) VALUES (1, 1, 'a') IF NOT EXISTS", True)
    s.applies("INSERT INTO lwt (k, c, v) VALUES (1, 1, 'b') IF NOT EXISTS", False, {"k": 1, "c": 1, "v": "a"})
    s.applies("UPDATE lwt SET v = 'b' WHERE k = 1 AND c = 1 IF v = 'z'", False, {"v": "a"})
    s.applies("UPDATE lwt SET v = 'b' WHERE k = 1 AND c = 1 IF v = 'a'", True)
    s.applies("UPDATE lwt SET v = 'c' WHERE k = 1 AND c = 1 IF v IN ('x', 'b')", True)
    s.applies("UPDATE lwt SET v = 'd' WHERE k = 1 AND c = 1 IF v > 'a' AND v < 'b'", False)
    s.applies("UPDATE lwt SET v = 'd' WHERE k = 1 AND c = 1 IF v != 'x'", True)
    s.applies("UPDATE lwt SET v = 'e' WHERE k = 1 AND c = 9 IF EXISTS", False)
    s.applies("UPDATE lwt SET v = 'e' WHERE k = 1 AND c = 9 IF v = null", True)
    s.applies("UPDATE lwt SET s = 1 WHERE k = 1 IF s = null", True)
    s.applies("UPDATE lwt SET s = 2 WHERE k = 1 IF s = 5", False, {"s": 1})
    s.applies("DELETE FROM lwt WHERE k = 1 AND c = 1 IF v = 'q'", False)
    s.applies("DELETE FROM lwt WHERE k = 1 AND c = 1 IF EXISTS", True)
    s.expect("SELECT c, s, v FROM lwt WHERE k = 1", [(9, 1, "e")])
    s.applies("BEGIN BATCH INSERT INTO lwt (k, c, v) VALUES (1, 2, 'n') IF NOT EXISTS; "
              "UPDATE lwt SET v = 'f' WHERE k = 1 AND c = 9; APPLY BATCH", True)
    s.applies("BEGIN BATCH INSERT INTO lwt (k, c, v) VALUES (1, 2, 'n') IF NOT EXISTS; "
              "UPDATE lwt SET v = 'g' WHERE k = 1 AND c = 9; APPLY BATCH", False)
    s.expect("SELECT c, v FROM lwt WHERE k = 1", [(2, "n"), (9, "f")])
    s.refuses("INSERT INTO lwt (k, c) VALUES (1, 1) IF NOT EXISTS USING TIMESTAMP 5")
    s.refuses("UPDATE lwt SET v = 'x' WHERE k IN (1, 2) AND c = 1 IF EXISTS")
    s.refuses("BEGIN BATCH INSERT INTO lwt (k, c) VALUES (1, 1) IF NOT EXISTS; "
              "INSERT INTO lwt (k, c) VALUES (2, 1) IF NOT EXISTS; APPLY BATCH")
    prepared = s.session.prepare("UPDATE lwt SET v = ? WHERE k = ? AND c = ? IF v = ?")
    s.applies(prepared, False, values=("h", 1, 9, "nope"))
    s.applies(prepared, True, values=("h", 1, 9, "f"))
    statement = SimpleStatement("INSERT INTO lwt (k, c) VALUES (3, 3) IF NOT EXISTS",
                                serial_consistency_level=ConsistencyLevel.LOCAL_SERIAL)
    s.applies(statement, True)


@check
def collections(s):
    s.run("CREATE TABLE coll (k int PRIMARY KEY, l list<int>, t set<text>, m map<text, int>, f frozen<list<int>>)",
          "INSERT INTO coll (k, l, t, m, f) VALUES (1, [1, 2], {'b', 'a'}, {'x': 1}, [3])",
          "UPDATE coll SET l = l + [3], t = t + {'c'}, m = m + {'y': 2} WHERE k = 1",
          "UPDATE coll SET l = [0] + l, t = t - {'a'}, m['z'] = 3 WHERE k = 1")
    s.expect("SELECT l, t, m, f FROM coll", [([0, 1, 2, 3], {"b", "c"}, {"x": 1, "y": 2, "z": 3}, [3])])
    s.run("UPDATE coll SET l[1] = 9, m['x'] = null WHERE k = 1", "DELETE l[0], m['y'] FROM coll WHERE k = 1",
          "UPDATE coll SET l = l - [2] WHERE k = 1")
    s.expect("SELECT l, m FROM coll", [([9, 3], {"z": 3})])
    s.run("UPDATE coll SET l = [], t = {}, m = {}, f = [] WHERE k = 1")
    s.expect("SELECT l, t, m, f FROM coll", [(None, None, None, [])])
    s.run("UPDATE coll SET m = {'p': 1} WHERE k = 1")
    s.expect("SELECT k FROM coll WHERE m CONTAINS KEY 'p' ALLOW FILTERING", [(1,)])
    s.expect("SELECT k FROM coll WHERE m CONTAINS 2 ALLOW FILTERING", [])
    s.refuses("UPDATE coll SET l[5] = 1 WHERE k = 1")
    s.refuses("UPDATE coll SET f = f + [1] WHERE k = 1")
    s.refuses("CREATE TABLE coll2 (k int PRIMARY KEY, l list<list<int>>)")
    s.refuses("CREATE TABLE coll2 (k list<int> PRIMARY KEY)")


@check
def user_types(s):
    s.run("CREATE TYPE place (street text, zip int)",
          "CREATE TABLE udt (k int PRIMARY KEY, p place, f frozen<place>, l list<frozen<place>>)",
          "INSERT INTO udt (k, p, f, l) VALUES (1, {street: 'S', zip: 1}, {zip: 2}, [{street: 'T'}])",
          "UPDATE udt SET p.zip = 5 WHERE k = 1")
    s.expect("SELECT p, f, l FROM udt", [(("S", 5), (None, 2), [("T", None)])])
    s.expect("SELECT p.street FROM udt", [("S",)])
    s.run("ALTER TYPE place ADD country text", "UPDATE udt SET p.country = 'X' WHERE k = 1")
    s.expect("SELECT p.country, f.country FROM udt", [("X", None)])
    s.refuses("DROP TYPE place")
    s.refuses("ALTER TYPE place ADD zip int")
    s.refuses("UPDATE udt SET f.zip = 1 WHERE k = 1")
    s.run("DROP TABLE udt", "DROP TYPE place", "DROP TYPE IF EXISTS place")


@check
def restrictions_and_order(s):
    s.run("CREATE TABLE sel (k int, a int, b int, v int, PRIMARY KEY (k, a, b)) WITH CLUSTERING ORDER BY (a DESC, b ASC)")
    for a in range(3):
        for b in range(3):
            s.run(f"INSERT INTO sel (k, a, b, v) VALUES (1, {a}, {b}, {a * 3 + b})")
    s.run("INSERT INTO sel (k, a, b, v) VALUES (2, 0, 0, 100)")
    s.expect("SELECT v FROM sel WHERE k = 1 AND a = 1", [(3,), (4,), (5,)])
    s.expect("SELECT v FROM sel WHERE k = 1 AND a > 0 AND a <= 1 LIMIT 2", [(3,), (4,)])
    s.expect("SELECT v FROM sel WHERE k = 1 AND a IN (0, 2) AND b = 1", [(7,), (1,)])
    s.expect("SELECT v FROM sel WHERE k = 1 ORDER BY a ASC, b DESC LIMIT 4", [(2,), (1,), (0,), (5,)])
    s.expect("SELECT v FROM sel WHERE k = 1 AND (a, b) IN ((2, 2), (0, 1))", [(8,), (1,)])
    s.expect("SELECT v FROM sel WHERE k = 1 AND a = 2 AND (b) > (0)", [(7,), (8,)])
    s.expect("SELECT k, v FROM sel WHERE k IN (1, 2) PER PARTITION LIMIT 1", [(1, 6), (2, 100)])
    s.expect("SELECT v FROM sel WHERE v = 100 ALLOW FILTERING", [(100,)])
    s.expect("SELECT v FROM sel WHERE k = 1 AND b = 2 AND v > 4 ALLOW FILTERING", [(8,), (5,)])
    s.expect("SELECT count(*) FROM sel WHERE token(k) = token(2)", [(1,)])
    s.expect("SELECT DISTINCT k FROM sel WHERE k IN (1, 2)", [(1,), (2,)])
    prepared = s.session.prepare("SELECT v FROM sel WHERE k = ? AND a IN ? AND b = ? LIMIT ?")
    s.expect(prepared, [(7,)], (1, [0, 2], 1, 1))
    named = s.session.prepare("SELECT v FROM sel WHERE k = :key AND a = :a AND b >= :low")
    s.expect(named, [(4,), (5,)], {"key": 1, "a": 1, "low": 1})
    for statement in ("SELECT * FROM sel WHERE v = 1", "SELECT * FROM sel WHERE a = 1",
                      "SELECT * FROM sel WHERE k = 1 AND b = 1", "SELECT * FROM sel WHERE k > 1",
                      "SELECT * FROM sel WHERE k = 1 AND a > 1 AND b = 1",
                      "SELECT * FROM sel WHERE k = 1 AND a = 1 AND a = 2", "SELECT * FROM sel ORDER BY a",
                      "SELECT * FROM sel WHERE k = 1 ORDER BY b", "SELECT * FROM sel WHERE k = 1 ORDER BY a ASC, b ASC",
                      "SELECT nope FROM sel", "SELECT * FROM sel LIMIT 0", "SELECT DISTINCT v FROM sel",
                      "SELECT * FROM sel WHERE k = null", "SELECT * FROM nope"):
        s.refuses(statement)


@check
def aggregates_and_functions(s):
    s.run("CREATE TABLE agg (k int, c int, i int, d double, t text, PRIMARY KEY (k, c))")
    for k, c, i, d, t in ((1, 1, 7, 0.5, "'a'"), (1, 2, -2, 1.5, "'b'"), (2, 1, 100, "null", "null")):
        s.run(f"INSERT INTO agg (k, c, i, d, t) VALUES ({k}, {c}, {i}, {d}, {t})")
    s.expect("SELECT count(*), count(t), sum(i), min(i), max(t), avg(i), avg(d) FROM agg",
             [(3, 2, 105, -2, "b", 35, 1.0)])
    s.expect("SELECT count(*), sum(i), max(i) FROM agg WHERE k = 9", [(0, 0, None)])
    s.expect("SELECT k, count(*), sum(i) FROM agg WHERE k IN (1, 2) GROUP BY k", [(1, 2, 5), (2, 1, 100)])
    s.expect("SELECT cast(i AS text), cast(d AS int) FROM agg WHERE k = 1 AND c = 2", [("-2", 1)])
    s.expect("SELECT blobasint(intasblob(i)) FROM agg WHERE k = 1 AND c = 1", [(7,)])
    s.expect("SELECT i AS renamed FROM agg WHERE k = 2", [(100,)])
    names = s.session.execute("SELECT count(*), max(i), writetime(i), ttl(i) FROM agg WHERE k = 1 AND c = 1")
    if names.column_names[0] != "count":
        raise AssertionError(f"columns are called {names.column_names}")
    moment = s.session.execute("SELECT totimestamp(now()) FROM agg LIMIT 1").one()[0]
    if abs(moment.timestamp() - time.time()) > 86_400 * 2:
        raise AssertionError(f"now is {moment}")
    s.refuses("SELECT nope(k) FROM agg")
    s.refuses("SELECT sum(t) FROM agg")


@check
def keys_and_values(s):
    s.run("CREATE TABLE keys (k text PRIMARY KEY, v int)", "CREATE TABLE keys2 (a text, b text, PRIMARY KEY ((a, b)))")
    s.refuses("INSERT INTO keys (k) VALUES ('')")
    s.run("INSERT INTO keys2 (a, b) VALUES ('', '')")
    s.expect("SELECT a, b FROM keys2", [("", "")])
    insert = s.session.prepare("INSERT INTO keys (k, v) VALUES (?, ?)")
    s.refuses(insert, values=("x" * 65536, 1))
    s.refuses(insert, values=(None, 1))
    s.session.execute(insert, ("y" * 65535, 1))
    s.session.execute(insert, ("unset",))
    s.expect("SELECT v FROM keys WHERE k = 'unset'", [(None,)])
    for statement in ("INSERT INTO keys (v) VALUES (1)", "INSERT INTO keys (k, v) VALUES ('a', 'b')",
                      "INSERT INTO keys (k, v) VALUES ('a', 99999999999)", "INSERT INTO keys (k, k) VALUES ('a', 'b')",
                      "UPDATE keys SET k = 'a' WHERE k = 'b'", "INSERT INTO nope (k) VALUES (1)"):
        s.refuses(statement)


@check
def batches(s):
    s.run("CREATE TABLE bat (k int PRIMARY KEY, v int)")
    s.run("BEGIN UNLOGGED BATCH USING TIMESTAMP 50 INSERT INTO bat (k, v) VALUES (1, 1); "
          "UPDATE bat SET v = 2 WHERE k = 2; DELETE FROM bat WHERE k = 3 APPLY BATCH")
    s.expect("SELECT k, v, writetime(v) FROM bat WHERE k IN (1, 2)", [(1, 1, 50), (2, 2, 50)])
    insert = s.session.prepare("INSERT INTO bat (k, v) VALUES (?, ?)")
    batch = BatchStatement()
    for key in range(10, 20):
        batch.add(insert, (key, key))
    batch.add("DELETE FROM bat WHERE k = 1")
    s.session.execute(batch)
    s.expect("SELECT count(*) FROM bat", [(11,)])
    s.refuses("BEGIN BATCH USING TIMESTAMP 1 INSERT INTO bat (k) VALUES (1) USING TIMESTAMP 2 APPLY BATCH")


@check
def schema_changes(s):
    s.run("CREATE TABLE alt (k int PRIMARY KEY, v int)", "INSERT INTO alt (k, v) VALUES (1, 1)",
          "ALTER TABLE alt ADD w text", "UPDATE alt SET w = 'w' WHERE k = 1", "ALTER TABLE alt DROP v",
          "ALTER TABLE alt RENAME k TO key", "ALTER TABLE alt WITH comment = 'c' AND gc_grace_seconds = 100")
    s.expect("SELECT * FROM alt", [(1, "w")])
    s.refuses("ALTER TABLE alt ADD w int")
    s.refuses("ALTER TABLE alt DROP key")
    s.refuses("ALTER TABLE alt RENAME w TO x")
    s.run("TRUNCATE alt")
    s.expect("SELECT * FROM alt", [])
    s.run("CREATE TABLE IF NOT EXISTS alt (k int PRIMARY KEY)", "DROP TABLE alt", "DROP TABLE IF EXISTS alt")
    s.refuses("DROP TABLE alt")
    s.refuses("CREATE TABLE bad (k int)")
    s.refuses("CREATE TABLE bad (k nosuchtype PRIMARY KEY)")
    s.refuses("CREATE KEYSPACE bad WITH replication = {'class': 'NoSuchStrategy'}", ConfigurationException)
    s.refuses("CREATE TABLE bad (k int PRIMARY KEY) WITH nosuch = 1", (SyntaxException, InvalidRequest))


@check
def syntax_errors(s):
    for statement in ("selec * from x", "SELECT * FROM", "INSERT INTO t (k) VALUES ('open)", "CREATE TABLE", ";",
                      "SELECT * FROM t WHERE", "UPDATE t SET WHERE k = 1"):
        s.refuses(statement, SyntaxException)


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    profile = ExecutionProfile(load_balancing_policy=WhiteListRoundRobinPolicy([host]), request_timeout=60,
                               row_factory=tuple_factory)
    cluster = Cluster([host], port=port, protocol_version=4, execution_profiles={EXEC_PROFILE_DEFAULT: profile})
    session = cluster.connect()
    session.execute(f"DROP KEYSPACE IF EXISTS {KEYSPACE}")
    session.execute(f"CREATE KEYSPACE {KEYSPACE} WITH replication = "
                    "{'class': 'NetworkTopologyStrategy', 'replication_factor': 1}")
    session.set_keyspace(KEYSPACE)
    failures = 0
    for function in checks:
        try:
            function(Server(session))
            print(f"ok      {function.__name__}")
        except Exception:
            failures += 1
            print(f"FAILED  {function.__name__}")
            traceback.print_exc(file=sys.stdout)
    session.execute(f"DROP KEYSPACE {KEYSPACE}")
    cluster.shutdown()
    print(f"{len(checks) - failures} of {len(checks)} checks passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
