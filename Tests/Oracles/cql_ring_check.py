#!/usr/bin/env python3
"""Checks what only the in-memory node can be made to do, with an official driver: cql_ring_check.py PGSCYLLA

Starts `pgscylla node` by itself, alone and as a ring of three, kills it in the middle of a load and starts it again with
its journal. Uses whichever `cassandra` package is installed.
"""
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback

import cassandra
from cassandra.cluster import Cluster, ExecutionProfile, EXEC_PROFILE_DEFAULT
from cassandra.policies import (ConstantReconnectionPolicy, FallthroughRetryPolicy, RoundRobinPolicy, TokenAwarePolicy,
                                WhiteListRoundRobinPolicy)

SHARDS = 2


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Node:
    """A process of `pgscylla node`."""

    started = []

    def __init__(self, program, *options):
        Node.started.append(self)
        self.command = [program, "node", "--shards", str(SHARDS), *options]
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        self.banner = self.process.stdout.readline()
        assert "listening on" in self.banner, self.banner

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)


def connect(addresses, port, policy=None):
    profile = ExecutionProfile(load_balancing_policy=policy or TokenAwarePolicy(RoundRobinPolicy()),
                               retry_policy=FallthroughRetryPolicy(), request_timeout=30)
    cluster = Cluster(addresses, port=port, protocol_version=4, reconnection_policy=ConstantReconnectionPolicy(0.2),
                      execution_profiles={EXEC_PROFILE_DEFAULT: profile})
    return cluster, cluster.connect()


def create(session, replication_factor=1):
    session.execute("CREATE KEYSPACE ring WITH replication = "
                    f"{{'class': 'NetworkTopologyStrategy', 'datacenter1': {replication_factor}}}")
    session.execute("CREATE TABLE ring.rows (k int PRIMARY KEY, v text)")


def eventually(condition, what):
    pause = threading.Event()
    for _ in range(300):
        if condition():
            return
        pause.wait(0.1)
    raise AssertionError(f"did not happen within 30 seconds: {what}")


def counter(port, address, name):
    cluster, session = connect([address], port, WhiteListRoundRobinPolicy([address]))
    row = session.execute("SELECT value FROM system.pgscylla_counters WHERE name = %s", (name,)).one()
    cluster.shutdown()
    return row.value


def a_killed_node_has_what_it_acknowledged(program, folder):
    port = free_port()
    node = Node(program, "--listen", f"127.0.0.1:{port}", "--journal", os.path.join(folder, "alone"))
    cluster, session = connect(["127.0.0.1"], port)
    create(session)
    insert = session.prepare("INSERT INTO ring.rows (k, v) VALUES (?, ?)")
    select = session.prepare("SELECT v FROM ring.rows WHERE k = ?")
    acknowledged = set()
    futures = [(k, session.execute_async(insert, (k, f"value {k}"))) for k in range(3000)]
    for k, future in futures[:1500]:
        future.result()
        acknowledged.add(k)
    node.kill()
    for k, future in futures[1500:]:
        try:
            future.result()
            acknowledged.add(k)
        except Exception:
            pass
    node.start()
    def answers():
        try:
            return session.execute("SELECT key FROM system.local").one().key == "local"
        except Exception:
            return False
    eventually(answers, "the driver connects again")
    # The node knows the statements no more: the driver prepares them again.
    for k in sorted(acknowledged)[::50]:
        assert session.execute(select, (k,)).one().v == f"value {k}", k
    found = {row.k for row in session.execute("SELECT k FROM ring.rows")}
    assert acknowledged <= found, f"{len(acknowledged - found)} acknowledged rows are lost"
    session.execute(insert, (5000, "after"))
    cluster.shutdown()
    node.stop()


def a_ring_answers_as_one(program, folder):
    port = free_port()
    addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
    members = ",".join(f"{address}:{port}" for address in addresses)
    nodes = [Node(program, "--ring", members, "--ring-index", str(index), "--journal", os.path.join(folder, str(index)))
             for index in range(3)]
    cluster, session = connect(addresses[:1], port)
    eventually(lambda: sum(bool(host.is_up) for host in cluster.metadata.all_hosts()) == 3, "three hosts are up")
    create(session)
    assert cluster.control_connection.wait_for_schema_agreement(), "the schema is agreed on"
    insert = session.prepare("INSERT INTO ring.rows (k, v) VALUES (?, ?)")
    for future in [session.execute_async(insert, (k, f"value {k}")) for k in range(2000)]:
        future.result()
    assert len(list(session.execute("SELECT k FROM ring.rows"))) == 2000
    for address in addresses:
        assert counter(port, address, "routed_other_node") == 0, f"requests came to the wrong node {address}"
        own, other = (counter(port, address, name) for name in ("routed_own_shard", "routed_other_shard"))
        assert own + other > 400, f"{address} got only {own + other} of 2000 requests"
        if hasattr(cluster, "is_shard_aware"):
            assert other == 0 or own > other, f"{address}: {own} requests at their shard, {other} beside it"
    nodes[1].kill()
    down = cluster.metadata.get_host(addresses[1], port)
    eventually(lambda: not down.is_up, "the driver hears that a node is down")
    refused = []
    for k in range(2000, 3000):
        try:
            session.execute(insert, (k, f"value {k}"))
        except Exception:
            refused.append(k)
    assert 100 < len(refused) < 600, f"{len(refused)} of 1000 rows belong to the node that is away"
    nodes[1].start()
    eventually(lambda: down.is_up, "the driver hears that the node is up")
    def retried():
        for k in list(refused):
            try:
                session.execute(insert, (k, f"value {k}"))
                refused.remove(k)
            except Exception:
                return False
        return True
    eventually(retried, "what was refused is taken")
    for address in addresses:
        other, own = connect([address], port, WhiteListRoundRobinPolicy([address]))
        eventually(lambda: len(list(own.execute("SELECT k FROM ring.rows"))) == 3000, f"{address} has every row")
        other.shutdown()
    cluster.shutdown()
    for node in nodes:
        node.stop()


def main():
    if len(sys.argv) != 2:
        print(__doc__.strip().splitlines()[0])
        return 2
    print(f"driver {cassandra.__version__}")
    failures = 0
    checks = [a_killed_node_has_what_it_acknowledged, a_ring_answers_as_one]
    for function in checks:
        with tempfile.TemporaryDirectory() as folder:
            try:
                function(sys.argv[1], folder)
                print(f"ok   {function.__name__}")
            except Exception as error:
                failures += 1
                print(f"FAIL {function.__name__}: {type(error).__name__}: {error}")
                traceback.print_exc(limit=3)
            finally:
                for node in Node.started:
                    node.kill()
                Node.started.clear()
    print(f"{len(checks) - failures} of {len(checks)} checks passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
