#!/usr/bin/env bash
# Deletes the state of a stopped mesh: what `mesh up` made in the folder, by name. Libraries (lib), the tests' clients (clients) and
# whatever else lies there stay.
#
# usage: clean-state.sh FOLDER
set -euo pipefail
case "${1:-}" in -h | --help) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
state=${1:?the state folder}
[[ -d $state ]] || exit 0
state=$(cd "$state" && pwd)
parts=(settings.json mesh.json secrets logs blobs spool postgres run)

# A start writes its settings; what was broken off before has at most these folders.
is_state() {
    [[ -f $state/settings.json || -f $state/secrets/administrator-key ]]
}

holds_nothing() {
    local part
    for part in "${parts[@]}"; do [[ ! -e $state/$part ]] || return 1; done
}

refuse() { echo "clean-state: $1" >&2; exit 1; }

holds_nothing && exit 0
is_state || refuse "$state is not the state of a mesh; nothing is deleted"
if [[ -e $state/run/supervisor.lock ]] && ! flock --nonblock "$state/run/supervisor.lock" true; then
    refuse "the mesh still runs; stop it first (make down)"
fi
if [[ -d $state/postgres/data ]] && "$(dirname "$0")/postgres.sh" status "$state/postgres"; then
    refuse "Postgres still runs; stop the mesh first (make down)"
fi
for part in "${parts[@]}"; do rm -rf "${state:?}/$part"; done
echo "clean-state: the mesh's state in $state is gone"
