#!/bin/sh
# What the official image's entry point does with the variables that we set: a cluster with that user, password and
# database, reachable from everywhere with a password.
set -e
[ "$1" = postgres ] || exec "$@"
as_postgres() { /usr/bin/setpriv --reuid=999 --regid=999 --clear-groups -- "$@"; }
mkdir -p "$PGDATA"
chown -R 999:999 "$PGDATA" "${PGDATA%/*}"
chmod 700 "$PGDATA"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    printf '%s\n' "$POSTGRES_PASSWORD" >/tmp/password
    chmod 644 /tmp/password
    as_postgres initdb --pgdata="$PGDATA" --username="$POSTGRES_USER" --pwfile=/tmp/password --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C --no-sync
    rm /tmp/password
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
fi
exec /usr/bin/setpriv --reuid=999 --regid=999 --clear-groups -- "$@" -c listen_addresses='*' \
    -c unix_socket_directories=/tmp -c fsync=off
