#!/usr/bin/env bash
# Deletes the state of a stopped mesh. Libraries (lib) and the tests' clients (clients) are no state and stay.
set -euo pipefail
state=${1:?the state folder}
[[ -d $state ]] || exit 0
if [[ -e $state/run/control.sock ]] && [[ -e $state/mesh.json ]]; then
    echo "clean-state: the mesh still runs; stop it first (make down)" >&2
    exit 1
fi
find "$state" -mindepth 1 -maxdepth 1 ! -name lib ! -name clients ! -name test-postgres -exec rm -rf {} +
echo "clean-state: $state is empty but for libraries and clients"
