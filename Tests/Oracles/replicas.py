#!/usr/bin/env python3
"""Writes Fixtures/topology/replicas.json: where the official Python driver (cassandra-driver) takes replicas to be.

Usage: replicas.py > Fixtures/topology/replicas.json
"""

import json
import random

from cassandra.metadata import Murmur3Token, ReplicationStrategy
from cassandra.policies import SimpleConvictionPolicy
from cassandra.pool import Host

# Datacentre -> rack -> nodes.
SHAPES = [
    {"a": {"r1": 1}},
    {"a": {"r1": 3}},
    {"a": {"r1": 1, "r2": 1, "r3": 1}},
    {"a": {"r1": 3, "r2": 1}},
    {"a": {"r1": 2, "r2": 2}, "b": {"r1": 1, "r2": 3}},
    {"a": {"r1": 2, "r2": 2, "r3": 2}, "b": {"r1": 3}},
]
FACTORS = (1, 2, 3)


def hosts_of(shape):
    hosts = []
    for datacentre, racks in shape.items():
        for rack, count in racks.items():
            for _ in range(count):
                host = Host(f"10.0.0.{len(hosts) + 1}", SimpleConvictionPolicy)
                host.set_location_info(datacentre, rack)
                hosts.append(host)
    return hosts


def strategies_of(shape):
    simple = [{"class": "SimpleStrategy", "replication_factor": str(factor)} for factor in (*FACTORS, 5)]
    # Not five: the driver names a node twice when racks run out of nodes.
    name = "org.apache.cassandra.locator.NetworkTopologyStrategy"
    topology = [{"class": name, **{datacentre: str(factor) for datacentre in shape}} for factor in FACTORS]
    return simple + topology + [{"class": "NetworkTopologyStrategy", "a": "2", "nowhere": "3"}]


def ring_of(shape, numbers):
    hosts = hosts_of(shape)
    numbers.shuffle(hosts)
    tokens = {host: [numbers.randrange(-(2**63) + 1, 2**63) for _ in range(4)] for host in hosts}
    owners = {Murmur3Token(token): host for host in hosts for token in tokens[host]}
    order = sorted(owners)
    strategies = []
    for options in strategies_of(shape):
        rest = {key: value for key, value in options.items() if key != "class"}
        replicas = ReplicationStrategy.create(options["class"], rest).make_token_replica_map(owners, order)
        found = [sorted(hosts.index(host) for host in replicas[token]) for token in order]
        strategies.append({"options": options, "replicas": found})
    nodes = [{"datacentre": host.datacenter, "rack": host.rack, "tokens": tokens[host]} for host in hosts]
    return {"nodes": nodes, "tokens": [token.value for token in order], "strategies": strategies}


numbers = random.Random(4)
print(json.dumps({"rings": [ring_of(shape, numbers) for shape in SHAPES]}, separators=(",", ":")))
