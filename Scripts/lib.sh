# What the scripts here share. They source it; it is not run by itself.
#
# Everything that a script starts is noted by process id and ended by it; everything that it writes is below $work,
# which goes when the script ends. After a failure $work/logs stays.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=
started_pids=()
current_step="starting"
step_log=

say() { printf '%s\n' "$*"; }

# Begins a step: a failure from here on is reported as this step's.
step() {
    current_step=$*
    step_log=
    printf '\n==> %s\n' "$*"
}

# Ends the script with a sentence that says what is wrong and what to do.
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Makes $work and arranges that it, and whatever is started, is gone at the end.
make_workspace() {
    work=$(mktemp -d "${TMPDIR:-/tmp}/pgscylla-$1.XXXXXX")
    # PostgreSQL's unprivileged user has to pass through; its own folder below is closed to others.
    chmod 711 "$work"
    mkdir -m 700 "$work/logs" "$work/secrets"
    trap 'finish $?' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

finish() {
    local status=$1 index
    trap - EXIT
    trap '' INT TERM HUP
    # Last started, first ended; all have their own pid, none is looked for by name.
    for ((index = ${#started_pids[@]} - 1; index >= 0; index--)); do
        stop_process "${started_pids[index]}"
    done
    if [ "$status" -eq 0 ]; then
        rm -rf "$work"
    else
        find "$work" -mindepth 1 -maxdepth 1 ! -name logs -exec rm -rf {} +
        printf '\nfailed (status %s): %s\n' "$status" "$current_step" >&2
        if [ -n "$step_log" ]; then printf 'its log: %s\n' "$step_log" >&2; fi
        printf 'all logs: %s\n' "$work/logs" >&2
    fi
    exit "$status"
}

# Interrupts a process (PostgreSQL's fast shutdown, the node's Ctrl-C) and waits for it; kills it after 20 seconds.
stop_process() {
    local pid=$1 attempt
    kill -INT "$pid" 2>/dev/null || return 0
    for ((attempt = 0; attempt < 200; attempt++)); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
}

# Ends something that was started before the script ends.
stop_started() {
    local pid=$1 index
    stop_process "$pid"
    for index in "${!started_pids[@]}"; do
        if [ "${started_pids[index]}" = "$pid" ]; then unset "started_pids[index]"; fi
    done
    started_pids=("${started_pids[@]}")
}

# logged NAME COMMAND...: runs it with its output in a log, of which the end is shown when it fails.
logged() {
    step_log=$work/logs/$1.log
    shift
    local status=0
    "$@" >>"$step_log" 2>&1 </dev/null || status=$?
    if [ "$status" -ne 0 ]; then
        tail -n 25 "$step_log" >&2
        return "$status"
    fi
}

# shown NAME COMMAND...: the same, but the output is shown too.
shown() {
    step_log=$work/logs/$1.log
    shift
    "$@" 2>&1 </dev/null | tee -a "$step_log"
}

# Seconds since the clock that $EPOCHREALTIME showed, with tenths.
seconds_since() { LC_ALL=C awk -v a="${1/,/.}" -v b="${EPOCHREALTIME/,/.}" 'BEGIN { printf "%.1f", b - a }'; }

# ---------------------------------------------------------------------------------------------------------- packages

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

# Asks for the password, if it takes one, while the user can still be asked.
become_root() {
    [ "$(id -u)" -ne 0 ] || return 0
    command -v sudo >/dev/null || fail "this needs root or sudo; install these yourself: ${missing_packages[*]}"
    if [ -t 0 ]; then sudo -v; else sudo -n true; fi || fail "sudo refused; install these yourself: ${missing_packages[*]}"
}

missing_packages=()

# The folder of initdb and postgres: as asked, else the newest of Debian's, else the one in PATH.
find_postgres() {
    local folder
    if [ -n "${PGSCYLLA_POSTGRES_BIN:-}" ]; then
        [ -x "$PGSCYLLA_POSTGRES_BIN/initdb" ] && [ -x "$PGSCYLLA_POSTGRES_BIN/postgres" ] \
            || fail "$PGSCYLLA_POSTGRES_BIN has no initdb and postgres"
        printf '%s\n' "$PGSCYLLA_POSTGRES_BIN"
        return
    fi
    for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t / -k 5 -rn) ${PATH//:/ }; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then
            printf '%s\n' "$folder"
            return
        fi
    done
    return 1
}

# require_packages [postgres] [psql] [python] [valgrind] [docker]: installs what is missing of these and of what the build needs.
require_packages() {
    local wanted
    command -v swift >/dev/null \
        || fail "swift is not in PATH; install Swift 6.3 or newer from https://www.swift.org/install"
    missing_packages=()
    command -v git >/dev/null || missing_packages+=(git ca-certificates)
    command -v pkg-config >/dev/null || missing_packages+=(pkg-config)
    [ -e /usr/include/openssl/ssl.h ] || pkg-config --exists openssl 2>/dev/null || missing_packages+=(libssl-dev)
    [ -e /usr/include/zlib.h ] || pkg-config --exists zlib 2>/dev/null || missing_packages+=(zlib1g-dev)
    for wanted in "$@"; do
        case $wanted in
        postgres) find_postgres >/dev/null || missing_packages+=(postgresql) ;;
        psql) command -v psql >/dev/null || missing_packages+=(postgresql-client) ;;
        python) python3 -c 'import ensurepip, venv' 2>/dev/null || missing_packages+=(python3 python3-venv) ;;
        docker)
            command -v dockerd >/dev/null && command -v docker >/dev/null || missing_packages+=(docker.io)
            command -v docker-registry >/dev/null || missing_packages+=(docker-registry)
            busybox_is_static || missing_packages+=(busybox-static)
            ;;
        valgrind) command -v valgrind >/dev/null || missing_packages+=(valgrind) ;;
        esac
    done
    [ "${#missing_packages[@]}" -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "missing, and there is no apt-get to install it: ${missing_packages[*]}"
    step "installing ${missing_packages[*]}"
    become_root
    logged packages install_packages || {
        say "once more, in a few seconds"
        sleep 5
        logged packages install_packages
    }
}

busybox_is_static() { command -v busybox >/dev/null && ! ldd "$(command -v busybox)" >/dev/null 2>&1; }

# Debian's package would create a cluster and start it on port 5432: that is for the user to decide, not for us.
install_packages() {
    local drop_in=/etc/postgresql-common/createcluster.d/pgscylla-scripts.conf status=0
    if [[ " ${missing_packages[*]} " == *" postgresql "* ]]; then
        as_root mkdir -p "${drop_in%/*}"
        printf 'create_main_cluster = false\n' | as_root tee "$drop_in" >/dev/null
    fi
    {
        as_root apt-get update -q -o DPkg::Lock::Timeout=300 \
            && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
                -o DPkg::Lock::Timeout=300 "${missing_packages[@]}"
    } || status=$?
    as_root rm -f "$drop_in"
    return "$status"
}

# ------------------------------------------------------------------------------------------------------------- build

# build_release [PRODUCT]: builds it and prints nothing else than what the compiler has to say; sets $binaries.
#
# Swift's libraries are inside, so that the program runs where no Swift is; on macOS they are part of the system.
build_release() {
    local product=${1:-pgscylla} began=$EPOCHREALTIME
    local command=(swift build --package-path "$root" -c release --product "$product")
    [ "$(uname)" = Darwin ] || command+=(--static-swift-stdlib)
    if [ -t 1 ]; then
        step_log=
        "${command[@]}"
    else
        logged build "${command[@]}"
    fi
    binaries=$(swift build --package-path "$root" -c release --show-bin-path)
    say "built $binaries/$product in $(seconds_since "$began") s"
}

# make_venv FOLDER: official drivers of both databases and what they compress with, from PyPI, in a virtual environment of their own.
make_venv() {
    venv=$1
    make_package_venv "$venv" cassandra-driver 'psycopg[binary]' lz4 python-snappy
}

# make_package_venv FOLDER PACKAGE...: a virtual environment with packages from PyPI, unless it is there.
make_package_venv() {
    local folder=$1
    shift
    [ -x "$folder/bin/python" ] && [ -e "$folder/ready" ] && return
    logged venv python3 -m venv "$folder"
    local install=("$folder/bin/python" -m pip install -q --disable-pip-version-check "$@")
    logged venv "${install[@]}" || logged venv "${install[@]}"
    touch "$folder/ready"
}

# ----------------------------------------------------------------------------------------------------------- servers

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Sets $unprivileged to what a command is prefixed with so as not to run as root, and hands FOLDER over.
drop_privileges() {
    local folder=$1 name
    unprivileged=()
    [ "$(id -u)" -eq 0 ] || return 0
    for name in postgres nobody; do
        id -u "$name" >/dev/null 2>&1 || continue
        unprivileged=(setpriv "--reuid=$(id -u "$name")" "--regid=$(id -g "$name")" --clear-groups --)
        chown -R "$(id -u "$name"):$(id -g "$name")" "$folder"
        return
    done
    fail "PostgreSQL does not run as root, and there is no user postgres or nobody"
}

# start_postgres [SETTING...]: a private server below $work, on a free port of 127.0.0.1, with a random password.
#
# Sets $postgres_port, $postgres_pid, $postgres_bin, $postgres_version and $postgres_password_file, and the
# variables by which psql and psycopg find it.
start_postgres() {
    local attempt name setting
    # Nothing of the user's own settings may lead psql to another server.
    for name in "${!PG@}"; do
        [[ $name == PGSCYLLA_* ]] || unset "$name"
    done
    postgres_bin=$(find_postgres) || fail "no PostgreSQL server found"
    postgres_version=$("$postgres_bin/postgres" --version | grep -oE '[0-9]+(\.[0-9]+)?' | head -n 1)
    mkdir "$work/postgres"
    chmod 700 "$work/postgres"
    postgres_password_file=$work/secrets/postgres
    (umask 077 && python3 -c 'import secrets; print(secrets.token_hex(16))' >"$postgres_password_file")
    cp "$postgres_password_file" "$work/postgres/password"
    drop_privileges "$work/postgres"
    logged postgres "${unprivileged[@]}" "$postgres_bin/initdb" --pgdata="$work/postgres/data" --username=postgres \
        --auth=scram-sha-256 --pwfile="$work/postgres/password" --encoding=UTF8 --locale=C --no-sync
    rm "$work/postgres/password"
    for attempt in 1 2 3; do
        postgres_port=$(free_port)
        local options=(-c listen_addresses=127.0.0.1 -c "port=$postgres_port" -c unix_socket_directories=
            -c fsync=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=4GB)
        for setting in "$@"; do options+=(-c "$setting"); done
        step_log=$work/logs/postgres.log
        "${unprivileged[@]}" "$postgres_bin/postgres" -D "$work/postgres/data" "${options[@]}" \
            >>"$step_log" 2>&1 </dev/null &
        postgres_pid=$!
        started_pids+=("$postgres_pid")
        export PGHOST=127.0.0.1 PGPORT=$postgres_port PGUSER=postgres PGDATABASE=postgres
        PGPASSWORD=$(<"$postgres_password_file")
        export PGPASSWORD
        wait_for_postgres && return
        stop_started "$postgres_pid"
    done
    tail -n 25 "$step_log" >&2
    fail "PostgreSQL did not start"
}

wait_for_postgres() {
    local attempt
    for ((attempt = 0; attempt < 600; attempt++)); do
        kill -0 "$postgres_pid" 2>/dev/null || return 1
        if "$postgres_bin/psql" -XAtqc 'SELECT 1' >/dev/null 2>&1; then return 0; fi
        sleep 0.1
    done
    return 1
}

# psql of the private server's own version, or the one in PATH for a server of the user's.
sql() { "${postgres_bin:+$postgres_bin/}psql" -XAtq -v ON_ERROR_STOP=1 "$@"; }

# start_node [OPTION...]: the in-memory node of the release build on a free port; sets $node_port and $node_pid.
start_node() {
    local attempt
    step_log=$work/logs/node.log
    : >"$step_log"
    "$binaries/pgscylla" node --listen 127.0.0.1:0 "$@" >"$step_log" 2>&1 </dev/null &
    node_pid=$!
    started_pids+=("$node_pid")
    for ((attempt = 0; attempt < 200; attempt++)); do
        node_port=$(sed -nE 's/.*listening on 127\.0\.0\.1:([0-9]+).*/\1/p' "$step_log")
        if [ -n "$node_port" ]; then return 0; fi
        kill -0 "$node_pid" 2>/dev/null || break
        sleep 0.05
    done
    cat "$step_log" >&2
    fail "the in-memory node did not start"
}
