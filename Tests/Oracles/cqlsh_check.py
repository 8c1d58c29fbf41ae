#!/usr/bin/env python3
"""Runs cqlsh against a CQL server and compares what it prints: cqlsh_check.py HOST PORT CQLSH

CQLSH is the program, of either package (cqlsh or scylla-cqlsh). What is expected is what cqlsh prints of a real server.
"""
import os
import subprocess
import sys
import tempfile

KEYSPACE = "shell"
# What Apache's cqlsh says of the release that every ScyllaDB claims to be.
REFUSAL = ("WARN: DESCRIBE|DESC was moved to server side in Cassandra 4.0. As a consequence DESCRIBE|DESC will not work in "
           "cqlsh '{}' connected to Cassandra '3.0.8', the version that you are connected to. "
           "DESCRIBE does not exist server side prior Cassandra 4.0.")


def run(script, *options):
    host, port, cqlsh = sys.argv[1:4]
    command = [cqlsh, host, port, "--no-color", "--encoding=utf-8", *options]
    with tempfile.NamedTemporaryFile("w", suffix=".cql") as file:
        file.write(script)
        file.flush()
        done = subprocess.run([*command, "-f", file.name], capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise AssertionError(f"cqlsh ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def expect_output(script, expected):
    # A newer cqlsh warns that it was built for a newer server.
    lines = [line.rstrip() for line in run(script).splitlines() if line.strip() and not line.startswith("WARNING")]
    wanted = [line.rstrip() for line in expected.splitlines() if line.strip()]
    if lines != wanted:
        raise AssertionError("expected:\n" + "\n".join(wanted) + "\ngot:\n" + "\n".join(lines))


def schema():
    run(f"""
        DROP KEYSPACE IF EXISTS {KEYSPACE};
        CREATE KEYSPACE {KEYSPACE} WITH replication = {{'class': 'NetworkTopologyStrategy', 'datacenter1': 1}};
        CREATE TYPE {KEYSPACE}.address (street text, number int);
        CREATE TABLE {KEYSPACE}.people (team text, joined int, name text, tags set<text>, home frozen<address>,
            note text, PRIMARY KEY (team, joined)) WITH CLUSTERING ORDER BY (joined DESC);
        """)


def select():
    expect_output(f"""
        INSERT INTO {KEYSPACE}.people (team, joined, name, tags, home, note)
            VALUES ('red', 1, 'Ann', {{'b', 'a'}}, {{street: 'Elm', number: 5}}, 'it''s');
        INSERT INTO {KEYSPACE}.people (team, joined, name) VALUES ('red', 2, 'Bo');
        SELECT joined, name, tags, home, note FROM {KEYSPACE}.people WHERE team = 'red';
        """, """
 joined | name | tags       | home                       | note
--------+------+------------+----------------------------+------
      2 |   Bo |       null |                       null | null
      1 |  Ann | {'a', 'b'} | {street: 'Elm', number: 5} | it's

(2 rows)
""")


def describe():
    text = run(f"DESCRIBE KEYSPACE {KEYSPACE};")
    if "DESCRIBE does not exist server side" in text:
        # Apache's newer cqlsh describes nothing on a server that says 3.0.8, as every ScyllaDB does.
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("WARNING")]
        version = subprocess.run([sys.argv[3], "--version"], capture_output=True, text=True, check=True)
        if lines != [REFUSAL.format(version.stdout.split()[-1])]:
            raise AssertionError(f"expected the refusal of this cqlsh alone, got:\n{text}")
        return "DESCRIBE is refused as against ScyllaDB"
    text = text.replace("org.apache.cassandra.locator.", "")
    for part in [f"CREATE KEYSPACE {KEYSPACE} WITH replication = {{'class': 'NetworkTopologyStrategy', 'datacenter1': '1'}}",
                 f"CREATE TYPE {KEYSPACE}.address (\n    street text,\n    number int\n);",
                 f"CREATE TABLE {KEYSPACE}.people (\n    team text,\n    joined int,\n",
                 "    home frozen<address>,\n", "    tags set<text>,\n", "    PRIMARY KEY (team, joined)\n",
                 "WITH CLUSTERING ORDER BY (joined DESC)"]:
        if part not in text:
            raise AssertionError(f"{part!r} is not in:\n{text}")
    tables = run(f"USE {KEYSPACE};\nDESCRIBE TABLES;")
    if "people" not in tables:
        raise AssertionError(f"people is not in: {tables}")
    if KEYSPACE not in run("DESCRIBE KEYSPACES;"):
        raise AssertionError("the keyspace is not listed")


def pages():
    rows = "\n".join(f"INSERT INTO {KEYSPACE}.people (team, joined, name) VALUES ('many', {n}, 'n{n}');" for n in range(250))
    run(rows)
    text = run(f"PAGING 40\nSELECT joined FROM {KEYSPACE}.people WHERE team = 'many';")
    if "(250 rows)" not in text:
        raise AssertionError(text[-500:])


def copy():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "people.csv")
        columns = "team, joined, name, tags, home, note"
        text = run(f"COPY {KEYSPACE}.people ({columns}) TO '{path}' WITH HEADER = true;")
        if "252 rows exported" not in text:
            raise AssertionError(text)
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
        assert lines[0] == "team,joined,name,tags,home,note", lines[0]
        assert "red,1,Ann,\"{'a', 'b'}\",\"{street: 'Elm', number: 5}\",it's" in lines, lines[:5]
        text = run(f"""
            CREATE TABLE {KEYSPACE}.again (team text, joined int, name text, tags set<text>, home frozen<address>,
                note text, PRIMARY KEY (team, joined));
            COPY {KEYSPACE}.again ({columns}) FROM '{path}' WITH HEADER = true;
            SELECT count(*) FROM {KEYSPACE}.again;
            SELECT tags, home, note FROM {KEYSPACE}.again WHERE team = 'red' AND joined = 1;""")
        for part in ["252 rows imported", "   252", " {'a', 'b'} | {street: 'Elm', number: 5} | it's"]:
            if part not in text:
                raise AssertionError(f"{part!r} is not in:\n{text}")


def tracing():
    # Off already: one cqlsh says so and goes on, the other takes it for an error.
    try:
        text = run("TRACING OFF;")
    except AssertionError as error:
        text = str(error)
    if "already OFF" not in text and "Tracing is not enabled" not in text and "Disabled Tracing" not in text:
        raise AssertionError(text)


def errors():
    try:
        run("SELECT * FROM nowhere.nothing;")
    except AssertionError as error:
        if "InvalidRequest" not in str(error) and "does not exist" not in str(error):
            raise
    else:
        raise AssertionError("a table that does not exist was read")


def clean_up():
    run(f"DROP KEYSPACE {KEYSPACE};")


def main():
    if len(sys.argv) != 4:
        print(__doc__.strip().splitlines()[0])
        return 2
    failures = 0
    checks = [schema, select, describe, pages, copy, tracing, errors, clean_up]
    for function in checks:
        try:
            remark = function()
            print(f"ok   cqlsh {function.__name__}" + (f": {remark}" if remark else ""))
        except Exception as error:
            failures += 1
            print(f"FAIL cqlsh {function.__name__}: {type(error).__name__}: {error}")
    print(f"{len(checks) - failures} of {len(checks)} checks passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
