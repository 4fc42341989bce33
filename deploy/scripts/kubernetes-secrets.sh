#!/usr/bin/env bash
# Prints the Secrets that deploy/kubernetes refers to, made from the state folder of a mesh.
#
# usage: kubernetes-secrets.sh STATE | kubectl apply --namespace mlmesh -f -
#
# `DATABASE_URL=… mesh up --state STATE` has made roles, schemas and secrets before, against the Postgres that the cluster will use;
# `mesh down --state STATE` has stopped that mesh again. Keep STATE: it holds the only copy of the secrets.
set -euo pipefail
case "${1:--h}" in -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
secrets=$1/secrets
[ -f "$secrets/databases.json" ] || { echo "kubernetes-secrets.sh: $secrets holds no secrets of a mesh" >&2; exit 66; }
services="identity model-registry inference experiment-router dataset labeling trainer monitor"

# secret NAME KEY=FILE...
secret() {
  printf -- '---\napiVersion: v1\nkind: Secret\nmetadata: { name: %s, labels: { app.kubernetes.io/part-of: mlmesh } }\ntype: Opaque\ndata:\n' "$1"
  shift
  local pair
  for pair in "$@"; do printf '  %s: %s\n' "${pair%%=*}" "$(base64 -w 0 <"${pair#*=}")"; done
}

# As the agent beside a public gateway reads them: its secret, and the one database URL that is its own.
own=$(mktemp) && trap 'rm -f "$own"' EXIT
python3 -c 'import json, sys; print(json.dumps({"gateway-agent": json.load(open(sys.argv[1]))["gateway-agent"]}))' "$secrets/databases.json" >"$own"
secret mlmesh-gateway-agent "gateway-agent=$secrets/gateway-agent" "databases.json=$own"

for service in $services; do secret "mlmesh-$service" "secret=$secrets/$service"; done
secret mlmesh-cursor-key "cursor-key=$secrets/cursor-key"
secret mlmesh-public-keys "public-keys.pem=$secrets/public-keys.pem"
secret mlmesh-identity-signing "signing-key.pem=$secrets/signing-key.pem" "bootstrap.json=$secrets/bootstrap.json"

printf -- '---\napiVersion: v1\nkind: Secret\nmetadata: { name: mlmesh-databases, labels: { app.kubernetes.io/part-of: mlmesh } }\ntype: Opaque\ndata:\n'
python3 - "$secrets/databases.json" <<'PYTHON'
import base64, json, sys

for service, url in sorted(json.load(open(sys.argv[1])).items()):
    print(f"  {service}: {base64.b64encode(url.encode()).decode()}")
PYTHON
