#!/usr/bin/env bash
# Measures the service side by side with bare servers: builds, runs, prints tables, and writes JSON and
# SVG under bench/results. `quick` takes some minutes, `full` about three quarters of an hour.
#
#   bench/run.sh [quick|full] [workload ...]      without workloads: all; docs/performance.md lists them
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mvn -q -B install -DskipTests -Dmaven.javadoc.skip -Dmaven.source.skip
mvn -q -B -f bench/pom.xml package exec:exec -Dbench.arguments="$*"
