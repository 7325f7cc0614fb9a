#!/usr/bin/env bash
# Compares the service's codec with liminal's own: every vector, and 100,000 damaged frames made from a
# seed. Then runs unmodified workers against the service: on liminal's SDK, an old and the current one, and on aion's.
# At last a worker on liminal's SDK works beside one of each library, through restarts, drains and killed instances.
# Exits with 77 and the reason if Cargo is missing or too old to build them.
#
#   interop/run.sh [seed]      without a seed: a random one, which is printed
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

skip() {
  echo "interop: skipped: $1" >&2
  exit 77
}

required=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
command -v cargo >/dev/null || skip "Cargo is not installed; version $required or later is needed"
read -r _ installed _ < <(cargo --version)
printf '%s\n' "$required" "$installed" | sort -VC || skip "Cargo $installed is too old; version $required or later is needed"

seed=${1:-$RANDOM$RANDOM$RANDOM}
echo "interop: seed $seed"
cargo build --quiet --locked --target-dir target
cd ..
mvn -q -B test -Dtest=ReferenceCodecTests -Dinterop.codec="$PWD/interop/target/debug/codec" -Dinterop.seed="$seed"
mvn -q -B verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=UnmodifiedWorkersIntegrationTests,MixedWorkersIntegrationTests \
  -Dlong=false -Dinterop.workers="$PWD/interop/target/debug" -Dmaven.javadoc.skip -Dmaven.source.skip
echo "interop: workers on liminal-sdk 0.20.23 and 0.5.1 and on aion-worker 0.31.0 were served"
