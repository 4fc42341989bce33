#!/usr/bin/env bash
# Installs what the mesh and its tests need on Debian 12, and nothing that is there already.
#   deps.sh           says what is missing, then installs it
#   deps.sh --check   says what is missing, exit status 1 when anything is
set -euo pipefail
cd "$(dirname "$0")/../.."

packages=(
    postgresql libpq-dev                # the cluster in the checkout, and its client library
    haproxy                             # the gateway
    libssl-dev libcurl4-openssl-dev libopenblas-dev zlib1g-dev pkg-config
    libpython3.11                       # the DuckDB library of the wheel wants it
    python3-venv python3-pip            # the public clients of the tests
    prometheus                          # promtool checks our metrics
    chromium                            # the pages' tests
    curl procps util-linux
)

is_installed() { [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]; }

missing_packages() {
    local package
    for package in "${packages[@]}"; do is_installed "$package" || echo "$package"; done
}

as_root() {
    if [[ $EUID -eq 0 ]]; then "$@"; else sudo "$@"; fi
}

# Packages must not start servers of their own: the mesh runs its own cluster and reads metrics itself.
without_servers() {
    local policy=/usr/sbin/policy-rc.d
    if [[ -e $policy ]]; then
        "$@"
        return
    fi
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    local outcome=0
    "$@" || outcome=$?
    as_root rm -f "$policy"
    return "$outcome"
}

install_packages() {
    as_root apt-get update -qq
    without_servers as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

mapfile -t missing < <(missing_packages)
if [[ ${#missing[@]} -gt 0 ]]; then echo "deps: missing packages: ${missing[*]}"; fi

if [[ ${1:-} == --check ]]; then
    [[ ${#missing[@]} -eq 0 ]]
    exit
fi

command -v swift >/dev/null || { echo "deps: Swift 6.3 is needed on the PATH: https://www.swift.org/install" >&2; exit 1; }
if [[ ${#missing[@]} -gt 0 ]]; then install_packages "${missing[@]}"; fi

for step in libraries clients; do
    if [[ -x deploy/scripts/$step.sh ]]; then "deploy/scripts/$step.sh"; fi
done
