#!/usr/bin/env bash
# Builds the image from the jar of `mvn package`, with labels that say what it was built from:
#   ./build-image.sh NAME:TAG [options of the builder]
# BUILDER is docker or buildah; by default the first that is installed. SOURCE is the address of the source code; by default
# git's remote `origin`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

fail() { echo "build-image.sh: $1" >&2; exit 1; }

[ "$#" -ge 1 ] || fail "the name of the image is missing: ./build-image.sh NAME:TAG [options of the builder]"
name=$1
shift

jars=(target/worker-front-door-*-exec.jar)
[ -f "${jars[0]}" ] || fail "target has no executable jar: run 'mvn package' first"
[ "${#jars[@]}" -eq 1 ] || fail "target has several executable jars: run 'mvn clean package'"
version=${jars[0]#target/worker-front-door-}

revision=$(git rev-parse HEAD)
[ -z "$(git status --porcelain --untracked-files=no)" ] || revision=$revision-modified

# An address may contain a password, which does not belong into a label.
source=${SOURCE:-$(git remote get-url origin 2>/dev/null | sed 's|//[^/@]*@|//|' || true)}
[ -n "$source" ] || fail "git has no remote 'origin': set SOURCE to the address of the source code"

if [ -z "${BUILDER:-}" ]; then
  for BUILDER in docker buildah; do
    command -v "$BUILDER" >/dev/null && break
    BUILDER=
  done
fi
case ${BUILDER##*/} in
  docker) build=(build) ;;
  # Without this option it makes one layer of all.
  buildah) build=(bud --layers) ;;
  *) fail "it needs docker or buildah" ;;
esac

exec "$BUILDER" "${build[@]}" \
  --build-arg "VERSION=${version%-exec.jar}" \
  --build-arg "SOURCE=$source" \
  --build-arg "REVISION=$revision" \
  --build-arg "CREATED=$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
  -t "$name" "$@" .
