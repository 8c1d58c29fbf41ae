#!/bin/sh
# Stands for ScyllaDB's entry point: takes its arguments and ignores them.
exec /usr/bin/pgscylla node --listen 0.0.0.0:9042
