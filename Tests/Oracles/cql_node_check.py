#!/usr/bin/env python3
"""Checks the embedded CQL node with an official driver: cql_node_check.py HOST PORT

Uses whichever `cassandra` package is installed (cassandra-driver or scylla-driver). Prints each check; exit status 0
means that all passed. The node's own code has no part in the judgement.
"""
import datetime
import decimal
import struct
import sys
import threading
import traceback
import uuid

import cassandra
from cassandra import ConsistencyLevel, InvalidRequest, AlreadyExists, Unavailable
from cassandra.cluster import Cluster, ExecutionProfile, EXEC_PROFILE_DEFAULT, NoHostAvailable
from cassandra.policies import WhiteListRoundRobinPolicy
from cassandra.protocol import SyntaxException
from cassandra.query import BatchStatement, BatchType, SimpleStatement, UNSET_VALUE
from cassandra.util import Date, Time

KEYSPACE = "oracle"
checks = []


def check(function):
    checks.append(function)
    return function


def expect(actual, expected, what=""):
    if actual != expected:
        raise AssertionError(f"{what}: expected {expected!r}, got {actual!r}")


def expect_error(kind, text, session, statement, values=None):
    try:
        session.execute(statement, values)
    except kind as error:
        if text not in str(error):
            raise AssertionError(f"{statement}: expected {text!r} in {error}")
        return
    raise AssertionError(f"{statement}: no error")


def connect(host, port, protocol_version=4):
    profile = ExecutionProfile(load_balancing_policy=WhiteListRoundRobinPolicy([host]), request_timeout=30)
    cluster = Cluster([host], port=port, protocol_version=protocol_version,
                      execution_profiles={EXEC_PROFILE_DEFAULT: profile})
    return cluster, cluster.connect()


def rows(result):
    return [tuple(row) for row in result]


@check
def keyspace_and_metadata(cluster, session):
    session.execute(f"DROP KEYSPACE IF EXISTS {KEYSPACE}")
    session.execute(f"CREATE KEYSPACE {KEYSPACE} WITH replication = "
                    "{'class': 'NetworkTopologyStrategy', 'datacenter1': 1} AND durable_writes = true")
    session.execute(f"CREATE KEYSPACE IF NOT EXISTS {KEYSPACE} WITH replication = "
                    "{'class': 'NetworkTopologyStrategy', 'datacenter1': 1}")
    session.execute(f"""CREATE TABLE {KEYSPACE}."Shape" (
        "Tenant" uuid, region text, at timestamp, seq int, "select" bigint, note text,
        tags frozen<list<text>>, attrs frozen<map<text, int>>, ids frozen<set<int>>, pair tuple<int, text>,
        PRIMARY KEY (("Tenant", region), at, seq)) WITH CLUSTERING ORDER BY (at DESC, seq ASC)
        AND comment = 'it''s a table'""")
    cluster.refresh_schema_metadata()
    table = cluster.metadata.keyspaces[KEYSPACE].tables["Shape"]
    expect([c.name for c in table.partition_key], ["Tenant", "region"])
    expect([(c.name, c.is_reversed) for c in table.clustering_key], [("at", True), ("seq", False)])
    types = {name: column.cql_type for name, column in table.columns.items()}
    expect(types, {
        "Tenant": "uuid", "region": "text", "at": "timestamp", "seq": "int", "select": "bigint", "note": "text",
        "tags": "frozen<list<text>>", "attrs": "frozen<map<text, int>>", "ids": "frozen<set<int>>",
        "pair": "frozen<tuple<int, text>>"})
    expect(table.options["comment"], "it's a table")
    strategy = cluster.metadata.keyspaces[KEYSPACE].replication_strategy
    expect(strategy.export_for_schema(), "{'class': 'NetworkTopologyStrategy', 'datacenter1': '1'}")
    expect(cluster.metadata.keyspaces[KEYSPACE].durable_writes, True)
    # What the driver prints, the node must take back.
    statement = table.as_cql_query().replace("Shape", "Copy")
    session.execute(statement)
    session.execute(f'DROP TABLE {KEYSPACE}."Copy"')


@check
def one_node(cluster, session):
    hosts = list(cluster.metadata.all_hosts())
    expect(len(hosts), 1, "hosts")
    expect(hosts[0].datacenter, "datacenter1")
    expect(hosts[0].is_up, True)
    expect(rows(session.execute("SELECT count(*) FROM system.peers")), [(0,)])
    expect_error(InvalidRequest, "peers_v2", session, "SELECT * FROM system.peers_v2")
    key, partitioner = session.execute("SELECT key, partitioner FROM system.local WHERE key = 'local'").one()
    expect((key, partitioner), ("local", "org.apache.cassandra.dht.Murmur3Partitioner"))


@check
def schema_events_reach_other_clients(cluster, session):
    # A second cluster object has its own control connection, which must be told of changes.
    other, other_session = connect(cluster.contact_points[0], cluster.port)
    try:
        session.execute(f"CREATE TABLE {KEYSPACE}.seen (k int PRIMARY KEY)")
        deadline = threading.Event()
        for _ in range(100):
            if "seen" in other.metadata.keyspaces[KEYSPACE].tables:
                break
            deadline.wait(0.1)
        else:
            raise AssertionError("the CREATED event did not arrive")
        session.execute(f"DROP TABLE {KEYSPACE}.seen")
        for _ in range(100):
            if "seen" not in other.metadata.keyspaces[KEYSPACE].tables:
                break
            deadline.wait(0.1)
        else:
            raise AssertionError("the DROPPED event did not arrive")
    finally:
        other.shutdown()


TYPES = {
    "ascii": ["", "plain"],
    "bigint": [0, -1, 2**63 - 1, -2**63],
    "blob": [b"", b"\x00\xff" * 3, b"x" * 70000],
    "boolean": [True, False],
    "date": [Date("1970-01-01"), Date("0001-01-01"), Date("9999-12-31")],
    "decimal": [decimal.Decimal("0"), decimal.Decimal("-1.50"), decimal.Decimal("327.68"),
                decimal.Decimal("123456789012345678901234567890.0123456789"), decimal.Decimal("1E+5")],
    "double": [0.0, -1.5, float("inf"), float("-inf"), 5e-324],
    "float": [0.0, 1.5, float("-inf")],
    "inet": ["127.0.0.1", "::1", "2001:db8::ff00:42:8329"],
    "int": [0, -1, 2**31 - 1, -2**31],
    "smallint": [0, -32768, 32767],
    "text": ["", "grüße ☃ 𝄞", "x" * 5000, "it's \"quoted\"\n"],
    "time": [Time(0), Time(86399999999999)],
    "timestamp": [datetime.datetime(1970, 1, 1), datetime.datetime(2026, 11, 22, 21, 15, 0, 123000),
                  datetime.datetime(1900, 1, 1)],
    "timeuuid": [uuid.uuid1()],
    "tinyint": [-128, 0, 127],
    "uuid": [uuid.UUID(int=0), uuid.uuid4()],
    "varint": [0, -1, 127, 128, -129, 10**40, -10**40],
    "frozen<list<text>>": [[], ["a", ""], ["x"] * 300],
    "frozen<set<int>>": [{3, 1, 2}],
    "frozen<map<text, bigint>>": [{"b": 2, "a": 1}],
    "frozen<list<frozen<list<int>>>>": [[[1], [], [2, 3]]],
    "list<int>": [[3, 1, 2]],
    "tuple<int, text>": [(1, "a"), (None, "b")],
}


@check
def types_round_trip(cluster, session):
    for number, (name, values) in enumerate(TYPES.items()):
        table = f"{KEYSPACE}.type_{number}"
        session.execute(f"CREATE TABLE {table} (k int PRIMARY KEY, v {name})")
        prepared = session.prepare(f"INSERT INTO {table} (k, v) VALUES (?, ?)")
        for key, value in enumerate(values):
            session.execute(prepared, (key, value))
        session.execute(prepared, (len(values), None))
        found = {k: v for k, v in session.execute(f"SELECT k, v FROM {table}")}
        for key, value in enumerate(values):
            actual = found[key]
            if name.startswith("frozen<set"):
                actual = set(actual)
            elif name.startswith("frozen<map"):
                actual = dict(actual)
            elif name.startswith(("frozen<list", "list")):
                actual = [list(a) if not isinstance(a, (str, int)) else a for a in actual]
            expect(actual, value, f"{name} value {key}")
        expect(found[len(values)], None, f"{name} null")


@check
def keys_of_each_type(cluster, session):
    for name in ["int", "bigint", "smallint", "text", "blob", "uuid", "timestamp", "date", "decimal", "boolean", "inet"]:
        table = f"{KEYSPACE}.key_{name}"
        session.execute(f"CREATE TABLE {table} (a {name}, b {name}, c {name}, v text, PRIMARY KEY ((a, b), c))")
        prepared = session.prepare(f"INSERT INTO {table} (a, b, c, v) VALUES (?, ?, ?, ?)")
        values = [v for v in TYPES[name] if not (isinstance(v, bytes) and len(v) > 1000)][:4]
        for c in values:
            session.execute(prepared, (values[0], values[-1], c, repr(c)))
        select = session.prepare(f"SELECT v FROM {table} WHERE a = ? AND b = ? AND c = ?")
        for c in values:
            expect(session.execute(select, (values[0], values[-1], c)).one().v, repr(c), name)


@check
def literals(cluster, session):
    table = f"{KEYSPACE}.literals"
    session.execute(f"""CREATE TABLE {table} (k int PRIMARY KEY, t text, b blob, u uuid, ts timestamp, d date, ti time,
        de decimal, f double, i inet, l frozen<list<int>>, s frozen<set<text>>, m frozen<map<text, int>>, bo boolean)""")
    session.execute(f"""INSERT INTO {table} (k, t, b, u, ts, d, ti, de, f, i, l, s, m, bo) VALUES (
        -1, 'it''s', 0xCAFE, 123e4567-e89b-12d3-a456-426614174000, '2026-01-02 03:04:05.678+0200', '2026-01-02',
        '12:34:56.789', -12.50, 1e3, '10.0.0.1', [3, 2], {{'b', 'a'}}, {{'x': 1}}, true)""")
    row = session.execute(f"SELECT * FROM {table} WHERE k = -1").one()
    expect(row.t, "it's")
    expect(row.b, b"\xca\xfe")
    expect(row.u, uuid.UUID("123e4567-e89b-12d3-a456-426614174000"))
    expect(row.ts, datetime.datetime(2026, 1, 2, 1, 4, 5, 678000))
    expect(row.d, Date("2026-01-02"))
    expect(row.ti, Time("12:34:56.789000000"))
    expect((row.de, row.f, row.i, row.bo), (decimal.Decimal("-12.50"), 1000.0, "10.0.0.1", True))
    expect((list(row.l), set(row.s), dict(row.m)), ([3, 2], {"a", "b"}, {"x": 1}))


@check
def null_unset_and_timestamps(cluster, session):
    table = f"{KEYSPACE}.cells"
    session.execute(f"CREATE TABLE {table} (k int PRIMARY KEY, a text, b text)")
    insert = session.prepare(f"INSERT INTO {table} (k, a, b) VALUES (?, ?, ?)")
    session.execute(insert, (1, "a", "b"))
    session.execute(insert, (1, UNSET_VALUE, "b2"))
    expect(rows(session.execute(f"SELECT a, b FROM {table} WHERE k = 1")), [("a", "b2")])
    session.execute(insert, (1, None, "b3"))
    expect(rows(session.execute(f"SELECT a, b FROM {table} WHERE k = 1")), [(None, "b3")])
    session.execute(f"INSERT INTO {table} (k, a) VALUES (2, 'new') USING TIMESTAMP 200")
    session.execute(f"INSERT INTO {table} (k, a, b) VALUES (2, 'old', 'old') USING TIMESTAMP 100")
    expect(rows(session.execute(f"SELECT a, b, writetime(a), writetime(b) FROM {table} WHERE k = 2")),
           [("new", "old", 200, 100)])
    session.execute(f"DELETE FROM {table} USING TIMESTAMP 150 WHERE k = 2")
    expect(rows(session.execute(f"SELECT a, b FROM {table} WHERE k = 2")), [("new", None)])
    session.execute(f"DELETE FROM {table} USING TIMESTAMP 200 WHERE k = 2")
    expect(rows(session.execute(f"SELECT * FROM {table} WHERE k = 2")), [])
    session.execute(f"UPDATE {table} USING TIMESTAMP 300 SET a = 'only a cell' WHERE k = 3")
    session.execute(f"DELETE a FROM {table} USING TIMESTAMP 301 WHERE k = 3")
    expect(rows(session.execute(f"SELECT * FROM {table} WHERE k = 3")), [], "a row of an UPDATE goes with its cells")
    session.execute(f"INSERT INTO {table} (k) VALUES (4)")
    expect(rows(session.execute(f"SELECT * FROM {table} WHERE k = 4")), [(4, None, None)], "a row of a key only")
    # At equal timestamps the larger value wins, whichever came first.
    for first, second in [("x", "y"), ("y", "x")]:
        session.execute(f"INSERT INTO {table} (k, a) VALUES (5, '{first}') USING TIMESTAMP 10")
        session.execute(f"INSERT INTO {table} (k, a) VALUES (5, '{second}') USING TIMESTAMP 10")
        expect(session.execute(f"SELECT a FROM {table} WHERE k = 5").one().a, "y")
    session.execute(f"UPDATE {table} USING TIMESTAMP 10 SET a = null WHERE k = 5")
    expect(session.execute(f"SELECT a FROM {table} WHERE k = 5").one().a, None, "a removal beats a value")


@check
def prepared_metadata(cluster, session):
    insert = session.prepare(f'INSERT INTO {KEYSPACE}."Shape" (seq, region, "Tenant", at, note) VALUES (?, ?, ?, ?, ?)')
    expect([c.name for c in insert.column_metadata], ["seq", "region", "Tenant", "at", "note"])
    expect(list(insert.routing_key_indexes), [2, 1])
    select = session.prepare(f'SELECT note, "select" FROM {KEYSPACE}."Shape" WHERE "Tenant" = ? AND region = ?')
    expect(list(select.routing_key_indexes), [0, 1])
    tenant = uuid.uuid4()
    at = datetime.datetime(2026, 1, 1)
    session.execute(insert, (1, "eu", tenant, at, "first"))
    expect(rows(session.execute(select, (tenant, "eu"))), [("first", None)])
    session.execute(f'ALTER TABLE {KEYSPACE}."Shape" ADD extra int')
    everything = session.prepare(f'SELECT * FROM {KEYSPACE}."Shape" WHERE "Tenant" = ? AND region = ?')
    expect(session.execute(everything, (tenant, "eu")).one().extra, None)
    session.execute(insert, (2, "eu", tenant, at, "prepared again by the driver"))
    expect(len(rows(session.execute(select, (tenant, "eu")))), 2)


@check
def paging_and_token_order(cluster, session):
    table = f"{KEYSPACE}.pages"
    session.execute(f"CREATE TABLE {table} (k int, c int, v text, PRIMARY KEY (k, c))")
    insert = session.prepare(f"INSERT INTO {table} (k, c, v) VALUES (?, ?, ?)")
    for future in [session.execute_async(insert, (k, c, f"{k}/{c}")) for k in range(50) for c in range(7)]:
        future.result()
    whole = rows(session.execute(SimpleStatement(f"SELECT k, c, v FROM {table}", fetch_size=10000)))
    expect(len(whole), 350)
    tokens = [cluster.metadata.token_map.token_class.from_key(struct.pack(">i", k)).value for k, _, _ in whole]
    expect(tokens, sorted(tokens), "rows come in token order")
    for size in [1, 3, 7, 50, 349, 350, 351]:
        result = session.execute(SimpleStatement(f"SELECT k, c, v FROM {table}", fetch_size=size))
        expect(rows(result), whole, f"pages of {size}")
    bound = session.prepare(f"SELECT c FROM {table} WHERE k = ?").bind((3,))
    bound.fetch_size = 2
    expect(rows(session.execute(bound)), [(c,) for c in range(7)])
    expect(rows(session.execute(SimpleStatement(f"SELECT c FROM {table} WHERE k = 3 ORDER BY c DESC LIMIT 3",
                                                fetch_size=2))), [(6,), (5,), (4,)])
    expect(rows(session.execute(f"SELECT c FROM {table} WHERE k = 3 AND c > 1 AND c <= 4")), [(2,), (3,), (4,)])
    expect(rows(session.execute(f"SELECT c FROM {table} WHERE k = 3 AND c IN (5, 1)")), [(1,), (5,)])
    several = rows(session.execute(SimpleStatement(f"SELECT k, c, v FROM {table} WHERE k IN (1, 2, 3)", fetch_size=5)))
    expect(several, sorted(row for row in whole if row[0] in (1, 2, 3)))
    expect(rows(session.execute(f"SELECT count(*) FROM {table}")), [(350,)])
    expect(len(rows(session.execute(f"SELECT DISTINCT k FROM {table}"))), 50)
    expect(len(rows(session.execute(f"SELECT k FROM {table} PER PARTITION LIMIT 2"))), 100)
    expect(rows(session.execute(f"SELECT v FROM {table} WHERE v = '4/4' ALLOW FILTERING")), [("4/4",)])


@check
def pages_survive_writes(cluster, session):
    table = f"{KEYSPACE}.moving"
    session.execute(f"CREATE TABLE {table} (k int PRIMARY KEY)")
    insert = session.prepare(f"INSERT INTO {table} (k) VALUES (?)")
    for k in range(500):
        session.execute(insert, (k,))
    seen = []
    result = session.execute(SimpleStatement(f"SELECT k FROM {table}", fetch_size=20))
    extra = 1000
    while True:
        seen += [row.k for row in result.current_rows]
        if not result.has_more_pages:
            break
        for _ in range(10):
            session.execute(insert, (extra,))
            extra += 1
        session.execute(f"DELETE FROM {table} WHERE k = {seen[-1]}")
        result.fetch_next_page()
    expect(len(seen), len(set(seen)), "no row twice")
    expect(sorted(k for k in seen if k < 1000), list(range(500)), "no row lost")


@check
def token_ranges(cluster, session):
    table = f"{KEYSPACE}.pages"
    select = session.prepare(f"SELECT k, c FROM {table} WHERE token(k) > ? AND token(k) <= ?")
    count = session.prepare(f"SELECT count(*) FROM {table} WHERE token(k) > ? AND token(k) <= ?")
    bounds = [-2**63 + i * (2**64 // 16) for i in range(16)] + [2**63 - 1]
    found, counted = [], 0
    for low, high in zip(bounds, bounds[1:]):
        found += rows(session.execute(select, (low, high)))
        counted += session.execute(count, (low, high)).one()[0]
    expect(found, rows(session.execute(f"SELECT k, c FROM {table}")), "the ranges together are the table")
    expect(counted, 350)
    k, token = session.execute(f"SELECT k, token(k) FROM {table} LIMIT 1").one()
    expect(token, cluster.metadata.token_map.token_class.from_key(struct.pack(">i", k)).value)


@check
def batches(cluster, session):
    table = f"{KEYSPACE}.cells"
    insert = session.prepare(f"INSERT INTO {table} (k, a, b) VALUES (?, ?, ?)")
    for kind in [BatchType.LOGGED, BatchType.UNLOGGED]:
        batch = BatchStatement(batch_type=kind)
        for k in range(100, 150):
            batch.add(insert, (k, str(kind), None))
        batch.add(SimpleStatement(f"DELETE FROM {table} WHERE k = 100"))
        batch.add(f"INSERT INTO {table} (k, a) VALUES (%s, %s)", (200, "text"))
        session.execute(batch)
    expect(session.execute(f"SELECT count(*) FROM {table} WHERE k IN ({', '.join(map(str, range(100, 150)))})").one()[0], 49)
    session.execute(f"BEGIN BATCH INSERT INTO {table} (k, a) VALUES (300, 'x'); "
                    f"UPDATE {table} SET b = 'y' WHERE k = 300; APPLY BATCH")
    expect(rows(session.execute(f"SELECT a, b FROM {table} WHERE k = 300")), [("x", "y")])
    # Refused as one: nothing of a batch is there when one of its statements is wrong.
    batch = BatchStatement(batch_type=BatchType.UNLOGGED)
    batch.add(SimpleStatement(f"INSERT INTO {table} (k, a) VALUES (400, 'x')"))
    batch.add(SimpleStatement(f"INSERT INTO {table} (k, a) VALUES (401, 5)"))
    expect_error(InvalidRequest, "Invalid INTEGER constant (5)", session, batch)
    expect(rows(session.execute(f"SELECT * FROM {table} WHERE k = 400")), [])


@check
def deletes_and_truncate(cluster, session):
    table = f"{KEYSPACE}.pages"
    session.execute(f"DELETE FROM {table} WHERE k = 7 AND c = 3")
    expect(len(rows(session.execute(f"SELECT c FROM {table} WHERE k = 7"))), 6)
    session.execute(f"DELETE v FROM {table} WHERE k = 7 AND c = 4")
    expect(rows(session.execute(f"SELECT v FROM {table} WHERE k = 7 AND c = 4")), [(None,)])
    session.execute(f"DELETE FROM {table} WHERE k = 7")
    expect(rows(session.execute(f"SELECT c FROM {table} WHERE k = 7")), [])
    session.execute(f"INSERT INTO {table} (k, c) VALUES (7, 1)")
    expect(len(rows(session.execute(f"SELECT c FROM {table} WHERE k = 7"))), 1)
    session.execute(f"TRUNCATE {table}")
    expect(session.execute(f"SELECT count(*) FROM {table}").one()[0], 0)
    session.execute(f"TRUNCATE TABLE {table}")


@check
def altered_tables(cluster, session):
    table = f"{KEYSPACE}.altered"
    session.execute(f"CREATE TABLE {table} (k int PRIMARY KEY, a text)")
    session.execute(f"INSERT INTO {table} (k, a) VALUES (1, 'x')")
    session.execute(f"ALTER TABLE {table} ADD (b int, c text)")
    session.execute(f"UPDATE {table} SET b = 2 WHERE k = 1")
    expect(rows(session.execute(f"SELECT * FROM {table}")), [(1, "x", 2, None)])
    session.execute(f"ALTER TABLE {table} DROP a")
    session.execute(f"ALTER TABLE {table} ADD a text")
    expect(rows(session.execute(f"SELECT * FROM {table}")), [(1, None, 2, None)], "a dropped column's values are gone")


@check
def refusals(cluster, session):
    table = f"{KEYSPACE}.cells"
    session.execute(f"CREATE TABLE {KEYSPACE}.words (k text PRIMARY KEY)")
    syntax = SyntaxException
    expect_error(syntax, "selec", session, "selec * from x")
    expect_error(syntax, "<EOF>", session, "")
    expect_error(InvalidRequest, "keyspace nope does not exist", session, "SELECT * FROM nope.nope")
    expect_error(InvalidRequest, "nope", session, f"SELECT * FROM {KEYSPACE}.nope")
    expect_error(InvalidRequest, "Undefined column name nope", session, f"SELECT nope FROM {table}")
    expect_error(InvalidRequest, "ALLOW FILTERING", session, f"SELECT * FROM {table} WHERE a = 'x'")
    expect_error(InvalidRequest, "Some partition key parts are missing: k", session,
                 f"INSERT INTO {table} (a) VALUES ('x')")
    expect_error(InvalidRequest, "Invalid STRING constant (str)", session, f"INSERT INTO {table} (k) VALUES ('str')")
    expect_error(InvalidRequest, "Unable to make int from '99999999999'", session,
                 f"INSERT INTO {table} (k) VALUES (99999999999)")
    expect_error(InvalidRequest, "PRIMARY KEY part k found in SET part", session,
                 f"UPDATE {table} SET k = 1 WHERE k = 1")
    expect_error(InvalidRequest, "TTL", session, f"INSERT INTO {table} (k) VALUES (1) USING TTL -1")
    expect_error(InvalidRequest, "counter", session, f"CREATE TABLE {KEYSPACE}.c (k int PRIMARY KEY, n counter)")
    expect_error(InvalidRequest, "Key may not be empty", session, f"INSERT INTO {KEYSPACE}.words (k) VALUES ('')")
    for statement in [f"CREATE TABLE {table} (k int PRIMARY KEY)",
                      f"CREATE KEYSPACE {KEYSPACE} WITH replication = {{'class': 'NetworkTopologyStrategy'}}"]:
        expect_error(AlreadyExists, "already exists", session, statement)
    too_many = SimpleStatement(f"SELECT * FROM {table}", consistency_level=ConsistencyLevel.TWO)
    expect_error((Unavailable, NoHostAvailable), "level TWO", session, too_many)
    insert = session.prepare(f"INSERT INTO {table} (k, a, b) VALUES (?, ?, ?)")
    expect_error(InvalidRequest, "null value", session, insert, (None, "a", "b"))


@check
def quoted_names(cluster, session):
    session.execute(f'CREATE TABLE {KEYSPACE}."Order" ("order" int PRIMARY KEY, "GROUP by" text, "quo""te" int)')
    session.execute(f'INSERT INTO {KEYSPACE}."Order" ("order", "GROUP by", "quo""te") VALUES (1, \'x\', 2)')
    result = session.execute(f'SELECT * FROM {KEYSPACE}."Order"')
    expect(result.column_names, ["order", "GROUP by", 'quo"te'])
    expect(rows(result), [(1, "x", 2)])
    expect_error(SyntaxException, "order", session, f"SELECT * FROM {KEYSPACE}.order")


@check
def use_keyspace(cluster, session):
    own = cluster.connect(KEYSPACE)
    expect(own.execute("SELECT count(*) FROM altered").one()[0], 1)
    own.execute("USE system")
    expect(own.execute("SELECT key FROM local").one()[0], "local")
    expect_error(InvalidRequest, "does not exist", own, "USE nope")
    own.shutdown()


@check
def many_requests_in_flight(cluster, session):
    table = f"{KEYSPACE}.flight"
    session.execute(f"CREATE TABLE {table} (k bigint PRIMARY KEY, v text)")
    insert = session.prepare(f"INSERT INTO {table} (k, v) VALUES (?, ?)")
    futures = []
    for k in range(20000):
        futures.append(session.execute_async(insert, (k, "v" * (k % 50))))
        if len(futures) == 2000:
            for future in futures:
                future.result()
            futures = []
    for future in futures:
        future.result()
    expect(session.execute(f"SELECT count(*) FROM {table}").one()[0], 20000)
    total = sum(1 for k, v in session.execute(f"SELECT k, v FROM {table}") if len(v) == k % 50)
    expect(total, 20000)
    big = "x" * (8 << 20)
    session.execute(insert, (-1, big))
    expect(session.execute(f"SELECT v FROM {table} WHERE k = -1").one().v, big)


@check
def protocol_version_3(cluster, session):
    other, other_session = connect(cluster.contact_points[0], cluster.port, protocol_version=3)
    try:
        insert = other_session.prepare(f"INSERT INTO {KEYSPACE}.cells (k, a, b) VALUES (?, ?, ?)")
        other_session.execute(insert, (900, "v3", None))
        expect(rows(other_session.execute(f"SELECT a, b FROM {KEYSPACE}.cells WHERE k = 900")), [("v3", None)])
        other_session.execute(f"CREATE TABLE {KEYSPACE}.three (k int PRIMARY KEY, d date, s smallint)")
        other_session.execute(f"INSERT INTO {KEYSPACE}.three (k, d, s) VALUES (1, '2026-01-02', -3)")
        expect(rows(other_session.execute(f"SELECT d, s FROM {KEYSPACE}.three")), [(Date("2026-01-02"), -3)])
    finally:
        other.shutdown()


@check
def drop_keyspace(cluster, session):
    session.execute(f"DROP KEYSPACE {KEYSPACE}")
    expect(KEYSPACE in cluster.metadata.keyspaces, False)
    expect_error(InvalidRequest, "", session, f"DROP KEYSPACE {KEYSPACE}")
    session.execute(f"DROP KEYSPACE IF EXISTS {KEYSPACE}")


def main():
    if len(sys.argv) != 3:
        print(__doc__.strip().splitlines()[0])
        return 2
    host, port = sys.argv[1], int(sys.argv[2])
    print(f"driver {cassandra.__version__}, node {host}:{port}")
    cluster, session = connect(host, port)
    failures = 0
    for function in checks:
        try:
            function(cluster, session)
            print(f"ok   {function.__name__}")
        except Exception as error:
            failures += 1
            print(f"FAIL {function.__name__}: {type(error).__name__}: {error}")
            traceback.print_exc(limit=3)
    cluster.shutdown()
    print(f"{len(checks) - failures} of {len(checks)} checks passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
