#!/usr/bin/env python3
"""Checks how official drivers get on with a CQL server: cql_client_check.py HOST PORT [OPTION...]

  --compression lz4|snappy|none   of the connections (none)
  --shards N                      the server tells of N shards, and the driver is scylla-driver

Uses whichever `cassandra` package is installed. What is expected comes from the protocol's specification, so the result
on any CQL server is the same.
"""
import argparse
import sys
import threading
import traceback

import cassandra
from cassandra.cluster import Cluster, ExecutionProfile, EXEC_PROFILE_DEFAULT
from cassandra.policies import TokenAwarePolicy, RoundRobinPolicy
from cassandra.query import BatchStatement, SimpleStatement

KEYSPACE = "clients"
checks = []


def check(function):
    checks.append(function)
    return function


def expect(actual, expected, what=""):
    if actual != expected:
        raise AssertionError(f"{what}: expected {expected!r}, got {actual!r}")


def connect(options, protocol_version=4):
    profile = ExecutionProfile(load_balancing_policy=TokenAwarePolicy(RoundRobinPolicy()), request_timeout=30)
    compression = False if options.compression == "none" else options.compression
    cluster = Cluster([options.host], port=options.port, protocol_version=protocol_version, compression=compression,
                      execution_profiles={EXEC_PROFILE_DEFAULT: profile})
    return cluster, cluster.connect()


def eventually(condition, what):
    pause = threading.Event()
    for _ in range(150):
        if condition():
            return
        pause.wait(0.1)
    raise AssertionError(f"did not happen within 15 seconds: {what}")


@check
def schema_is_seen_as_it_was_made(cluster, session, options):
    session.execute(f"DROP KEYSPACE IF EXISTS {KEYSPACE}")
    session.execute(f"CREATE KEYSPACE {KEYSPACE} WITH replication = "
                    "{'class': 'NetworkTopologyStrategy', 'datacenter1': 1}")
    session.execute(f"CREATE TYPE {KEYSPACE}.address (street text, number int)")
    session.execute(f"""CREATE TABLE {KEYSPACE}.everything (
        a int, b text, c timestamp, d timeuuid, shared text static, e ascii, f bigint, g blob, h boolean, i date,
        j decimal, k double, l duration, m float, n inet, o smallint, p time, q tinyint, r uuid, s varint,
        t list<int>, u set<text>, v map<text, bigint>, w frozen<list<text>>, x tuple<int, text>, y frozen<address>,
        PRIMARY KEY ((a, b), c, d)) WITH CLUSTERING ORDER BY (c DESC, d ASC) AND comment = 'all of it'""")
    metadata = cluster.metadata.keyspaces[KEYSPACE]
    expect(metadata.replication_strategy.export_for_schema(),
           "{'class': 'NetworkTopologyStrategy', 'datacenter1': '1'}")
    expect(list(zip(metadata.user_types["address"].field_names, metadata.user_types["address"].field_types)),
           [("street", "text"), ("number", "int")])
    table = metadata.tables["everything"]
    expect([column.name for column in table.partition_key], ["a", "b"])
    expect([(column.name, column.is_reversed) for column in table.clustering_key], [("c", True), ("d", False)])
    expect([name for name, column in table.columns.items() if column.is_static], ["shared"])
    expect(table.options["comment"], "all of it")
    expect({name: column.cql_type for name, column in table.columns.items()}, {
        "a": "int", "b": "text", "c": "timestamp", "d": "timeuuid", "shared": "text", "e": "ascii", "f": "bigint",
        "g": "blob", "h": "boolean", "i": "date", "j": "decimal", "k": "double", "l": "duration", "m": "float",
        "n": "inet", "o": "smallint", "p": "time", "q": "tinyint", "r": "uuid", "s": "varint", "t": "list<int>",
        "u": "set<text>", "v": "map<text, bigint>", "w": "frozen<list<text>>", "x": "frozen<tuple<int, text>>",
        "y": "frozen<address>"})


@check
def large_values_and_pages_come_back(cluster, session, options):
    session.execute(f"CREATE TABLE {KEYSPACE}.pages (k int, c int, v text, PRIMARY KEY (k, c))")
    insert = session.prepare(f"INSERT INTO {KEYSPACE}.pages (k, c, v) VALUES (?, ?, ?)")
    expected = []
    for future, row in [(session.execute_async(insert, row), row)
                        for row in [(k, c, f"{k}.{c} " * (k * 20)) for k in range(20) for c in range(25)]]:
        future.result()
        expected.append(row)
    for size in (7, 100, 5000):
        found = session.execute(SimpleStatement(f"SELECT k, c, v FROM {KEYSPACE}.pages", fetch_size=size))
        expect(sorted(tuple(row) for row in found), sorted(expected), f"pages of {size}")
    for value in ("x" * 3_000_000, "".join(chr(0x4E00 + i % 20000) for i in range(400_000))):
        session.execute(insert, (1000, 1, value))
        expect(session.execute(f"SELECT v FROM {KEYSPACE}.pages WHERE k = 1000").one().v, value)


@check
def batches_and_conditions(cluster, session, options):
    session.execute(f"CREATE TABLE {KEYSPACE}.facts (k int PRIMARY KEY, v text)")
    insert = session.prepare(f"INSERT INTO {KEYSPACE}.facts (k, v) VALUES (?, ?)")
    batch = BatchStatement()
    for k in range(10):
        batch.add(insert, (k, f"batch {k}"))
    session.execute(batch)
    expect(session.execute(f"SELECT count(*) FROM {KEYSPACE}.facts").one()[0], 10)
    once = session.prepare(f"INSERT INTO {KEYSPACE}.facts (k, v) VALUES (?, ?) IF NOT EXISTS")
    expect(session.execute(once, (10, "new")).was_applied, True)
    expect(session.execute(once, (10, "newer")).was_applied, False)
    update = session.prepare(f"UPDATE {KEYSPACE}.facts SET v = ? WHERE k = ? IF v = ?")
    expect(session.execute(update, ("newest", 10, "other")).was_applied, False)
    expect(session.execute(update, ("newest", 10, "new")).was_applied, True)
    expect(session.execute(f"SELECT v FROM {KEYSPACE}.facts WHERE k = 10").one().v, "newest")


@check
def events_reach_other_clients(cluster, session, options):
    for version in (3, 4):
        other, _ = connect(options, protocol_version=version)
        try:
            session.execute(f"CREATE TABLE {KEYSPACE}.seen (k int PRIMARY KEY)")
            tables = lambda: other.metadata.keyspaces[KEYSPACE].tables
            eventually(lambda: "seen" in tables(), f"CREATED over v{version}")
            session.execute(f"ALTER TABLE {KEYSPACE}.seen ADD v text")
            eventually(lambda: "v" in tables()["seen"].columns, f"UPDATED over v{version}")
            session.execute(f"DROP TABLE {KEYSPACE}.seen")
            eventually(lambda: "seen" not in tables(), f"DROPPED over v{version}")
        finally:
            other.shutdown()


@check
def connections_are_compressed_as_asked(cluster, session, options):
    expected = options.compression != "none"
    connections = [connection for pool in session._pools.values()
                   for connection in (pool._connections.values() if isinstance(getattr(pool, "_connections", None), dict)
                                      else [pool._connection] if getattr(pool, "_connection", None)
                                      else getattr(pool, "_connections", []))]
    connections.append(cluster.control_connection._connection)
    expect({connection.compressor is not None for connection in connections}, {expected})


@check
def connections_cover_the_shards(cluster, session, options):
    if not options.shards:
        return
    expect(cluster.is_shard_aware(), True)
    [stats] = cluster.shard_aware_stats().values()
    expect(stats["shards_count"], options.shards)
    eventually(lambda: list(cluster.shard_aware_stats().values())[0]["connected"] == options.shards,
               "a connection to every shard")


@check
def clean_up(cluster, session, options):
    session.execute(f"DROP KEYSPACE {KEYSPACE}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--compression", choices=["lz4", "snappy", "none"], default="none")
    parser.add_argument("--shards", type=int, default=0)
    options = parser.parse_args()
    print(f"driver {cassandra.__version__}, compression {options.compression}, shards {options.shards or 'not asked'}")
    cluster, session = connect(options)
    failures = 0
    for function in checks:
        try:
            function(cluster, session, options)
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
