#!/usr/bin/env python3
"""Compares a PostgreSQL schema with a CQL keyspace, value by value, through the official drivers of both.

It shares no code with pgscylla: psycopg reads one side and cassandra-driver the other. Every row of the keyspace's
tables is read in pages; the rows of the same keys are fetched from PostgreSQL and compared column by column:
decimals with their scale, floats bit by bit, timestamps floored to milliseconds, everything else exactly.

PostgreSQL is found by the usual variables (PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE); the password of the CQL
user is taken from PGSCYLLA_SCYLLA_PASSWORD. Exit status: 0 equal, 1 different.
"""

import argparse
import gc
import os
import ssl
import struct
import sys
import time
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from ipaddress import ip_address

import psycopg
from cassandra import ConsistencyLevel
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile
from cassandra.policies import WhiteListRoundRobinPolicy
from cassandra.query import tuple_factory

PAGE = 5000
SHOWN = 5
UTC_EPOCH = datetime(1970, 1, 1)
EPOCH_DAY = date(1970, 1, 1).toordinal()
MILLISECOND = timedelta(milliseconds=1)


def naive_utc(moment):
    return moment.astimezone(timezone.utc).replace(tzinfo=None) if moment.tzinfo else moment


parse_address = lru_cache(maxsize=100_000)(ip_address)
double_bytes = struct.Struct(">d").pack


def nanoseconds(clock):
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 10**9 + clock.microsecond * 1000


# How the two sides of a column become comparable: PostgreSQL's type (as format_type prints it, without modifiers)
# -> (select item, function for psycopg's value, function for cassandra-driver's value). None of the functions sees NULL.
# Dates and times travel as numbers, because Python's own types do not reach as far as PostgreSQL's.
same = None
BY_TYPE = {
    "smallint": ("{}", same, same),
    "integer": ("{}", same, same),
    "bigint": ("{}", same, same),
    "boolean": ("{}", same, same),
    "text": ("{}", same, same),
    "character varying": ("{}", same, same),
    "character": ("{}", same, same),
    "json": ("{}::text", same, same),
    "jsonb": ("{}::text", same, same),
    "bytea": ("{}", same, same),
    "uuid": ("{}", same, same),
    "real": ("{}", double_bytes, double_bytes),
    "double precision": ("{}", double_bytes, double_bytes),
    "numeric": ("{}::text", lambda v: Decimal(v).as_tuple(), lambda v: v.as_tuple()),
    "inet": ("host({})", parse_address, parse_address),
    "date": ("({} - date '1970-01-01')", same, lambda v: v.days_from_epoch),
    "time without time zone": (
        "(extract(epoch FROM {}) * 1000000)::bigint",
        lambda v: v * 1000,
        lambda v: v.nanosecond_time,
    ),
    "timestamp without time zone": (
        "floor(extract(epoch FROM {}) * 1000)::bigint",
        same,
        lambda v: (v - UTC_EPOCH) // MILLISECOND,
    ),
    "timestamp with time zone": (
        "floor(extract(epoch FROM {}) * 1000)::bigint",
        same,
        lambda v: (v - UTC_EPOCH) // MILLISECOND,
    ),
}

# Elements of an array, as psycopg and cassandra-driver return them; types that are not here are compared as text.
BY_ELEMENT = {
    **{name: (same, same) for name in ("smallint", "integer", "bigint", "boolean", "text", "character varying",
                                       "character", "bytea", "uuid")},
    "real": BY_TYPE["real"][1:],
    "double precision": BY_TYPE["double precision"][1:],
    "numeric": (lambda v: v.as_tuple(), lambda v: v.as_tuple()),
    "inet": (lambda v: parse_address(str(v).split("/")[0]), parse_address),
    "date": (lambda v: v.toordinal() - EPOCH_DAY, lambda v: v.days_from_epoch),
    "time without time zone": (nanoseconds, lambda v: v.nanosecond_time),
    "timestamp without time zone": (lambda v: (v - UTC_EPOCH) // MILLISECOND, lambda v: (v - UTC_EPOCH) // MILLISECOND),
    "timestamp with time zone": (
        lambda v: (naive_utc(v) - UTC_EPOCH) // MILLISECOND,
        lambda v: (v - UTC_EPOCH) // MILLISECOND,
    ),
}


class Column:
    """One column: its names, how PostgreSQL is asked for it, and how both values become comparable."""

    def __init__(self, name, type_name):
        self.name = name
        self.type_name = type_name
        if type_name.endswith("[]"):
            element = BY_ELEMENT.get(type_name[:-2])
            self.item = "{}" if element else "{}::text[]"
            left, right = element or (same, same)
            self.left = (lambda values: [v if v is None else left(v) for v in values]) if left else list
            self.right = (lambda values: [v if v is None else right(v) for v in values]) if right else list
        else:
            self.item, self.left, self.right = BY_TYPE.get(type_name, ("{}::text", same, same))
        self.is_decimal = type_name == "numeric"
        self.quoted = '"' + name.replace('"', '""') + '"'

    @property
    def select_item(self):
        return self.item.format("t." + self.quoted)


def columns_of(connection, schema, table):
    rows = connection.execute(
        """
        SELECT a.attname, format_type(a.atttypid, NULL), t.typtype = 'e',
               coalesce(array_position(i.indkey::int2[], a.attnum), -1)
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          JOIN pg_type t ON t.oid = a.atttypid
          LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
         WHERE n.nspname = %s AND c.relname = %s ORDER BY a.attnum
        """,
        (schema, table),
    ).fetchall()
    columns = [Column(name, type_name) for name, type_name, _, _ in rows]
    key = [index for _, index in sorted((row[3], index) for index, row in enumerate(rows) if row[3] >= 0)]
    return columns, key


def converted(values, function):
    return values if function is None else tuple([None if v is None else function(v) for v in values])


def differences(columns, left_rows, right_rows):
    """For every row that differs, its index and the columns to blame.

    Whole columns are compared at once; a row is looked at by itself only in a column that differs somewhere.
    """
    blamed = {}
    for column, left, right in zip(columns, zip(*left_rows), zip(*right_rows)):
        if column.is_decimal:
            # The same digits are the same value with the same scale; other digits may still be (1E+3).
            if left == converted(right, str):
                continue
        left, right = converted(left, column.left), converted(right, column.right)
        if left != right:
            for index, (a, b) in enumerate(zip(left, right)):
                if a != b:
                    blamed.setdefault(index, set()).add(column)
    return blamed


def compare_table(connection, session, schema, keyspace, table):
    """Prints what it found and returns whether both sides hold the same."""
    columns, key = columns_of(connection, schema, table)
    if not key:
        print(f"{table}: no primary key, skipped")
        return True
    began = time.monotonic()
    quoted_table = '"' + table.replace('"', '""') + '"'
    cql = f'SELECT {", ".join(c.quoted for c in columns)} FROM "{keyspace}".{quoted_table}'
    source = f'"{schema}".{quoted_table}'
    # Keys are handed back to PostgreSQL as the text that it printed or that equals what it would print.
    arrays = ", ".join(f"%s::{columns[i].type_name}[]" for i in key)
    names = ", ".join(f"k{n}" for n in range(len(key)))
    on = " AND ".join(f"t.{columns[i].quoted} = k.k{n}" for n, i in enumerate(key))
    lookup = (
        f"SELECT k.n, {', '.join(c.select_item for c in columns)} FROM unnest({arrays}) WITH ORDINALITY AS k({names}, n)"
        f" JOIN {source} t ON {on}"
    )
    seen = set()
    problems = []
    equal_rows = 0
    cursor = connection.cursor(binary=True)
    result = session.execute(cql, timeout=60)
    while True:
        page = list(result.current_rows)
        # What the server holds beyond this page is on its way while this page is compared.
        following = session.execute_async(cql, paging_state=result.paging_state) if result.has_more_pages else None
        for start in range(0, len(page), PAGE):
            rows = page[start : start + PAGE]
            keys = [[key_text(row[i]) for row in rows] for i in key]
            cursor.execute(lookup, keys, prepare=True)
            found = {row[0] - 1: row[1:] for row in cursor}
            pairs = []
            for index, row in enumerate(rows):
                identity = tuple([row[i] for i in key])
                if identity in seen:
                    problems.append(f"key {identity}: returned twice")
                elif index not in found:
                    problems.append(f"key {identity}: only in the keyspace")
                else:
                    pairs.append((found[index], row))
                seen.add(identity)
            blamed = differences(columns, [pair[0] for pair in pairs], [pair[1] for pair in pairs])
            equal_rows += len(pairs) - len(blamed)
            for index, culprits in blamed.items():
                left, right = pairs[index]
                shown = [
                    f"{column.name}: PostgreSQL {a!r}, CQL {b!r}"
                    for column, a, b in zip(columns, left, right) if column in culprits
                ]
                problems.append(f"key {tuple([right[i] for i in key])}: {'; '.join(shown)}")
        if following is None:
            break
        result = following.result()
    total = connection.execute(f"SELECT count(*) FROM {source}").fetchone()[0]
    if total != len(seen):
        problems.append(f"PostgreSQL holds {total:,} rows, the keyspace {len(seen):,}")
    seconds = time.monotonic() - began
    print(f"{table}: {equal_rows:,} of {total:,} rows equal in {len(columns)} columns ({seconds:.1f} s)", flush=True)
    for problem in problems[:SHOWN]:
        print(f"  {problem}")
    if len(problems) > SHOWN:
        print(f"  and {len(problems) - SHOWN:,} more")
    return not problems


def key_text(value):
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return str(value)


def connect_cql(options):
    host = options.host.split(",")[0]
    context = None
    if options.tls:
        context = ssl.create_default_context(cafile=options.ca)
        context.check_hostname = False
    provider = None
    if options.user:
        provider = PlainTextAuthProvider(options.user, os.environ.get("PGSCYLLA_SCYLLA_PASSWORD", ""))
    profile = ExecutionProfile(
        load_balancing_policy=WhiteListRoundRobinPolicy([host]),
        row_factory=tuple_factory,
        request_timeout=60,
        consistency_level=ConsistencyLevel.LOCAL_ONE,
    )
    cluster = Cluster(
        [host],
        port=options.port,
        auth_provider=provider,
        ssl_context=context,
        protocol_version=4,
        execution_profiles={EXEC_PROFILE_DEFAULT: profile},
    )
    session = cluster.connect()
    session.default_fetch_size = PAGE
    return cluster, session


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9042)
    parser.add_argument("--user", default="")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--ca")
    parser.add_argument("--schema", default="public")
    parser.add_argument("--keyspace", default="migration")
    parser.add_argument("--expect-tables", type=int, default=1, help="fail when fewer tables were compared")
    options = parser.parse_args()

    # Millions of tuples, none of them in a cycle.
    gc.disable()
    cluster, session = connect_cql(options)
    with psycopg.connect(autocommit=True) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        if options.keyspace not in cluster.metadata.keyspaces:
            sys.exit(f"the driver sees no keyspace {options.keyspace}")
        tables = sorted(cluster.metadata.keyspaces[options.keyspace].tables)
        print(
            f"psycopg {psycopg.__version__} and cassandra-driver {driver_version()} see "
            f"{len(tables)} tables in keyspace {options.keyspace}"
        )
        results = [compare_table(connection, session, options.schema, options.keyspace, table) for table in tables]
    cluster.shutdown()
    if len(results) < options.expect_tables:
        sys.exit(f"only {len(results)} tables, expected {options.expect_tables}")
    if not all(results):
        sys.exit("the sides differ")


def driver_version():
    import cassandra

    return cassandra.__version__


if __name__ == "__main__":
    main()
