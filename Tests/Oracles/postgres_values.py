#!/usr/bin/env python3
"""Checks pgscylla's PostgreSQL value codecs against psycopg 3 and the server itself.

For every type, random values are made here and written to the server by psycopg. The program that is named as argument
(Tests/ValueExchange) reads each of them in text and in binary form, and writes it back in the other form. Then the
server compares the values' text and binary forms, and psycopg reads what came back and compares it with what was made
here: decimals with their scale, floats bit by bit.

The server is found by PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE. Exit status: 0 equal, 1 different.
"""

import argparse
import ipaddress
import json
import math
import random
import struct
import subprocess
import sys
import time
import uuid
from datetime import date, datetime, time as clock, timedelta, timezone
from decimal import Decimal

import psycopg
from psycopg.types.composite import CompositeInfo, register_composite
from psycopg.types.hstore import register_hstore
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

SHOWN = 3
ALPHABET = "abcXYZ 019_,;:.'\"\\(){}[]<>=&|!*%$\t\n\r\v\f\u00e9\u20ac\u65e5\U0001F600"


class Literal(str):
    """A value that Python has no type for, as the server's own text."""


# ------------------------------------------------------------------------------------------------------ random values


def integer(bits, signed=True):
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)

    def make(r):
        if r.random() < 0.1:
            return r.choice([low, high, 0, 1])
        value = r.getrandbits(r.randint(1, bits - signed))
        return -value if signed and r.random() < 0.5 else value

    return make


def double(r):
    if r.random() < 0.1:
        return r.choice([0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308, 1e15, 1e23, 0.0001])
    if r.random() < 0.3:
        return r.randint(-10**6, 10**6) / 1000
    return struct.unpack(">d", r.randbytes(8))[0]


def finite(r):
    while True:
        value = double(r)
        if math.isfinite(value):
            return value


def real(r):
    if r.random() < 0.1:
        return r.choice([0.0, -0.0, math.inf, -math.inf, math.nan, 1e-45, 3.4028234663852886e38])
    return struct.unpack(">f", r.randbytes(4))[0]


def numeric(r):
    kind = r.random()
    if kind < 0.03:
        return Decimal(r.choice(["NaN", "Infinity", "-Infinity"]))
    if kind < 0.06:
        return Decimal("1E%d" % r.choice([1000, -1000, 131071, -16383, r.randint(-1000, 1000)]))
    digits = r.choice([1, 4, 8, 20, 60]) if kind < 0.99 else r.randint(1000, 4000)
    number = str(r.getrandbits(digits * 3))
    scale = r.randint(0, len(number) + 6)
    number = number.rjust(scale + 1, "0")
    return Decimal(("-" if r.random() < 0.5 else "") + number[: len(number) - scale] + "." + number[len(number) - scale :])


def text(r, longest=24, alphabet=ALPHABET):
    if r.random() < 0.03:
        return r.choice(["", "NULL", "null", "{}", "()", " ", "\\", '"', "empty"])
    return "".join(r.choice(alphabet) for _ in range(r.randint(0, longest)))


def plain(r, longest=12):
    return "".join(r.choice("abcdefghijk\u00e9") for _ in range(r.randint(1, longest)))


def microseconds(r):
    return r.choice([0, 500000, 123456, 1, 999999, r.randint(0, 999999)])


def day(r):
    return date.fromordinal(r.randint(1, date.max.toordinal()))


def extreme_day(r):
    shown = r.choice(["infinity", "-infinity", "4714-11-24 BC", "0001-12-31 BC", "5874897-12-31", "0045-02-29 BC"])
    if r.random() < 0.5:
        shown = "%04d-%02d-%02d%s" % (r.randint(1, 4712), r.randint(1, 12), r.randint(1, 28), r.choice(["", " BC"]))
    return Literal(shown)


def moment(r):
    return datetime.combine(day(r), time_of_day(r))


def instant(r):
    # A day from either end: no offset leads beyond Python's years.
    return (moment(r).replace(year=r.randint(2, 9998), day=r.randint(1, 28))).replace(tzinfo=timezone.utc)


def extreme_moment(zone):
    def make(r):
        if r.random() < 0.3:
            return Literal(r.choice(["infinity", "-infinity"]))
        when = r.choice(["4714-11-24 00:00:00%s BC", "294276-12-31 23:59:59.999999%s", "0001-12-31 23:59:59.999999%s BC"])
        if r.random() < 0.7:
            era = r.choice(["", " BC"])
            day = "%04d-%02d-%02d" % (r.randint(1, 4000), r.randint(1, 12), r.randint(1, 28))
            when = "%s %s%%s%s" % (day, time_of_day(r).isoformat(), era)
        return Literal(when % zone)

    return make


def time_of_day(r):
    return clock(r.randint(0, 23), r.randint(0, 59), r.randint(0, 59), microseconds(r))


def zoned_time(r):
    offset = timedelta(minutes=r.randint(-15 * 60, 15 * 60))
    return time_of_day(r).replace(tzinfo=timezone(offset))


def interval(longest):
    """Days and seconds as Python has them, or months, days and up to so many microseconds."""

    def make(r):
        if r.random() < 0.5:
            return timedelta(days=r.randint(-999999, 999999), seconds=r.randint(0, 86399), microseconds=microseconds(r))
        parts = []
        for unit, most in (("mon", 2**31 - 1), ("day", 2**31 - 1), ("us", longest)):
            if r.random() < 0.7:
                parts.append("%d %s" % (r.choice([r.randint(-most, most), r.randint(-40, 40)]), unit))
        return Literal(" ".join(parts) or "0")

    return make


def address(r, network=False):
    bits = r.choice([32, 128])
    number = r.getrandbits(bits)
    if r.random() < 0.5:
        # Runs of zeros, which IPv6 shortens.
        number &= r.getrandbits(bits) & r.getrandbits(bits) & ~(((1 << 32) - 1) << r.choice([0, 16, 48]))
    host = ipaddress.ip_address(number if bits == 32 else (number).to_bytes(16, "big"))
    if bits == 32:
        host = ipaddress.IPv4Address(number)
    prefix = r.choice([bits, r.randint(0, bits)])
    if network:
        return ipaddress.ip_network((host, prefix), strict=False)
    return host if prefix == bits else ipaddress.ip_interface("%s/%d" % (host, prefix))


def hexadecimal(count):
    return lambda r: Literal(":".join("%02x" % byte for byte in r.randbytes(count)))


def document(r, depth=0):
    kind = r.randint(0, 6 if depth < 3 else 4)
    if kind == 0:
        return r.choice([None, True, False])
    if kind == 1:
        return integer(53)(r)
    if kind == 2:
        return r.randint(-10**6, 10**6) / 100
    if kind in (3, 4):
        return text(r)
    if kind == 5:
        return [document(r, depth + 1) for _ in range(r.randint(0, 4))]
    return {text(r): document(r, depth + 1) for _ in range(r.randint(0, 4))}


def bits(low, high):
    return lambda r: Literal("".join(r.choice("01") for _ in range(r.randint(low, high))))


def point(r):
    return "(%r,%r)" % (double(r), double(r))


def geometry(kind):
    def make(r):
        points = ",".join(point(r) for _ in range(r.randint(1, 6)))
        return Literal(
            {
                "point": lambda: point(r),
                # The server takes numbers below 1e-6 for zero here.
                "line": lambda: "{%r,%r,%r}" % (r.randint(1, 9999) / 8, finite(r), finite(r)),
                "lseg": lambda: "[%s,%s]" % (point(r), point(r)),
                "box": lambda: "(%r,%r),(%r,%r)" % (finite(r), finite(r), finite(r), finite(r)),
                "path": lambda: r.choice(["(%s)", "[%s]"]) % points,
                "polygon": lambda: "(%s)" % points,
                "circle": lambda: "<%s,%r>" % (point(r), abs(finite(r))),
            }[kind]()
        )

    return make


def lexeme(r):
    return "'" + text(r, 10, ALPHABET.strip()).replace("\\", "\\\\").replace("'", "''") + "x'"


def tsvector(r):
    words = []
    for _ in range(r.randint(0, 6)):
        places = sorted(r.sample(range(1, 16384), r.randint(0, 4)))
        marks = ",".join("%d%s" % (place, r.choice(["", "A", "B", "C", "D"])) for place in places)
        words.append(lexeme(r) + (":" + marks if marks else ""))
    return Literal(" ".join(words))


def tsquery(r, depth=0):
    # Not even a server reads the binary form of an empty query.
    kind = r.randint(0, 5) if depth < 4 else 0
    if kind < 2:
        mark = r.choice(["", "", "*", "A", "*BD", "ABCD"])
        return Literal(lexeme(r) + (":" + mark if mark else ""))
    if kind == 2:
        return Literal("!(%s)" % tsquery(r, depth + 1))
    sign = r.choice(["&", "|", "<->", "<%d>" % r.randint(0, 16384)])
    return Literal("(%s) %s (%s)" % (tsquery(r, depth + 1), sign, tsquery(r, depth + 1)))


def nullable(make, share=0.15):
    return lambda r: None if r.random() < share else make(r)


def array(make, deep=True):
    element = nullable(make)

    def nested(r, shape):
        return element(r) if not shape else [nested(r, shape[1:]) for _ in range(shape[0])]

    return lambda r: nested(r, [r.randint(1, 3) for _ in range(r.choice([1, 1, 1, 2, 3] if deep else [1]))]) \
        if r.random() > 0.05 else []


def quoted(part):
    return "NULL" if part is None else '"' + str(part).replace("\\", "\\\\").replace('"', '\\"') + '"'


def literal_array(make, delimiter=",", bounded=True):
    """An array in text form, with any lower bound."""

    def make_literal(r):
        count = r.randint(1, 5)
        low = r.choice([1, 1, 0, -3, r.randint(-(2**31), 2**31 - 10)]) if bounded else 1
        body = "{" + delimiter.join(quoted(nullable(make)(r)) for _ in range(count)) + "}"
        return Literal(body if low == 1 else "[%d:%d]=%s" % (low, low + count - 1, body))

    return make_literal


def record(*makers):
    def make(r):
        fields = [nullable(maker)(r) for maker in makers]
        return Literal("(" + ",".join("" if f is None else quoted_field(str(f)) for f in fields) + ")")

    return make


def quoted_field(field):
    return '"' + field.replace("\\", "\\\\").replace('"', '""') + '"'


def ranged(make):
    def make_range(r):
        if r.random() < 0.05:
            return Range(empty=True)
        # NaN sorts last in PostgreSQL, and is comparable.
        ends = [None if r.random() < 0.15 else make(r) for _ in range(2)]
        if None not in ends and ends[0] > ends[1]:
            ends.reverse()
        # Between equal bounds is nothing, unless both are in it.
        return Range(*ends, bounds="[]" if ends[0] == ends[1] else r.choice(["[]", "[)", "(]", "()"]))

    return make_range


def multiranged(make):
    single = ranged(make)
    return lambda r: Multirange([single(r) for _ in range(r.randint(0, 4))])


def finite_numeric(r):
    while True:
        value = numeric(r)
        if value.is_finite() and abs(value.adjusted()) < 400:
            return value


def pairs(r):
    return {text(r): nullable(text)(r) for _ in range(r.randint(0, 5))}


# -------------------------------------------------------------------------------------------------------------- types

MOODS = ["happy", "sad", "with space", "it's", 'quo"te', "comma,", "\u00e9"]
DEFINITIONS = """
    CREATE TYPE exchange.mood AS ENUM (%s);
    CREATE DOMAIN exchange.posint AS int CHECK (VALUE > 0);
    CREATE DOMAIN exchange.tags AS text[];
    CREATE TYPE exchange.pair AS (n int, label text, price numeric, feeling exchange.mood);
    CREATE TYPE exchange.nested AS (pair exchange.pair, pairs exchange.pair[], size exchange.posint, span int4range);
    CREATE TYPE exchange.empty AS ();
    CREATE TYPE exchange.floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);
    CREATE DOMAIN exchange.span AS exchange.floatrange;
""" % ", ".join("'" + mood.replace("'", "''") + "'" for mood in MOODS)


def mood(r):
    return r.choice(MOODS)


pair = record(integer(32), text, finite_numeric, mood)
nested = record(pair, literal_array(pair, bounded=False), lambda r: r.randint(1, 9), lambda r: "[%d,)" % r.randint(0, 9))


def one_byte(version):
    # Servers before 16 do not read the text that later ones write for bytes above ASCII.
    return lambda r: Literal(chr(r.randint(1, 127))) if version < 16 or r.random() < 0.5 else Literal(
        "\\%03o" % r.randint(128, 255)
    )


def types(version, extensions):
    """(name, type, maker, maker of what Python has no value for)."""
    found = [
        ("bool", "bool", lambda r: r.random() < 0.5, None),
        ("int2", "int2", integer(16), None),
        ("int4", "int4", integer(32), None),
        ("int8", "int8", integer(64), None),
        ("float4", "float4", real, None),
        ("float8", "float8", double, None),
        ("numeric", "numeric", numeric, None),
        ("money", "money", lambda r: Literal(dollars(integer(64)(r))), None),
        ("text", "text", text, None),
        ("varchar", "varchar(40)", text, None),
        ("bpchar", "char(30)", text, None),
        ("name", "name", lambda r: text(r, 14), None),
        ("char", '"char"', one_byte(version), None),
        ("bytea", "bytea", lambda r: r.randbytes(r.randint(0, 40)), None),
        ("date", "date", day, extreme_day),
        ("timestamp", "timestamp", moment, extreme_moment("")),
        ("timestamptz", "timestamptz", instant, extreme_moment("+00")),
        ("time", "time", time_of_day, lambda r: Literal("24:00:00")),
        ("timetz", "timetz", zoned_time, lambda r: Literal("12:00:00.5%+03d:59:59" % r.randint(-15, 15))),
        # PostgreSQL 14 reads no more than 31 bits of a unit.
        ("interval", "interval", interval(2**31 - 1 if version < 15 else 2**62), (lambda r: Literal("infinity")) if version >= 17 else None),
        ("uuid", "uuid", lambda r: uuid.UUID(bytes=r.randbytes(16)), None),
        ("inet", "inet", address, None),
        ("cidr", "cidr", lambda r: address(r, network=True), None),
        ("macaddr", "macaddr", hexadecimal(6), None),
        ("macaddr8", "macaddr8", hexadecimal(8), None),
        ("json", "json", lambda r: psycopg.types.json.Json(document(r)), None),
        ("jsonb", "jsonb", lambda r: psycopg.types.json.Jsonb(document(r)), None),
        ("jsonpath", "jsonpath", lambda r: Literal('$."%s"[*]?(@ > %d)' % (plain(r), r.randint(0, 99))), None),
        ("bit", "bit(13)", bits(13, 13), None),
        ("varbit", "varbit", bits(0, 70), None),
        ("xml", "xml", lambda r: Literal("<a b='%s'>%s</a>" % (plain(r), plain(r))), None),
        ("oid", "oid", integer(32, signed=False), None),
        ("xid", "xid", lambda r: Literal(integer(32, signed=False)(r)), None),
        ("cid", "cid", lambda r: Literal(integer(32, signed=False)(r)), None),
        ("xid8", "xid8", lambda r: Literal(integer(64, signed=False)(r)), None),
        ("pg_lsn", "pg_lsn", lambda r: Literal("%X/%X" % (r.getrandbits(32), r.getrandbits(32))), None),
        ("tid", "tid", lambda r: Literal("(%d,%d)" % (r.getrandbits(32), r.getrandbits(16))), None),
        ("tsvector", "tsvector", tsvector, None),
        ("tsquery", "tsquery", tsquery, None),
        *((kind, kind, geometry(kind), None) for kind in ("point", "line", "lseg", "box", "path", "polygon", "circle")),
        ("int2vector", "int2vector", lambda r: Literal(numbers(r, integer(16))), None),
        ("oidvector", "oidvector", lambda r: Literal(numbers(r, integer(32, signed=False))), None),
        ("int4[]", "int4[]", array(integer(32)), literal_array(integer(32))),
        ("int8[]", "int8[]", array(integer(64)), None),
        ("bool[]", "bool[]", array(lambda r: r.random() < 0.5), None),
        ("float8[]", "float8[]", array(double), None),
        ("text[]", "text[]", array(text), literal_array(text)),
        ("numeric[]", "numeric[]", array(finite_numeric), literal_array(finite_numeric)),
        ("timestamptz[]", "timestamptz[]", array(instant), literal_array(extreme_moment("+00"))),
        ("bytea[]", "bytea[]", array(lambda r: r.randbytes(r.randint(0, 9))), None),
        ("uuid[]", "uuid[]", array(lambda r: uuid.UUID(bytes=r.randbytes(16))), None),
        ("inet[]", "inet[]", array(address), None),
        ("box[]", "box[]", literal_array(geometry("box"), ";"), None),
        ("interval[]", "interval[]", literal_array(lambda r: Literal("%d mon %d us" % (integer(16)(r), integer(31)(r)))),
         None),
        ("jsonb[]", "jsonb[]", literal_array(lambda r: json.dumps(document(r))), None),
        ("varbit[]", "varbit[]", literal_array(bits(0, 20)), None),
        ("int4range[]", "int4range[]", literal_array(lambda r: "[%d,)" % integer(16)(r)), None),
        ("enum", "exchange.mood", mood, None),
        ("enum[]", "exchange.mood[]", literal_array(mood), None),
        ("domain", "exchange.posint", lambda r: r.randint(1, 2**31 - 1), None),
        ("domain of array", "exchange.tags", array(text), literal_array(text)),
        ("domain[]", "exchange.posint[]", literal_array(lambda r: r.randint(1, 99)), None),
        ("composite", "exchange.pair", pair, None),
        ("composite[]", "exchange.pair[]", literal_array(pair), None),
        ("nested composite", "exchange.nested", nested, None),
        ("empty composite", "exchange.empty", lambda r: Literal("()"), None),
        ("int4range", "int4range", ranged(lambda r: r.randint(-(10**9), 10**9)), None),
        ("int8range", "int8range", ranged(lambda r: r.randint(-(10**18), 10**18)), None),
        ("numrange", "numrange", ranged(finite_numeric), None),
        ("daterange", "daterange", ranged(lambda r: date(r.randint(1, 9000), 1, 1) + timedelta(r.randint(0, 9999))), None),
        ("tsrange", "tsrange", ranged(moment), lambda r: Literal("(,infinity]")),
        ("tstzrange", "tstzrange", ranged(instant), lambda r: Literal("[-infinity,0044-03-15 00:00:00+00 BC)")),
        ("user range", "exchange.floatrange", lambda r: Literal(str_range(r, finite)), None),
        ("domain of range", "exchange.span", lambda r: Literal(str_range(r, finite)), None),
        ("int4multirange", "int4multirange", multiranged(lambda r: r.randint(-(10**9), 10**9)), None),
        ("nummultirange", "nummultirange", multiranged(finite_numeric), None),
        ("tstzmultirange", "tstzmultirange", multiranged(instant), None),
        ("user multirange", "exchange.floatmultirange",
         lambda r: Literal("{" + ",".join(str_range(r, finite) for _ in range(r.randint(0, 3))) + "}"), None),
    ]
    if "hstore" in extensions:
        found += [("hstore", "hstore", pairs, None), ("hstore[]", "hstore[]", literal_array(hstore_text), None)]
    if "citext" in extensions:
        found.append(("citext", "citext", text, None))
    return found


def dollars(cents):
    return "%s$%s.%02d" % ("-" if cents < 0 else "", format(abs(cents) // 100, ","), abs(cents) % 100)


def numbers(r, make):
    # Not even a server reads the binary form of an empty one.
    return " ".join(str(make(r)) for _ in range(r.randint(1, 6)))


def str_range(r, make):
    ends = sorted([make(r), make(r)])
    return r.choice(["[%r,%r]", "(%r,%r)", "[%r,%r)", "(%r,%r]"]) % tuple(ends)


def hstore_text(r):
    return ",".join("%s=>%s" % (quoted(key), quoted(value)) for key, value in pairs(r).items())


# --------------------------------------------------------------------------------------------------------- comparison


def key(value):
    """What makes two values the same: bits of floats, the scale of decimals."""
    if isinstance(value, float):
        return "nan" if math.isnan(value) else struct.pack(">d", value)
    if isinstance(value, Decimal):
        # numeric has no negative scale, and one zero.
        return (Decimal(format(abs(value) if value.is_zero() else value, "f")) if value.is_finite() else value).as_tuple()
    if isinstance(value, bytes):
        # Also a text in binary form of a type that psycopg does not know.
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, (list, Multirange)):
        return [key(item) for item in value]
    if isinstance(value, (datetime, clock)) and value.tzinfo:
        return value, value.utcoffset() if isinstance(value, clock) else None
    if isinstance(value, Range):
        return None if value.isempty else (key(value.lower), key(value.upper), value.bounds)
    return value


def expected(name, value):
    """A value that was made here, as the server keeps it."""
    if isinstance(value, (psycopg.types.json.Json, psycopg.types.json.Jsonb)):
        return value.obj
    if name == "bpchar":
        return value.ljust(30)
    if name == "float4":
        # Its shortest text is another number in double precision.
        return struct.unpack(">f", struct.pack(">f", value))[0]
    if isinstance(value, list):
        return [expected(name, item) for item in value]
    return value


def table_of(name):
    """A name that no type has: a table has a type of its name."""
    return f'"values of {name}"'


class Exchange:
    def __init__(self, connection, program, seed, count):
        self.connection = connection
        self.program = program
        self.seed = seed
        self.count = count
        self.version = connection.info.server_version // 10000
        self.problems = {}
        self.values = {}

    def problem(self, name, what):
        self.problems[name] = self.problems.get(name, 0) + 1
        if self.problems[name] <= SHOWN:
            print(f"{name}: {what}", flush=True)

    def prepare(self):
        run = self.connection.execute
        run("DROP SCHEMA IF EXISTS exchange, exchanged CASCADE")
        run("CREATE SCHEMA exchange")
        run("CREATE SCHEMA exchanged")
        run(DEFINITIONS)
        extensions = []
        for name in ("hstore", "citext"):
            if run("SELECT FROM pg_available_extensions WHERE name = %s", (name,)).fetchone() is not None:
                run(f"CREATE EXTENSION IF NOT EXISTS {name}")
                extensions.append(name)
        if "hstore" in extensions:
            register_hstore(psycopg.types.TypeInfo.fetch(self.connection, "hstore"), self.connection)
        self.types = types(self.version, extensions)

    def fill(self, name, sql_type, make, make_extreme):
        """Makes the values and the tables for them; literals are read by the server, the others written by psycopg."""
        r = random.Random(f"{self.seed} {name}")
        table = table_of(name)
        run = self.connection.execute
        run(f'CREATE TABLE exchange.{table} (i int PRIMARY KEY, v {sql_type})')
        run(f'CREATE TABLE exchanged.{table} (i int PRIMARY KEY, from_text {sql_type}, from_binary {sql_type})')
        made = [
            make_extreme(r) if make_extreme and r.random() < 0.1 else make(r) for _ in range(self.count)
        ]
        literals = [(i, str(v)) for i, v in enumerate(made) if isinstance(v, Literal)]
        typed = [(i, v) for i, v in enumerate(made) if not isinstance(v, Literal)]
        with self.connection.cursor() as cursor:
            for rows in (literals, typed):
                if rows:
                    with cursor.copy(f'COPY exchange.{table} FROM STDIN') as copy:
                        for row in rows:
                            copy.write_row(row)
        self.values[name] = dict(typed)

    def check(self, name):
        table = table_of(name)
        tables = f'exchange.{table} AS a LEFT JOIN exchanged.{table} AS b USING (i)'
        for column in ("from_text", "from_binary"):
            # By the server: the text, and the binary form by which a row is sent. A tsquery's text does not tell
            # a & (b & c) from (a & b) & c.
            binary = "" if name == "tsquery" else f" OR record_send(ROW(v)) <> record_send(ROW({column}))"
            rows = self.connection.execute(
                f"SELECT i, v::text, {column}::text FROM {tables} WHERE v::text IS DISTINCT FROM {column}::text{binary}"
                " ORDER BY i"
            ).fetchall()
            for index, sent, received in rows:
                self.problem(name, f"value {index}, {column}: {received!r:.200} instead of {sent!r:.200}")
        values = self.values[name]
        if not values:
            return
        for binary in (False, True):
            with self.connection.cursor(binary=binary) as cursor:
                cursor.execute(
                    f'SELECT i, from_text, from_binary FROM exchanged.{table} WHERE i = ANY(%s)', [list(values)]
                )
                rows = cursor.fetchall()
            if len(rows) != len(values):
                self.problem(name, f"{len(rows)} of {len(values)} values came back")
            for index, *received in rows:
                wanted = self.wanted(name, values[index])
                for value in received:
                    if key(expected(name, value) if name == "float4" else value) != wanted:
                        self.problem(name, f"value {index}: {value!r:.200} instead of {values[index]!r:.200}")

    def wanted(self, name, value):
        if name in ("int4range", "int8range", "daterange", "int4multirange", "nummultirange", "tstzmultirange"):
            # Servers bring discrete ranges, and multiranges, into a form of their own; see the server's comparison.
            return AnyValue()
        return key(expected(name, value))

    def run(self):
        began = time.monotonic()
        self.prepare()
        for name, sql_type, make, make_extreme in self.types:
            try:
                self.fill(name, sql_type, make, make_extreme)
            except psycopg.Error as error:
                sys.exit(f"{name}: the values cannot be written: {error}")
        made = time.monotonic()
        result = subprocess.run([self.program])
        exchanged = time.monotonic()
        if result.returncode != 0:
            self.problem("exchange", f"{self.program} ended with status {result.returncode}")
        for name, *_ in self.types:
            self.check(name)
        print(
            f"PostgreSQL {self.version}: {len(self.types)} types, {self.count} values each, seed {self.seed}: "
            f"made in {made - began:.1f} s, exchanged in {exchanged - made:.1f} s, compared in "
            f"{time.monotonic() - exchanged:.1f} s, {sum(self.problems.values())} problems",
            flush=True,
        )
        for name, count in self.problems.items():
            print(f"{name}: {count} problems")
        return not self.problems


class AnyValue:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="the built ValueExchange")
    parser.add_argument("--count", type=int, default=10_000, help="values per type")
    parser.add_argument("--seed", type=int, help="repeats a run")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().getrandbits(32)
    print(f"psycopg {psycopg.__version__}, seed {seed}", flush=True)
    with psycopg.connect(autocommit=True) as connection:
        # What the texts made here are written in.
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute("SET lc_monetary = 'C'")
        connection.execute("SET search_path = exchange, public")
        if not Exchange(connection, options.program, seed, options.count).run():
            sys.exit("values differ")


if __name__ == "__main__":
    main()
