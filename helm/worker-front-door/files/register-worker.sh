# Registers a worker with the front door and reports the result.
#
# Needs bash, coreutils and, with TLS_CERTIFICATE, openssl. It reads these environment variables:
#   HOST PORT REQUEST_PATH               address of the front door
#   NAMESPACE TASK_QUEUE ACTIVITY_TYPE   the worker's registration
#   TOKENS_FILE                          tokens, separated by commas; the first is used; unset: no token
#   TLS_CERTIFICATE                      connect by TLS and trust this certificate; unset: no TLS
#   EXPECT                               accepted | answered (a rejection by a notifier is enough)
set -euo pipefail

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# Text as hex digits.
hex() { printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n'; }
u32() { printf '%08x' "$1"; }
# A length, then the bytes, as hex.
sized() { printf '%08x%s' "$((${#1} / 2))" "$1"; }

# Sends one frame (type and payload, as hex) on stream 0 in one masked binary message. The mask is zero.
send() {
  local frame="$1""00""00000000$(sized "$2")"
  local length=$((${#frame} / 2)) head
  if ((length < 126)); then
    head=$(printf '82%02x' $((128 + length)))
  else
    head=$(printf '82fe%04x' "$length")
  fi
  printf '%b' "$(printf '%s' "${head}00000000${frame}" | sed 's/../\\x&/g')" >&"$OUT"
}

# Receives the given number of bytes, as hex.
receive() {
  local bytes
  bytes=$(timeout 20 head -c "$1" <&"$IN" | od -An -v -tx1 | tr -d ' \n') || true
  ((${#bytes} == 2 * $1)) || fail "the connection ended, or nothing came for 20 seconds"
  printf '%s' "$bytes"
}

text() { printf '%b' "$(printf '%s' "$1" | sed 's/../\\x&/g')"; }

# Receives the next message: MESSAGE is its bytes, OPCODE its type.
next() {
  local head length
  head=$(receive 2)
  OPCODE=$((16#${head:0:2} & 15))
  length=$((16#${head:2:2}))
  if ((length == 126)); then
    length=$((16#$(receive 2)))
  elif ((length > 126)); then
    fail "a message too long to be an answer"
  fi
  MESSAGE=""
  if ((length > 0)); then
    MESSAGE=$(receive "$length")
  fi
}

# Waits for a frame of the given type (hex), and skips frames that are no answer.
await() {
  while true; do
    next
    case "$OPCODE" in
      2)
        case "${MESSAGE:0:2}" in
          "$1") return ;;
          03) fail "refused: ConnectError 0x${MESSAGE:20:4} $(text "${MESSAGE:34}")" ;;
        esac
        ;;
      8) fail "closed: $((16#${MESSAGE:0:4})) $(text "${MESSAGE:4}")" ;;
    esac
  done
}

if [[ -n "${TLS_CERTIFICATE:-}" ]]; then
  coproc TLS { openssl s_client -quiet -verify_quiet -verify_return_error -partial_chain \
    -CAfile "$TLS_CERTIFICATE" -connect "$HOST:$PORT"; }
  # Commands in parentheses do not inherit a coprocess's own descriptors.
  exec {IN}<&"${TLS[0]}" {OUT}>&"${TLS[1]}"
else
  exec {IN}<>"/dev/tcp/$HOST/$PORT" || fail "nothing listens at $HOST:$PORT"
  OUT=$IN
fi

printf 'GET %s HTTP/1.1\r\nHost: %s:%s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ZnJvbnQtZG9vci10ZXN0IQ==\r\n\r\n' \
  "$REQUEST_PATH" "$HOST" "$PORT" >&"$OUT"
IFS= read -r -t 20 status <&"$IN" || fail "no answer to the upgrade"
while IFS= read -r -t 20 line <&"$IN" && [[ "$line" != $'\r' ]]; do :; done
[[ "$status" == "HTTP/1.1 101"* ]] || fail "the upgrade was answered with ${status%$'\r'}"

token=""
if [[ -n "${TOKENS_FILE:-}" ]]; then
  token=$(tr -d '\n' <"$TOKENS_FILE")
  token=${token%%,*}
fi
send 01 "0001000000010000$(sized "$(hex "$token")")"
await 02

identity="front-door-test-$RANDOM"
registration="$(u32 1)$(sized "$(hex "$NAMESPACE")")$(sized "$(hex "$TASK_QUEUE")")00"
registration+="$(u32 1)$(sized "$(hex "$ACTIVITY_TYPE")")$(sized "$(hex "$identity")")$(u32 0)"
send 17 "$registration"
await 18

answer=${MESSAGE:20}
send 04 ""
if [[ "${answer:0:2}" == 00 ]]; then
  echo "worker $identity was accepted"
elif [[ "${EXPECT:-accepted}" == answered ]]; then
  echo "worker $identity was answered: rejected, $(text "${answer:10}")"
else
  fail "worker $identity was rejected: $(text "${answer:10}")"
fi
