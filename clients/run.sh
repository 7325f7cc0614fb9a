#!/usr/bin/env bash
# Tests the libraries for workers in Python, TypeScript and Go, each where its ecosystem is installed, and
# plays the conformance suite to their worker programs if conformance/run.sh has built it.
#
#   clients/run.sh [options of the suite]      for instance: --runs 20
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

suite=conformance/target/conformance.jar
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip() { echo "clients: $1: its tests are skipped" >&2; }

conform() {
  if [ -f "$suite" ]; then
    java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar "$suite" "${options[@]}" -- "$@"
  else
    skip "$suite is missing; conformance/run.sh builds it"
  fi
}
options=("$@")

if ! command -v go >/dev/null; then
  skip "Go is missing"
else
  echo "clients: the Go library"
  (cd clients/go && go vet ./... && go test ./... && go build -o "$work/go-worker" ./examples/worker)
  conform "$work/go-worker"
fi

if ! command -v npm >/dev/null; then
  skip "npm is missing"
else
  echo "clients: the TypeScript library"
  npm --prefix clients/typescript ci --silent --no-audit --no-fund
  npm --prefix clients/typescript test --silent
  conform node clients/typescript/build/examples/worker.js
fi

if ! python3 -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  skip "Python 3.11 with venv is missing"
else
  echo "clients: the Python library"
  python3 -m venv "$work/python"
  "$work/python/bin/pip" install -q --disable-pip-version-check -e 'clients/python[test]'
  (cd clients/python && "$work/python/bin/mypy" && "$work/python/bin/python" -W ignore -m unittest)
  conform "$work/python/bin/python" clients/python/examples/worker.py
fi
