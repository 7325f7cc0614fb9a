#!/usr/bin/env bash
# What the service costs, side by side with bare servers: builds, runs, prints tables, and writes JSON
# and SVG under bench/results. docs/performance.md explains the figures and lists the workloads.
#
#   bench/run.sh quick [workload ...]              some fifteen minutes; without workloads: all
#   bench/run.sh full [workload ...]               about three quarters of an hour
#   bench/run.sh compare OTHER.jar [workload ...]  this build beside another executable jar and raw Netty
#   bench/run.sh transports [workload ...]         WebSocket and TCP, beside liminal-server over both
#   bench/run.sh tokens                            what JSON Web Tokens cost at connecting
#   bench/run.sh fleet                             pushes across instances, beside plain requests over Redis
#   bench/run.sh smoke                             a minute: does every load still work?
set -euo pipefail

arguments=("${@:-quick}")
if [ "${arguments[0]}" = compare ] && [ $# -gt 1 ]; then
  arguments[1]=$(realpath -e -- "$2")
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mvn -q -B install -DskipTests -Dmaven.javadoc.skip -Dmaven.source.skip
mvn -q -B -f bench/pom.xml package

if ! command -v cc >/dev/null; then
  echo "The bench needs a C compiler for its load, and there is no cc. Debian's package 'gcc' has one." >&2
  [ "${arguments[0]}" = smoke ] && echo "skipped: the smoke test of the bench" >&2 && exit 0
  exit 1
fi

if [ "${arguments[0]}" = transports ]; then
  if command -v cargo >/dev/null; then
    cargo build --quiet --release --locked --manifest-path bench/liminal/Cargo.toml
  else
    echo "skipped: liminal-server, which needs Cargo to be built" >&2
  fi
fi

cc -O2 -Wall -Wextra -o bench/target/load bench/load/*.c

mvn -q -B -f bench/pom.xml validate exec:exec -Dbench.arguments="${arguments[*]}"
