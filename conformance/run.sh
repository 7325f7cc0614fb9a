#!/usr/bin/env bash
# Builds the conformance suite and the Java library, and plays the suite to the library's worker program
# and to examples/Worker.java. With npm it also holds the machine-readable wire to the vectors.
#
#   conformance/run.sh [options of the suite]      for instance: --runs 20
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mvn -q -B -f clients/java/pom.xml verify
mvn -q -B -f conformance/pom.xml verify
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
javac -d "$classes" examples/Worker.java

worker=(java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx128m -cp)
echo "conformance: the Java library"
java -jar conformance/target/conformance.jar "$@" -- \
  "${worker[@]}" clients/java/target/classes:clients/java/target/test-classes dev.frontdoor.worker.conformance.ConformanceWorker
echo "conformance: examples/Worker.java"
java -jar conformance/target/conformance.jar --profile wire "$@" -- "${worker[@]}" "$classes" Worker

if command -v npm >/dev/null; then
  npm --prefix conformance/wire install --silent --no-audit --no-fund --no-package-lock
  npm --prefix conformance/wire test --silent
else
  echo "conformance: npm is missing: frame.ksy and asyncapi.yaml were not held to the vectors" >&2
fi
