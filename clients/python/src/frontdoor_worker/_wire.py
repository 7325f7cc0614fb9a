"""The bytes of the frames that a worker sends or reads. It ignores all other frames."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ._model import Registration

CONNECT, CONNECT_ACK, CONNECT_ERROR, DISCONNECT = 0x01, 0x02, 0x03, 0x04
PUBLISH, PUBLISH_ERROR, PUSH, PUSH_REPLY = 0x09, 0x0B, 0x15, 0x16
REGISTER, REGISTER_ACK = 0x17, 0x18

REPLY_OVERHEAD = 10 + 8 + 4
REFUSAL_FLAG = 0x01


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame from the service, with those fields that its type has."""

    type: int
    flags: int
    stream: int
    correlation_id: int = 0
    code: int = 0
    text: str | None = None
    payload: bytes = b""


def connect(token: str) -> bytes:
    versions = b"".join(_uint(2, number) for number in (1, 0, 1, 3))
    return frame(CONNECT, 0, 0, versions, text(token))


def disconnect() -> bytes:
    return frame(DISCONNECT, 0, 0)


def register(worker: Registration) -> bytes:
    activities = (
        text(activity.name) + text(activity.input_schema_json) + text(activity.output_schema_json)
        for activity in worker.activities
    )
    return frame(
        REGISTER,
        0,
        0,
        _list(map(text, worker.namespaces)),
        text(worker.task_queue),
        optional(worker.node),
        _list(map(text, worker.activity_types)),
        text(worker.identity),
        _list(activities),
    )


def reply(flags: int, stream: int, correlation_id: int, payload: bytes) -> bytes:
    return frame(PUSH_REPLY, flags, stream, _uint(8, correlation_id), data(payload))


def publish(stream: int, channel: str, payload: bytes) -> bytes:
    """A publication without schema and cause."""
    envelope = bytes(32) + data(bytes(2)) + data(payload)
    return frame(PUBLISH, 0, stream, text(channel), data(envelope))


def frame(type: int, flags: int, stream: int, *fields: bytes) -> bytes:
    return bytes([type, flags]) + _uint(4, stream) + data(b"".join(fields))


def _uint(size: int, value: int) -> bytes:
    return value.to_bytes(size, "big")


def data(value: bytes) -> bytes:
    return _uint(4, len(value)) + value


def text(value: str) -> bytes:
    return data(value.encode())


def optional(value: str | None) -> bytes:
    return b"\0" if value is None else b"\1" + text(value)


def _list(items: Iterable[bytes]) -> bytes:
    whole = list(items)
    return _uint(4, len(whole)) + b"".join(whole)


def decode(message: bytes) -> Frame:
    """Decodes a message, which must be one whole frame and nothing else.

    Raises:
        ValueError: it is anything else.
    """
    r = Reader(message)
    head = type, flags, stream = r.uint(1), r.uint(1), r.uint(4)
    if (length := r.uint(4)) != r.left:
        raise ValueError(f"{length} bytes are declared, {r.left} follow")
    match type:
        case 0x02:
            r.take(8)  # version and capabilities
            read = Frame(*head)
        case 0x03 | 0x0B:
            read = Frame(*head, code=r.uint(2), text=r.optional())
        case 0x18:
            read = Frame(*head, text=r.optional())
        case 0x15:
            read = Frame(*head, correlation_id=r.uint(8), payload=r.data())
        case _:
            return Frame(*head)
    control = type not in (PUSH, PUBLISH_ERROR)
    if r.left or control != (stream == 0):
        raise ValueError("a wrong stream, or bytes after the fields")
    return read


class Reader:
    """Takes fields from a message. No length is believed before as many bytes are there."""

    def __init__(self, message: bytes) -> None:
        self._message = message

    @property
    def left(self) -> int:
        return len(self._message)

    def take(self, size: int) -> bytes:
        if size > self.left:
            raise ValueError(f"{size} bytes are declared, {self.left} follow")
        taken, self._message = self._message[:size], self._message[size:]
        return taken

    def uint(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def data(self) -> bytes:
        return self.take(self.uint(4))

    def optional(self) -> str | None:
        if (tag := self.uint(1)) > 1:
            raise ValueError(f"a tag of {tag}; allowed: 0 and 1")
        return self.data().decode() if tag else None
