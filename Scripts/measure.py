#!/usr/bin/env python3
"""Runs pgscylla between a filled PostgreSQL and a node that discards writes, and says what each side spent.

Scripts/bench prepares the servers and calls this. Client figures are those of the pgscylla process alone, from wait4;
PostgreSQL's are the CPU time of the postmaster and all of its children; the node reports its own.
"""

import argparse
import json
import os
import platform
import re
import signal
import statistics
import subprocess
import sys
import time

LIMITS = {
    "client_cpu_us_per_row": 0.15,
    "client_instructions_per_row": 900,
    "max_rss_mb": 64,
    "context_switches_per_1000_rows": 3,
}
TICKS = os.sysconf("SC_CLK_TCK")
NOTHING = subprocess.DEVNULL


class Postgres:
    """The private server, as a process tree and as options for its clients."""

    def __init__(self, options):
        self.postmaster = options.postmaster
        self.psql = options.psql
        self.client_options = [
            "--postgres-host", os.environ["PGHOST"], "--postgres-port", os.environ["PGPORT"],
            "--postgres-user", os.environ["PGUSER"], "--postgres-db", os.environ["PGDATABASE"],
            "--postgres-password-file", options.password_file, "--postgres-sslmode", "disable",
        ]

    def cpu(self):
        """Seconds of CPU of the postmaster, its living children and those it has waited for."""
        own, children = 0, 0
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open(f"/proc/{name}/stat") as file:
                    fields = file.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(name) == self.postmaster:
                own += sum(int(field) for field in fields[11:15])
            elif int(fields[1]) == self.postmaster:
                children += int(fields[11]) + int(fields[12])
        return (own + children) / TICKS

    def settle(self):
        """Waits until no backend is left, so that the time of each is counted."""
        query = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        for _ in range(100):
            if self.value(query) == "0":
                return
            time.sleep(0.02)

    def value(self, query):
        return subprocess.check_output([self.psql, "-XAtqc", query], text=True).strip()

    def copy_queries(self, table, readers):
        """The bare COPY, in as many ranges of pages as there are readers."""
        if readers == 1:
            return [f"COPY {table} TO STDOUT (FORMAT binary)"]
        pages = int(self.value(f"SELECT pg_relation_size('{table}') / current_setting('block_size')::int"))
        bounds = [pages * index // readers for index in range(readers)]
        queries = []
        for index, low in enumerate(bounds):
            condition = f"ctid >= '({low},0)'"
            if index + 1 < readers:
                condition += f" AND ctid < '({bounds[index + 1]},0)'"
            queries.append(f"COPY (SELECT * FROM {table} WHERE {condition}) TO STDOUT (FORMAT binary)")
        return queries


class Node:
    """A node that discards writes, for one run."""

    def __init__(self, pgscylla):
        self.process = subprocess.Popen(
            [pgscylla, "node", "--listen", "127.0.0.1:0", "--discard", "--json"],
            stdin=NOTHING, stdout=subprocess.PIPE, text=True,
        )
        banner = self.process.stdout.readline()
        found = re.search(r"listening on 127\.0\.0\.1:(\d+)", banner)
        if not found:
            self.process.kill()
            sys.exit(f"the node did not start: {banner}")
        self.client_options = ["--scylla-host", "127.0.0.1", "--scylla-port", found.group(1)]

    def end(self):
        self.process.send_signal(signal.SIGINT)
        try:
            output, _ = self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            sys.exit("the node did not end when it was interrupted")
        return json.loads(output.strip().splitlines()[-1])


def timed(command, log_path):
    """Runs a command and returns its wall time, status and resource usage."""
    with open(log_path, "wb") as log:
        began = time.monotonic()
        process = subprocess.Popen(command, stdin=NOTHING, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    return seconds, process.returncode, usage


def setup_command(options, postgres, node, schema, table):
    return [
        "setup", "--load-method", "direct", "--tables", table, "--num-threads", str(options.readers),
        "--postgres-source-schema", schema, "--rejects-file", f"{options.workspace}/logs/rejects.jsonl",
        *postgres.client_options, *node.client_options,
    ]


def check(status, node_rows, rows, log_path):
    """A figure of a run that did not copy everything would be worth nothing."""
    if status != 0 or node_rows != rows:
        with open(log_path, errors="replace") as log:
            sys.stderr.write(log.read()[-4000:])
        sys.exit(f"setup ended with status {status}; the node saw {node_rows:,} of {rows:,} rows; log: {log_path}")


def measure_copy(options, postgres, table):
    node = Node(options.pgscylla)
    log_path = f"{options.workspace}/logs/setup-{table}.log"
    postgres.settle()
    before = postgres.cpu()
    seconds, status, usage = timed(
        [options.pgscylla, *setup_command(options, postgres, node, "bench", table)], log_path
    )
    postgres.settle()
    postgres_cpu = postgres.cpu() - before
    report = node.end()
    check(status, report["rows"], options.rows, log_path)
    per_row = 1e6 / options.rows
    return {
        "seconds": seconds,
        "rows_per_second": options.rows / seconds,
        "client_cpu_us_per_row": (usage.ru_utime + usage.ru_stime) * per_row,
        "client_user_us_per_row": usage.ru_utime * per_row,
        "max_rss_mb": usage.ru_maxrss / 1024,
        "context_switches_per_1000_rows": (usage.ru_nvcsw + usage.ru_nivcsw) * 1000 / options.rows,
        "voluntary_switches_per_1000_rows": usage.ru_nvcsw * 1000 / options.rows,
        "postgres_cpu_us_per_row": postgres_cpu * per_row,
        "node_cpu_us_per_row": report["cpu_us"] / options.rows,
    }


def measure_psql(options, postgres, table):
    queries = postgres.copy_queries(f"bench.{table}", options.readers)
    postgres.settle()
    before = postgres.cpu()
    began = time.monotonic()
    readers = [subprocess.Popen([postgres.psql, "-Xqc", query], stdin=NOTHING, stdout=NOTHING) for query in queries]
    if any([reader.wait() for reader in readers]):
        sys.exit("psql failed")
    seconds = time.monotonic() - began
    postgres.settle()
    return {
        "psql_seconds": seconds,
        "psql_rows_per_second": options.rows / seconds,
        "psql_postgres_cpu_us_per_row": (postgres.cpu() - before) * 1e6 / options.rows,
    }


def count_instructions(options, postgres, table):
    """Instructions per row: the difference between two sizes, so that start and end cancel."""
    totals = {}
    for schema in ("small", "large"):
        node = Node(options.pgscylla)
        log_path = f"{options.workspace}/logs/callgrind-{schema}-{table}.log"
        command = [
            "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", options.counted,
            *setup_command(options, postgres, node, schema, table),
        ]
        _, status, _ = timed(command, log_path)
        rows = int(postgres.value(f"SELECT count(*) FROM {schema}.{table}"))
        check(status, node.end()["rows"], rows, log_path)
        with open(log_path, errors="replace") as log:
            totals[rows] = int(re.search(r"Collected\s*:\s*(\d+)", log.read()).group(1))
    (few, fewer), (many, more) = sorted(totals.items())
    return (more - fewer) / (many - few)


def measure(options, postgres, table):
    runs = []
    for run in range(options.repeat + 1):
        # Side by side, so that what else the machine does meets both; the first round only warms up.
        result = {**measure_copy(options, postgres, table), **measure_psql(options, postgres, table)}
        result["wall_ratio_to_psql"] = result["seconds"] / result["psql_seconds"]
        if run > 0:
            runs.append(result)
            print(f"{table}, run {run}: {result['rows_per_second']:,.0f} rows/s", file=sys.stderr)
    medians = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    if options.counted:
        medians["client_instructions_per_row"] = count_instructions(options, postgres, table)
    return {"table": table, "rows": options.rows, "readers": options.readers, "runs": len(runs), **medians}


def print_table(results):
    lines = [
        ("rows/s", "rows_per_second", ",.0f"),
        ("rows/s of psql's bare COPY", "psql_rows_per_second", ",.0f"),
        ("wall time, ours / psql's", "wall_ratio_to_psql", ".2f"),
        ("client CPU, µs/row", "client_cpu_us_per_row", ".3f"),
        ("client instructions/row", "client_instructions_per_row", ",.0f"),
        ("client memory, MB", "max_rss_mb", ".1f"),
        ("context switches/1000 rows", "context_switches_per_1000_rows", ".2f"),
        ("PostgreSQL CPU, µs/row", "postgres_cpu_us_per_row", ".3f"),
        ("  under psql", "psql_postgres_cpu_us_per_row", ".3f"),
        ("node CPU, µs/row", "node_cpu_us_per_row", ".3f"),
    ]
    first = results[0]
    print(f"{first['rows']:,} rows, readers: {first['readers']}, medians of {first['runs']} runs, {os.cpu_count()} cores")
    print(f"{'':28}" + "".join(f"{result['table']:>14}" for result in results))
    for title, name, style in lines:
        if name in first:
            print(f"{title:28}" + "".join(f"{result[name]:>14{style}}" for result in results))


def gate(results):
    misses = [
        f"{result['table']}: {name} is {result[name]:.3f}, above {limit}"
        for result in results if result["table"] == "t9"
        for name, limit in LIMITS.items() if name in result and result[name] > limit
    ]
    for miss in misses:
        print(f"gate: {miss}", file=sys.stderr)
    if not any(result["table"] == "t9" for result in results):
        sys.exit("gate: t9 was not measured")
    if misses:
        sys.exit(1)
    print("gate: t9 is within its limits", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pgscylla", required=True)
    parser.add_argument("--counted", help="the binary to run under callgrind")
    parser.add_argument("--psql", required=True)
    parser.add_argument("--postmaster", type=int, required=True)
    parser.add_argument("--password-file", required=True)
    parser.add_argument("--workspace", required=True)
    parser.add_argument("--tables", required=True)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--readers", type=int, required=True)
    parser.add_argument("--repeat", type=int, required=True)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--gate", action="store_true")
    options = parser.parse_args()
    postgres = Postgres(options)
    results = [measure(options, postgres, table) for table in options.tables.split(",")]
    if options.json:
        machine = {"cores": os.cpu_count(), "kernel": platform.release(), "architecture": platform.machine()}
        print(json.dumps({"benchmark": "copy", "machine": machine, "results": results}, indent=2))
    else:
        print_table(results)
    if options.gate:
        gate(results)


if __name__ == "__main__":
    main()
