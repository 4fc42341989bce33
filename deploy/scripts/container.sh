#!/usr/bin/env bash
# Runs a whole mesh inside one container: up, its logs, and a graceful stop when the container is asked to stop.
# DATABASE_URL names the Postgres; MESH_STATE the folder that is kept.
set -euo pipefail
: "${DATABASE_URL:?names a Postgres role that may create roles and schemas}"

stop() {
  mesh down
  exit 0
}
trap stop TERM INT

mesh up
mesh logs --follow &
wait $!
