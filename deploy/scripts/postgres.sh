#!/usr/bin/env bash
# A private Postgres cluster in a folder.
#
# usage: postgres.sh start|stop|status|url FOLDER [--volatile]
#
# start   makes the cluster if there is none, starts it unless it runs, and prints its URL
# stop    stops it (fast: open transactions are rolled back)
# status  exits 0 when it runs, 3 when it does not
# url     prints the URL of the role mlmesh, a superuser of this cluster
#
# --volatile (start): no fsync, for tests. Everything listens on a Unix socket only. Postgres refuses to run as root, so root
# hands the work to the user postgres, or, where that user cannot reach the folder, to a user namespace.
set -euo pipefail

# The server outlives whoever starts it, so it must hold none of the starter's descriptors (255 is this shell's own).
for descriptor in /proc/self/fd/*; do
  number=${descriptor##*/}
  if [ "$number" -gt 2 ] && [ "$number" != 255 ]; then eval "exec $number>&-"; fi
done

usage() { sed -n '2,13s/^# \{0,1\}//p' "$0"; }
case "${1:-}" in -h | --help) usage; exit 0 ;; esac
[ $# -ge 2 ] || { usage >&2; exit 64; }
command=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
mode=${3:-}

bin=$(pg_config --bindir 2>/dev/null || true)
[ -x "$bin/initdb" ] || bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -x "$bin/initdb" ] || { echo "postgres.sh: no initdb found: install the package postgresql" >&2; exit 69; }

# A Unix socket's path holds at most 107 bytes.
sockets=$folder/sock
if [ ${#sockets} -gt 80 ]; then
  sockets=/tmp/mlmesh-$(printf %s "$folder" | sha256sum | cut -c1-16)
fi

# How to run a Postgres program.
as=()
if [ "$(id -u)" = 0 ]; then
  if id postgres >/dev/null 2>&1 && setpriv --reuid=postgres --regid=postgres --init-groups test -x "$folder" 2>/dev/null; then
    as=(setpriv --reuid=postgres --regid=postgres --init-groups --)
  else
    as=(unshare --user --map-user=65534 --map-group=65534 --)
  fi
fi

prepare() {
  mkdir -p "$sockets" "$folder/data"
  if [ "${as[0]:-}" = setpriv ]; then
    chmod 711 "$folder"
    chown postgres: "$sockets" "$folder/data"
    touch "$folder/server.log"
    chown postgres: "$folder/server.log"
  fi
  chmod 700 "$sockets" "$folder/data"
}

# Nothing that is run may hold the lock of the start: the server would keep it.
run() { (cd / && "${as[@]}" "$@") 9>&-; }
running() { [ -f "$folder/data/postmaster.pid" ] && run "$bin/pg_ctl" -D "$folder/data" status >/dev/null 2>&1; }

initialise() {
  run "$bin/initdb" -D "$folder/data" -U mlmesh --auth-local=trust --auth-host=scram-sha-256 -E UTF8 --locale=C.UTF-8 \
    --data-checksums >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 70; }
  # Tests run beside each other, each with pools of its own.
  local durable=on clients=300
  if [ "$mode" = --volatile ]; then durable=off clients=800; fi
  run tee -a "$folder/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$sockets'
unix_socket_permissions = 0700
max_connections = $clients
shared_buffers = 128MB
fsync = $durable
synchronous_commit = $durable
full_page_writes = $durable
max_wal_size = 2GB
jit = off
log_min_duration_statement = 1000
CONF
}

case $command in
  start)
    # Several may start it at once; one does, the others wait for it.
    exec 9>"$folder/start.lock"
    flock 9
    if ! running; then
      prepare
      [ -f "$folder/data/PG_VERSION" ] || initialise
      run "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 60 -s start >/dev/null ||
        { tail -n 20 "$folder/server.log" >&2; exit 70; }
    fi
    exec 9>&-
    echo "postgresql:///postgres?host=$sockets&user=mlmesh"
    ;;
  stop) if running; then run "$bin/pg_ctl" -D "$folder/data" -m fast -w -s stop; fi ;;
  status) running || exit 3 ;;
  url) echo "postgresql:///postgres?host=$sockets&user=mlmesh" ;;
  *) usage >&2; exit 64 ;;
esac
