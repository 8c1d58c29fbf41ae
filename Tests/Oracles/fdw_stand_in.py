"""Stands in for the extension scylla_fdw where it cannot be built: a wrapper of that name whose handler is postgres_fdw's,
and a server that takes what postgres_fdw sends (PostgreSQL's protocol) to a CQL node, by way of cassandra-driver.

What it does with a value is the adapted extension's: it binds by the foreign column's type. With `spoils`, it does what the
extension does as its authors left it: smallint and inet become null, and a decimal whose top bit is set another number.
"""

import re
import socket
import struct
import threading
from decimal import Decimal

WRAPPER = [
    "CREATE EXTENSION IF NOT EXISTS postgres_fdw",
    "CREATE FOREIGN DATA WRAPPER scylla_fdw HANDLER postgres_fdw_handler",
]

NAME = r'("(?:[^"]|"")+"|\w+)'
INSERT = re.compile(rf"INSERT INTO {NAME}\.{NAME}\((.*)\) VALUES \((.*)\)$", re.S)
DELETE = re.compile(rf"DELETE FROM {NAME}\.{NAME}(?: WHERE (.*))?$", re.S)
CONDITION = re.compile(rf"\({NAME} = (.*)\)$", re.S)
DISTINCT = re.compile(rf"\(NOT \({NAME} IS DISTINCT FROM (true|false)\)\)$")
CONSTANT = re.compile(r"(?: ?E)?('(?:[^'\\]|''|\\.)*')(?:::.*)?$", re.S)


def unquoted(name):
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def split_outside(text, separator):
    """Splits where neither quotes nor parentheses are open."""
    parts, depth, quote, start, i = [], 0, None, 0, 0
    while i < len(text):
        c = text[i]
        if quote:
            if c == "\\" and quote == "'":
                i += 1
            elif c == quote:
                quote = None
        elif c in "'\"":
            quote = c
        elif c in "()":
            depth += 1 if c == "(" else -1
        elif depth == 0 and text.startswith(separator, i):
            parts.append(text[start:i])
            start = i + len(separator)
            i = start
            continue
        i += 1
    return parts + [text[start:]]


def constant(text):
    """The text of a constant as postgres_fdw writes it."""
    match = CONSTANT.match(text)
    if not match:
        return text.split("::")[0].strip("() ")
    body = match.group(1)[1:-1].replace("''", "'")
    return re.sub(r"\\(.)", r"\1", body, flags=re.S) if text.lstrip().startswith("E") else body


def spoilt(text):
    """A decimal as the extension writes it: the magnitude's bytes, complemented if it is negative."""
    number = Decimal(text)
    scale = -number.as_tuple().exponent
    unscaled = int(number.scaleb(scale))
    unscaled = max(-(2**63) + 1, min(2**63 - 1, unscaled))
    size = max(1, (abs(unscaled).bit_length() + 7) // 8)
    magnitude = abs(unscaled) if unscaled >= 0 else (-abs(unscaled)) % (1 << (8 * size))
    signed = magnitude - (1 << (8 * size)) if magnitude >> (8 * size - 1) else magnitude
    return str(Decimal(signed).scaleb(-scale))


class StandIn:
    """Listens at host:port for postgres_fdw, and writes to `keyspace` over `session`."""

    def __init__(self, session, keyspace, host, port, spoils=False):
        self.session, self.keyspace, self.spoils = session, keyspace, spoils
        self.types = {}
        self.answers = True
        self.listener = socket.create_server((host, port))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    # CQL

    def column_types(self, table):
        if table not in self.types or table.startswith("pgscylla_probe"):
            rows = self.session.execute(
                "SELECT column_name, type FROM system_schema.columns WHERE keyspace_name = %s AND table_name = %s",
                (self.keyspace, table),
            )
            self.types[table] = {row[0]: row[1] for row in rows}
        return self.types[table]

    def literal(self, value, cql_type):
        if value is None:
            return "null"
        if self.spoils and cql_type in ("smallint", "inet"):
            return "null"
        if self.spoils and cql_type == "decimal":
            return spoilt(value)
        if cql_type == "blob":
            return "0x" + value[2:]
        if cql_type == "boolean":
            return "true" if value in ("t", "true") else "false"
        if cql_type in ("text", "date", "time", "inet"):
            return "'" + value.replace("'", "''") + "'"
        return value

    def table(self, name):
        return re.sub(r"[^A-Za-z0-9_]", "_", name)

    def run(self, sql, parameters):
        if match := INSERT.match(sql):
            table = self.table(unquoted(match.group(2)))
            columns = [unquoted(name.strip()) for name in split_outside(match.group(3), ", ")]
            types = self.column_types(table)
            values = ", ".join(self.literal(v, types[c]) for c, v in zip(columns, parameters, strict=True))
            names = ", ".join(quoted(c) for c in columns)
            self.session.execute(f"INSERT INTO {quoted(self.keyspace)}.{quoted(table)} ({names}) VALUES ({values})")
            return "INSERT 0 1"
        if match := DELETE.match(sql):
            table = self.table(unquoted(match.group(2)))
            types = self.column_types(table)
            conditions = []
            for part in split_outside(match.group(3), " AND "):
                if part.startswith("((") and part.endswith("))"):
                    part = part[1:-1]
                found = CONDITION.match(part) or DISTINCT.match(part)
                if not found:
                    raise ValueError(f"the stand-in does not understand {part!r} of {sql!r}")
                name = unquoted(found.group(1))
                conditions.append(f"{quoted(name)} = {self.literal(constant(found.group(2)), types[name])}")
            where = " AND ".join(conditions)
            self.session.execute(f"DELETE FROM {quoted(self.keyspace)}.{quoted(table)} WHERE {where}")
            return "DELETE 1"
        word = sql.split()[0].upper()
        return {"START": "START TRANSACTION", "FETCH": "FETCH 0", "DECLARE": "DECLARE CURSOR"}.get(word, word)

    # PostgreSQL's protocol

    def serve(self, connection):
        stream = connection.makefile("rwb")

        def send(kind, body=b""):
            stream.write(kind + struct.pack("!I", len(body) + 4) + body)

        def exactly(count):
            data = stream.read(count)
            if len(data) < count:
                raise EOFError
            return data

        def fail(error):
            message = str(error).replace("\0", "").encode()
            send(b"E", b"SERROR\0VERROR\0CHV000\0M" + message + b"\0\0")

        try:
            while True:
                (length,) = struct.unpack("!I", exactly(4))
                body = exactly(length - 4)
                if struct.unpack("!I", body[:4])[0] == 196608:
                    break
                stream.write(b"N")  # neither TLS nor GSSAPI
                stream.flush()
            send(b"R", struct.pack("!I", 0))
            for name, value in [("server_version", "15.0"), ("client_encoding", "UTF8"), ("server_encoding", "UTF8"),
                                ("standard_conforming_strings", "on"), ("integer_datetimes", "on")]:
                send(b"S", f"{name}\0{value}\0".encode())
            send(b"Z", b"I")
            stream.flush()
            statements, portal, is_failed = {}, None, False
            in_transaction = False
            while True:
                kind = exactly(1)
                (length,) = struct.unpack("!I", exactly(4))
                body = exactly(length - 4)
                if kind == b"X":
                    return
                if kind == b"S":
                    is_failed = False
                    send(b"Z", b"T" if in_transaction else b"I")
                    stream.flush()
                    continue
                if is_failed:
                    continue
                try:
                    if kind == b"Q":
                        sql = body[:-1].decode()
                        word = sql.split()[0].upper()
                        if word == "FETCH":
                            send(b"T", struct.pack("!H", 0))
                        send(b"C", self.run(sql, []).encode() + b"\0")
                        in_transaction = word == "START" or (in_transaction and word not in ("COMMIT", "ABORT", "ROLLBACK"))
                        send(b"Z", b"T" if in_transaction else b"I")
                        stream.flush()
                    elif kind == b"P":
                        name, sql = body.split(b"\0")[:2]
                        statements[name] = sql.decode()
                        send(b"1")
                    elif kind == b"B":
                        _, name, rest = body.split(b"\0", 2)
                        portal = (statements[name], self.parameters(rest))
                        send(b"2")
                    elif kind == b"D":
                        send(b"n")
                    elif kind == b"E":
                        send(b"C", self.run(*portal).encode() + b"\0")
                    elif kind == b"C":
                        send(b"3")
                except Exception as error:  # whatever it is, postgres_fdw is told
                    fail(error)
                    if kind == b"Q":
                        send(b"Z", b"T" if in_transaction else b"I")
                        stream.flush()
                    else:
                        is_failed = True
        except (EOFError, OSError):
            pass
        finally:
            connection.close()

    @staticmethod
    def parameters(data):
        (count,) = struct.unpack_from("!H", data)
        offset = 2 + 2 * count
        (count,) = struct.unpack_from("!H", data, offset)
        offset += 2
        values = []
        for _ in range(count):
            (length,) = struct.unpack_from("!i", data, offset)
            offset += 4
            values.append(None if length < 0 else data[offset : offset + length].decode())
            offset += max(length, 0)
        return values
