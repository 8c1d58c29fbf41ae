#!/usr/bin/env python3
"""Proves that triggers carry changes: sessions write to PostgreSQL before, during and after `pgscylla setup`, and then both
sides are equal, as the official drivers of both see them. usage: following_check.py PROGRAM NODE_PORT FOLDER

PostgreSQL is found by the usual variables; a stand-in takes the place of the extension (fdw_stand_in.py).
"""

import os
import random
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import psycopg
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile
from cassandra.policies import WhiteListRoundRobinPolicy
from fdw_stand_in import WRAPPER, StandIn

SCHEMA = """
CREATE TABLE everything (id int PRIMARY KEY, s smallint, n numeric, b boolean, t text, c char(6), bytes bytea, d date,
    tm time, ts timestamp, tz timestamptz, u uuid, ip inet, doc jsonb, span interval, "order" int, "Weird ""name" text);
CREATE TABLE by_number (n numeric, s smallint, v text, PRIMARY KEY (n, s));
CREATE TABLE by_time (ts timestamp, d date, tm time, v int, PRIMARY KEY (ts, d, tm));
CREATE TABLE "By_Address" (u uuid, ip inet, bytes bytea, b boolean, v int, PRIMARY KEY (u, ip, bytes, b));
CREATE TABLE by_text (c text, t varchar, v int, PRIMARY KEY (c, t));
CREATE TABLE parted (id int, region text, v numeric, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE parted_a PARTITION OF parted FOR VALUES IN ('a');
CREATE TABLE parted_b (v numeric, region text NOT NULL, id int NOT NULL);
ALTER TABLE parted ATTACH PARTITION parted_b FOR VALUES IN ('b');
CREATE TABLE parent (id int PRIMARY KEY, v text);
CREATE TABLE child (extra int) INHERITS (parent);
CREATE UNIQUE INDEX ON child (id);
"""

NUMBERS = ["0", "1.28", "-1.28", "327.68", "-129", "1.50", "1.5", "12345678901234567890123.000001", "0.000000001"]
TEXTS = ["", "a", "it's \"q\" \\ % $1", "Käse 漢🐘", " blank", "\\x41", "x" * 200]


class Writer:
    """One session's random changes; every fifth transaction is rolled back."""

    def __init__(self, seed, stop):
        self.random, self.stop, self.failure, self.count = random.Random(seed), stop, None, 0

    def run(self):
        try:
            with psycopg.connect() as connection:
                while not self.stop.is_set():
                    try:
                        for _ in range(self.random.randint(1, 3)):
                            self.change(connection)
                        if self.random.random() < 0.2:
                            connection.rollback()
                        else:
                            connection.commit()
                            self.count += 1
                    except (psycopg.errors.DeadlockDetected, psycopg.errors.UniqueViolation,
                            psycopg.errors.SerializationFailure):
                        connection.rollback()
        except Exception as error:
            self.failure = error

    def maybe(self, value):
        return None if self.random.random() < 0.2 else value

    def change(self, connection):
        pick, one = self.random.choice, self.random.randint
        n, t, i = pick(NUMBERS), pick(TEXTS), one(1, 30)
        anywhere = "ctid = (SELECT ctid FROM {0} ORDER BY random() LIMIT 1)"
        run = connection.execute
        match one(0, 13):
            case 0 | 1 | 2:
                row = [self.maybe(v) for v in (
                    one(-32768, 32767), n, pick([True, False]), t, "ab", self.random.randbytes(one(0, 20)),
                    pick(["1970-01-01", "1969-12-31", "2024-02-29"]), pick(["00:00", "23:59:59.999999"]),
                    pick(["1969-12-31 23:59:59.999", "2024-06-01 10:00:00.12"]), "2024-06-01 10:00:00.001+02",
                    str(uuid.UUID(int=one(0, 9))), pick(["10.0.0.1", "2001:db8::1"]), '{"a": [1.50, null]}',
                    "1 mon 2 days", one(0, 9), t)]
                run("INSERT INTO everything VALUES (" + ", ".join(["%s"] * 17) + ") ON CONFLICT (id) DO UPDATE SET "
                    "n = excluded.n, s = excluded.s, t = excluded.t, b = NULL, ip = excluded.ip", [i, *row])
            case 3:
                run("DELETE FROM everything WHERE id = %s", (i,))
            case 4:
                run("UPDATE everything SET id = id + 100 WHERE id = %s", (i,))
            case 5:
                run("INSERT INTO by_number VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", (n, one(-2, 2), t))
            case 6:
                run("UPDATE by_number SET n = n + 0.10 WHERE " + anywhere.format("by_number"))
            case 7:
                run("INSERT INTO by_time VALUES (%s, %s, %s, %s) ON CONFLICT (ts, d, tm) DO UPDATE SET v = excluded.v",
                    (pick(["1969-12-31 23:59:59.999", "2024-01-01"]), pick(["1969-12-31", "2024-02-29"]),
                     pick(["10:00:00.1", "23:59:59.999999"]), i))
            case 8:
                run('INSERT INTO "By_Address" VALUES (%s, %s, %s, %s, %s) ON CONFLICT (u, ip, bytes, b) '
                    "DO UPDATE SET v = excluded.v", (str(uuid.UUID(int=one(0, 2))), pick(["10.0.0.1", "::1"]),
                                                     pick([b"", b"'\x00"]), pick([True, False]), i))
            case 9:
                run("INSERT INTO by_text VALUES (%s, %s, %s) ON CONFLICT (c, t) DO UPDATE SET v = excluded.v",
                    (pick(["a", "abc", " b"]), pick(["", "it's", "ü\\"]), i))
            case 10:
                run("INSERT INTO parted VALUES (%s, %s, %s) ON CONFLICT (id, region) DO UPDATE SET v = excluded.v",
                    (i, pick("ab"), n))
            case 11:
                run("UPDATE parted SET region = CASE region WHEN 'a' THEN 'b' ELSE 'a' END WHERE id = %s", (i,))
            case 12:
                run(pick(["INSERT INTO parent VALUES (%s, 'p') ON CONFLICT (id) DO UPDATE SET v = NULL",
                          "UPDATE child SET v = 'changed' WHERE id = 1000 + %s"]), (i,))
                run("INSERT INTO child VALUES (%s, 'c', 1) ON CONFLICT DO NOTHING", (1000 + i,))
            case 13:
                table = pick(["by_number", "by_time", '"By_Address"', "by_text", "parted_a", "parted_b", "ONLY parent"])
                run(f"DELETE FROM {table} WHERE " + anywhere.format(table))


class Check:
    def __init__(self, program, port, folder):
        self.program, self.port, self.folder = program, port, folder
        profile = ExecutionProfile(load_balancing_policy=WhiteListRoundRobinPolicy(["127.0.0.1"]))
        self.cluster = Cluster(["127.0.0.1"], port=port, protocol_version=4,
                               execution_profiles={EXEC_PROFILE_DEFAULT: profile})
        self.session = self.cluster.connect()

    def pgscylla(self, command, keyspace, *options):
        words = [self.program, command, "--scylla-host", "127.0.0.1", "--scylla-port", str(self.port), "--scylla-ks",
                 keyspace, "--postgres-host", os.environ["PGHOST"], "--postgres-port", os.environ["PGPORT"],
                 "--postgres-db", os.environ["PGDATABASE"], *options]
        if command == "setup":
            words += ["--skip-fdw-build", "--rejects-file", str(Path(self.folder) / "rejects.jsonl")]
        environment = {**os.environ, "PGPASSWORD": os.environ.get("PGPASSWORD", "")}
        return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=300)

    def database(self, name, schema):
        self.session.execute(f"DROP KEYSPACE IF EXISTS {name}")
        os.environ["PGDATABASE"] = "postgres"
        with psycopg.connect(autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name}")
        os.environ["PGDATABASE"] = name
        connection = psycopg.connect(autocommit=True)
        for statement in [*WRAPPER, schema]:
            connection.execute(statement)
        return connection

    def expect(self, condition, sentence, output=None):
        if not condition:
            detail = f"\n{output.stdout}{output.stderr}" if output else ""
            raise AssertionError(f"not true: {sentence}{detail}")

    def equal(self, keyspace, tables):
        output = self.pgscylla("verify", keyspace)
        self.expect(output.returncode == 0, "verify finds both sides equal", output)
        compare = Path(__file__).with_name("compare.py")
        output = subprocess.run([sys.executable, compare, "--port", str(self.port), "--keyspace", keyspace,
                                 "--expect-tables", str(tables)], capture_output=True, text=True, timeout=300)
        self.expect(output.returncode == 0, "the drivers of both find them equal", output)

    # What is checked

    def changes_follow_whenever_they_happen(self):
        connection = self.database("following", SCHEMA)
        StandIn(self.session, "following", "127.0.0.2", self.port)
        stop = threading.Event()
        writers = [Writer(seed, stop) for seed in range(3)]
        threads = [threading.Thread(target=writer.run) for writer in writers]
        for thread in threads:
            thread.start()

        def busy(count):
            """Until each session has committed so many transactions more."""
            goals = [writer.count + count for writer in writers]
            while any(w.count < goal and w.failure is None for w, goal in zip(writers, goals)):
                time.sleep(0.01)

        busy(40)
        for _ in range(2):
            output = self.pgscylla("setup", "following", "--scylla-fdw-host", "127.0.0.2")
            self.expect(output.returncode == 0, "setup succeeds", output)
            self.expect(output.stdout.count(", followed") == 7, "each table is followed", output)
            busy(60)
        stop.set()
        for thread in threads:
            thread.join()
        for writer in writers:
            if writer.failure:
                raise writer.failure
        missed = connection.execute("SELECT source, key, reason FROM scylla_fdw.pgscylla_missed_changes").fetchall()
        self.expect(missed == [], f"no change was missed, but {missed[:3]}")
        self.equal("following", 7)
        print(f"     {sum(writer.count for writer in writers)} transactions followed")

    def what_is_missed_is_made_good(self):
        connection = self.database("missing", "CREATE TABLE t (id int PRIMARY KEY, v numeric); "
                                              "INSERT INTO t SELECT i, i FROM generate_series(1, 20) i")
        stand_in = StandIn(self.session, "missing", "127.0.0.3", self.port)
        host = ["--scylla-fdw-host", "127.0.0.3"]
        self.expect(self.pgscylla("setup", "missing", *host).returncode == 0, "setup succeeds")
        run, stand_in.run = stand_in.run, lambda *_: 1 / 0
        connection.execute("UPDATE t SET v = -129 WHERE id = 1")
        connection.execute("UPDATE t SET id = 22 WHERE id = 2")
        connection.execute("DELETE FROM t WHERE id = 3")
        connection.execute("INSERT INTO t VALUES (21, 1.28)")
        stand_in.run = run
        keys = connection.execute("SELECT key[1] FROM scylla_fdw.pgscylla_missed_changes ORDER BY id").fetchall()
        self.expect({k for k, in keys} == {"1", "2", "22", "3", "21"}, f"each key is written down, not {keys}")
        self.expect(self.pgscylla("verify", "missing").returncode == 1, "both sides differ")
        output = self.pgscylla("setup", "missing", "--skip-existing-data", *host)
        self.expect(output.returncode == 0 and "3 rows in" in output.stdout, "only what was missed is copied", output)
        left = connection.execute("SELECT count(*) FROM scylla_fdw.pgscylla_missed_changes").fetchone()
        self.expect(left == (0,), "it is forgotten")
        self.equal("missing", 1)
        connection.execute("INSERT INTO t VALUES (30, 'NaN')")
        reasons = connection.execute("SELECT reason FROM scylla_fdw.pgscylla_missed_changes").fetchall()
        self.expect(reasons == [('column "v": NaN or infinity is no CQL decimal',)], f"its reason is said, not {reasons}")
        connection.execute("TRUNCATE t")
        output = self.pgscylla("setup", "missing", *host)
        self.expect(output.returncode == 1 and "truncated in PostgreSQL" in output.stdout, "TRUNCATE is told", output)
        self.session.execute("TRUNCATE missing.t")
        output = self.pgscylla("setup", "missing", *host)
        self.expect(output.returncode == 0 and "truncated" not in output.stdout, "until it is repeated", output)

    def anyone_may_change_a_followed_table(self):
        connection = self.database("roles", "CREATE TABLE t (id int PRIMARY KEY, v timestamp)")
        StandIn(self.session, "roles", "127.0.0.4", self.port)
        self.expect(self.pgscylla("setup", "roles", "--scylla-fdw-host", "127.0.0.4").returncode == 0, "setup succeeds")
        connection.execute("DROP ROLE IF EXISTS clerk")
        connection.execute("CREATE ROLE clerk; GRANT INSERT, UPDATE ON t TO clerk; SET ROLE clerk; SET DateStyle = German;"
                           "SET TimeZone = 'Asia/Tokyo'; SET bytea_output = escape; SET search_path = ''")
        connection.execute("INSERT INTO public.t VALUES (1, '2024-01-01 00:00:00.1239')")
        try:
            connection.execute("CREATE TEMP TABLE mine (id int, v timestamp); CREATE TRIGGER own AFTER INSERT ON mine "
                               "FOR EACH ROW EXECUTE FUNCTION public.t_scylla_replication()")
            self.expect(False, "nobody else may use the function")
        except psycopg.errors.InsufficientPrivilege:
            pass
        connection.execute("RESET ROLE")
        rows = list(self.session.execute("SELECT id, v FROM roles.t"))
        self.expect([str(row.v) for row in rows] == ["2024-01-01 00:00:00.123000"], f"the change is there, not {rows}")

    def an_extension_that_spoils_values_is_found_out(self):
        self.database("spoilt", "CREATE TABLE fine (id int PRIMARY KEY, v text); CREATE TABLE small (id smallint PRIMARY KEY);"
                                "CREATE TABLE decimals (id int PRIMARY KEY, v numeric); INSERT INTO decimals VALUES (1, 1.28)")
        StandIn(self.session, "spoilt", "127.0.0.5", self.port, spoils=True)
        output = self.pgscylla("setup", "spoilt", "--scylla-fdw-host", "127.0.0.5")
        lines = {line.split()[0]: line for line in output.stdout.splitlines() if line.startswith("public.")}
        self.expect(output.returncode == 1, "setup does not succeed", output)
        self.expect("0 s, followed" in lines["public.fine"], "what is carried is followed", output)
        self.expect("NOT FOLLOWED" in lines["public.small"], "smallint is not", output)
        self.expect("1.28 arrives as -1.06" in lines["public.decimals"], "decimals are not", output)
        self.expect("1 row in" in lines["public.decimals"], "its rows are copied", output)

    def another_cluster_is_found_out(self):
        self.database("elsewhere", "CREATE TABLE t (id int PRIMARY KEY)")
        stand_in = StandIn(self.session, "elsewhere", "127.0.0.6", self.port)
        stand_in.run = lambda *_: "INSERT 0 1"
        output = self.pgscylla("setup", "elsewhere", "--scylla-fdw-host", "127.0.0.6")
        self.expect(output.returncode == 2 and "does not arrive in the cluster" in output.stderr, "setup says so", output)


def main():
    if len(sys.argv) != 4:
        print(__doc__.strip())
        return 2
    check = Check(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    names = [name for name, value in vars(Check).items() if callable(value) and name[0] != "_" and "_" in name]
    failures = 0
    for name in names:
        try:
            getattr(check, name)()
            print(f"ok   {name}", flush=True)
        except Exception as error:
            failures += 1
            print(f"FAIL {name}: {type(error).__name__}: {error}", flush=True)
    check.cluster.shutdown()
    print(f"{len(names) - failures} of {len(names)} checks passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
