"""The frames of the protocol, and their bytes.

One table says how each type of frame is laid out; reading and writing follow from it. Nothing of
a declared size is allocated before that many bytes are known to be there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

HEADER_SIZE = 10
REFUSAL_FLAG = 0x01

INCOMPLETE_HEADER, INCOMPLETE_PAYLOAD, STREAM_NOT_ALLOWED, MALFORMED = 1, 2, 4, 9


class ProtocolError(Exception):
    """Bytes that are not one whole frame.

    Attributes:
        reason_code: the protocol's number for what is wrong.
    """

    def __init__(self, reason_code: int, message: str) -> None:
        super().__init__(f"0x{reason_code:04X} {message}")
        self.reason_code = reason_code


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that a worker can execute.

    Attributes:
        name: its name, as in `Registration.activity_types`.
        input_schema_json: the JSON Schema, as text, of what goes in.
        output_schema_json: the JSON Schema, as text, of what comes out.
    """

    name: str
    input_schema_json: str = "{}"
    output_schema_json: str = "{}"


@dataclass(frozen=True, slots=True)
class Registration:
    """What a worker declares about itself.

    Attributes:
        identity: the worker's own stable name, the same after each reconnect.
        task_queue: the queue that it takes work from.
        namespaces: the namespaces that it serves.
        activity_types: what it can execute.
        node: where it runs, if that matters to anybody.
        activities: the typed surface, which may be empty.
    """

    identity: str
    task_queue: str = "default"
    namespaces: tuple[str, ...] = ("default",)
    activity_types: tuple[str, ...] = ()
    node: str | None = None
    activities: tuple[Activity, ...] = ()


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a publication or a conversation carries.

    Attributes:
        payload: bytes that mean something to both ends, and to nobody between.
        schema_id: 32 bytes that name the payload's schema.
        parent_id: the message that caused this one.
        vector_clock: the clock of the cause.
    """

    payload: bytes
    schema_id: bytes = bytes(32)
    parent_id: str | None = None
    vector_clock: int | None = None


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, size: int) -> bytes:
        if size > self.left:
            raise ProtocolError(MALFORMED, f"{size} bytes are declared, {self.left} follow")
        self._at += size
        return self._data[self._at - size : self._at]

    def uint(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def bytes(self) -> bytes:
        return self.take(self.uint(4))

    def string(self) -> str:
        try:
            return self.bytes().decode()
        except UnicodeDecodeError as error:
            raise ProtocolError(MALFORMED, "a string is not well-formed UTF-8") from error

    def tag(self, highest: int) -> int:
        tag = self.uint(1)
        if tag > highest:
            raise ProtocolError(MALFORMED, f"a tag of {tag}; allowed: 0 to {highest}")
        return tag

    def end(self) -> None:
        if self.left:
            raise ProtocolError(MALFORMED, f"{self.left} bytes are left over")


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one field is read and written."""

    read: Callable[[_Reader], Any]
    write: Callable[[Any], bytes]


def _uint(size: int) -> _Kind:
    return _Kind(lambda r: r.uint(size), lambda value: value.to_bytes(size, "big"))


def _put_bytes(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def _optional(kind: _Kind) -> _Kind:
    return _Kind(
        lambda r: kind.read(r) if r.tag(1) else None,
        lambda value: b"\0" if value is None else b"\1" + kind.write(value),
    )


def _list(kind: _Kind, least_size: int) -> _Kind:
    def read(r: _Reader) -> tuple[Any, ...]:
        count = r.uint(4)
        if count * least_size > r.left:
            raise ProtocolError(MALFORMED, f"{count} items are declared, {r.left} bytes follow")
        return tuple([kind.read(r) for _ in range(count)])

    return _Kind(read, lambda items: _U32.write(len(items)) + b"".join(map(kind.write, items)))


def _read_positive(r: _Reader) -> int:
    value = r.uint(4)
    if value == 0:
        raise ProtocolError(MALFORMED, "a number that must not be 0 is 0")
    return value


def _read_envelope(outer: _Reader) -> Envelope:
    r = _Reader(outer.bytes())
    schema_id = r.take(32)
    cause = _Reader(r.bytes())
    parent_id, vector_clock = _OPTIONAL_STRING.read(cause), _OPTIONAL_U64.read(cause)
    cause.end()
    payload = r.bytes()
    r.end()
    return Envelope(payload, schema_id, parent_id, vector_clock)


def _put_envelope(value: Envelope) -> bytes:
    cause = _OPTIONAL_STRING.write(value.parent_id) + _OPTIONAL_U64.write(value.vector_clock)
    return _put_bytes(value.schema_id + _put_bytes(cause) + _put_bytes(value.payload))


def _read_registration(r: _Reader) -> Registration:
    namespaces, task_queue, node = _STRINGS.read(r), r.string(), _OPTIONAL_STRING.read(r)
    activity_types, identity = _STRINGS.read(r), r.string()
    activities = _ACTIVITIES.read(r) if r.left else ()  # an older worker leaves them out
    return Registration(identity, task_queue, namespaces, activity_types, node, activities)


def _put_registration(value: Registration) -> bytes:
    return b"".join(
        (
            _STRINGS.write(value.namespaces),
            _STRING.write(value.task_queue),
            _OPTIONAL_STRING.write(value.node),
            _STRINGS.write(value.activity_types),
            _STRING.write(value.identity),
            _ACTIVITIES.write(value.activities),
        )
    )


def _read_revocation(r: _Reader) -> tuple[int, str]:
    version, pair = r.uint(1), (r.uint(2), r.string())
    if version != 1 or pair not in ((1, "grant_revoked"), (2, "revocation_log_reset")):
        raise ProtocolError(MALFORMED, "an unknown reason of a disconnect")
    return pair


def _put_revocation(value: tuple[int, str]) -> bytes:
    return b"\1" + _U16.write(value[0]) + _STRING.write(value[1])


def _read_link_answer(r: _Reader) -> tuple[Any, ...]:
    tag = r.tag(2)
    if tag == 0:
        return "opened", r.bytes()
    return ("held", r.string(), r.string()) if tag == 1 else ("refused", r.string())


def _put_link_answer(value: tuple[Any, ...]) -> bytes:
    parts = (part if isinstance(part, bytes) else part.encode() for part in value[1:])
    tag = ("opened", "held", "refused").index(value[0])
    return bytes([tag]) + b"".join(map(_put_bytes, parts))


_U16, _U32, _U64 = _uint(2), _uint(4), _uint(8)
_BYTES = _Kind(_Reader.bytes, _put_bytes)
_STRING = _Kind(_Reader.string, lambda value: _put_bytes(value.encode()))
_OPTIONAL_STRING, _OPTIONAL_U16, _OPTIONAL_U64 = map(_optional, (_STRING, _U16, _U64))
_ID32 = _Kind(lambda r: r.take(32), bytes)
_STRINGS = _list(_STRING, 4)
_VERSION = _Kind(
    lambda r: (r.uint(2), r.uint(2)), lambda value: b"".join(map(_U16.write, value))
)
_ENVELOPE = _Kind(_read_envelope, _put_envelope)
_ACTIVITIES = _list(
    _Kind(
        lambda r: Activity(r.string(), r.string(), r.string()),
        lambda a: b"".join(
            map(_STRING.write, (a.name, a.input_schema_json, a.output_schema_json))
        ),
    ),
    12,
)
_REASON = {"reason_code": _U16, "message": _OPTIONAL_STRING}


@dataclass(frozen=True, slots=True)
class _Layout:
    type_id: int
    control: bool
    fields: Mapping[str, _Kind]
    flagged: Mapping[int, Mapping[str, _Kind]] = field(default_factory=dict)


def _control(type_id: int, **fields: _Kind) -> _Layout:
    return _Layout(type_id, True, fields)


def _other(
    type_id: int,
    fields: Mapping[str, _Kind],
    flagged: Mapping[int, Mapping[str, _Kind]] | None = None,
) -> _Layout:
    return _Layout(type_id, False, fields, flagged or {})


_LAYOUTS: Mapping[str, _Layout] = {
    "connect": _control(0x01, min_version=_VERSION, max_version=_VERSION, auth_token=_BYTES),
    "connect_ack": _control(0x02, selected_version=_VERSION, capabilities=_U32),
    "connect_error": _control(0x03, **_REASON),
    "disconnect": _control(0x04),
    "subscribe": _other(
        0x05,
        {
            "channel": _STRING,
            "accepted_schemas": _list(_ID32, 32),
            "max_in_flight": _Kind(_read_positive, _U32.write),
        },
    ),
    "subscribe_ack": _other(0x06, {"subscription_id": _U64, "selected_schema": _ID32}),
    "subscribe_error": _other(0x07, _REASON),
    "unsubscribe": _other(0x08, {"subscription_id": _U64}),
    "publish": _other(
        0x09, {"channel": _STRING, "envelope": _ENVELOPE}, {0x02: {"idempotency_key": _STRING}}
    ),
    "publish_ack": _other(0x0A, {"message_id": _U64}, {0x02: {"durable_position": _U64}}),
    "publish_error": _other(0x0B, _REASON),
    "conversation_open": _other(0x0C, {"conversation_id": _U64, "subject": _STRING}),
    "conversation_message": _other(0x0D, {"conversation_id": _U64, "envelope": _ENVELOPE}),
    "conversation_close": _other(
        0x0E,
        {"conversation_id": _U64, "reason_code": _OPTIONAL_U16, "message": _OPTIONAL_STRING},
    ),
    "conversation_error": _other(0x0F, {"conversation_id": _U64, **_REASON}),
    "accept": _other(0x10, {"message_id": _STRING}),
    "defer": _other(0x11, {"message_id": _STRING, "reason": _OPTIONAL_STRING}),
    "reject": _other(0x12, {"message_id": _STRING, "reason": _OPTIONAL_STRING}),
    "ping": _control(0x13),
    "pong": _control(0x14),
    "push": _other(0x15, {"correlation_id": _U64, "payload": _BYTES}),
    "push_reply": _other(0x16, {"correlation_id": _U64, "payload": _BYTES}),
    "worker_register": _control(
        0x17, registration=_Kind(_read_registration, _put_registration)
    ),
    # An absent string stands for acceptance, a present one is the reason of a rejection.
    "worker_register_ack": _control(0x18, rejection=_OPTIONAL_STRING),
    "deliver": _other(
        0x19,
        {"delivery_seq": _U64, "envelope": _ENVELOPE},
        {0x01: {"boot": _U64, "message_id": _U64}},
    ),
    "link_open": _other(
        0x1D,
        {
            "link_id": _STRING,
            "end": _Kind(lambda r: r.tag(1), lambda value: bytes([value])),
            "machine": _ID32,
            "handshake": _BYTES,
        },
    ),
    "link_open_ack": _other(0x1E, {"answer": _Kind(_read_link_answer, _put_link_answer)}),
    "link_message": _other(0x1F, {"subject": _STRING, "sealed": _BYTES}),
    "disconnect_reason": _control(0x20, reason=_Kind(_read_revocation, _put_revocation)),
}
_NAMES = {layout.type_id: name for name, layout in _LAYOUTS.items()}


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: the name of its type, or `unknown`, and its fields by their names.

    An unknown frame has the fields `type_id` and `payload`.
    """

    type: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    stream_id: int = 0
    flags: int = 0


def decode(message: bytes) -> Frame:
    """Decodes a message, which must be one whole frame and nothing else.

    Raises:
        ProtocolError: it is anything else.
    """
    if len(message) < HEADER_SIZE:
        raise ProtocolError(INCOMPLETE_HEADER, f"{len(message)} bytes, a header has {HEADER_SIZE}")
    type_id, flags = message[0], message[1]
    stream_id = int.from_bytes(message[2:6], "big")
    length, follow = int.from_bytes(message[6:10], "big"), len(message) - HEADER_SIZE
    if length > follow:
        raise ProtocolError(INCOMPLETE_PAYLOAD, f"{length} bytes are declared, {follow} follow")
    name = _NAMES.get(type_id, "unknown")
    layout = _LAYOUTS.get(name)
    if layout is not None and layout.control != (stream_id == 0):
        raise ProtocolError(STREAM_NOT_ALLOWED, f"type 0x{type_id:02X} on stream {stream_id}")
    payload = message[HEADER_SIZE : HEADER_SIZE + length]
    fields = {"type_id": type_id, "payload": payload}
    if layout is not None:
        r = _Reader(payload)
        fields = {key: kind.read(r) for key, kind in _present(layout, flags).items()}
        r.end()
    if length < follow:
        raise ProtocolError(MALFORMED, f"{follow - length} bytes after the frame")
    return Frame(name, fields, stream_id, flags)


def encode(frame: Frame) -> bytes:
    """The bytes of a frame, which is one message."""
    if frame.type == "unknown":
        type_id, payload = frame.fields["type_id"], frame.fields["payload"]
    else:
        layout = _LAYOUTS[frame.type]
        type_id = layout.type_id
        kinds = _present(layout, frame.flags)
        payload = b"".join(kind.write(frame.fields[key]) for key, kind in kinds.items())
    header = bytes([type_id, frame.flags]) + _U32.write(frame.stream_id)
    return header + _put_bytes(payload)


def _present(layout: _Layout, flags: int) -> dict[str, _Kind]:
    present = dict(layout.fields)
    for flag, fields in layout.flagged.items():
        if flags & flag:
            present.update(fields)
    return present
