#!/usr/bin/env bash
# What the service costs, side by side with bare servers: builds, runs, prints tables, and writes JSON
# and SVG under bench/results. docs/performance.md explains the figures and lists the workloads.
#
#   bench/run.sh quick [workload ...]              some fifteen minutes; without workloads: all
#   bench/run.sh full [workload ...]               about three quarters of an hour
#   bench/run.sh compare COMMIT [workload ...]     this build beside that of another commit, or beside an
#                                                  executable jar, and raw Netty
#   bench/run.sh transports [workload ...]         WebSocket and TCP, beside liminal-server over both, and Centrifugo
#   bench/run.sh tokens                            what JSON Web Tokens cost at connecting
#   bench/run.sh loops                             two event loops beside one, at a fixed rate
#   bench/run.sh fleet                             pushes across instances, beside plain requests over Redis
#   bench/run.sh smoke                             some minutes: does every load still work? With allocations
#                                                  an operation, beside the recorded ones
#   bench/run.sh record                            the same, and records the allocations
set -euo pipefail

arguments=("${@:-quick}")
if [ "${arguments[0]}" = compare ] && [ -f "${2:-}" ]; then
  arguments[1]=$(realpath -e -- "$2")
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Builds another commit in a clone of its own, with the notifiers that its bench has, and prints the executable jar.
build_other() {
  local commit tree
  commit=$(git rev-parse --verify --quiet "$1^{commit}") || {
    echo "'$1' is neither a jar nor a commit of this repository" >&2
    return 2
  }
  tree=$PWD/bench/target/compared/$commit
  if [ ! -d "$tree/target/notifiers" ]; then
    rm -rf "$tree"
    git clone -q . "$tree"
    git -C "$tree" checkout -q --detach "$commit"
    mvn -q -B -f "$tree/pom.xml" install -DskipTests -Dmaven.javadoc.skip -Dmaven.source.skip >&2
    mvn -q -B -f "$tree/bench/pom.xml" package >&2
    cp -r "$tree/bench/target/notifiers" "$tree/target/notifiers"
  fi
  realpath -e -- "$tree"/target/worker-front-door-*-exec.jar
}

# It installs the service under the version it has, so it comes before this build.
if [ "${arguments[0]}" = compare ] && [ $# -gt 1 ] && [ ! -f "${arguments[1]}" ]; then
  arguments[1]=$(build_other "$2")
fi

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
  if command -v go >/dev/null; then
    GOBIN=$PWD/bench/target/go go install github.com/centrifugal/centrifugo/v6@v6.9.1
  else
    echo "skipped: Centrifugo, which needs Go to be built" >&2
  fi
fi

cc -O2 -Wall -Wextra -o bench/target/load bench/load/*.c

mvn -q -B -f bench/pom.xml validate exec:exec -Dbench.arguments="${arguments[*]}"
