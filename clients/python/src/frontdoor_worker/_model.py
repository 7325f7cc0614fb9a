"""What a program gives to a worker, and what it gets from it."""

from __future__ import annotations

import asyncio
import enum
import json
import logging
import re
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

RefusalCode: TypeAlias = Literal["busy", "invalid", "unavailable", "internal"]
"""Why a push is refused."""

_MAX_WORDS = 1024


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


class Refusal(Exception):
    """A handler raises this to refuse a push. The connection stays open.

    Attributes:
        code: what kind of refusal this is.
        words: an explanation for people; cut to 1,024 bytes of UTF-8.
    """

    def __init__(self, code: RefusalCode, words: str = "") -> None:
        super().__init__(f"{code}: {words}")
        self.code = code
        whole = re.sub("[\ud800-\udfff]", "\ufffd", words).encode()
        self.words = whole[:_MAX_WORDS].decode(errors="ignore")

    def payload(self) -> bytes:
        """The canonical spelling, which every server understands."""
        members = {"code": self.code, "words": self.words}
        return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Push:
    """A payload that the service sent to this worker.

    Attributes:
        payload: bytes that mean something to this worker and the application.
        correlation_id: the number of the push on its connection, for logs.
    """

    payload: bytes
    correlation_id: int


Handler: TypeAlias = Callable[[Push], Awaitable[bytes]]
"""Does the work of a push and returns the reply's payload, or raises `Refusal`.

Its task is canceled when the connection ends, and when a stop takes longer than its grace.
"""


@dataclass(frozen=True, slots=True)
class Token:
    """What proves who this worker is.

    Attributes:
        value: the token; never part of a log line, an event or an error.
        expires_in: seconds until it expires. If it is given, the worker renews the token on its
            connection; the service must allow that.
    """

    value: str = field(repr=False)
    expires_in: float | None = None


TokenSource: TypeAlias = Callable[[], Awaitable[Token]]
"""Gets a token. It is called for each connection; a failure counts as a failed attempt."""

TlsSource: TypeAlias = Callable[[], ssl.SSLContext]
"""Makes a TLS context. It is called on another thread, for each connection."""


def fixed_token(value: str) -> TokenSource:
    """A source that always returns the same token."""

    async def get() -> Token:
        return Token(value)

    return get


def token_file(path: str | Path, expires_in: float | None = None) -> TokenSource:
    """A source that reads a file each time, without the blanks around the token.

    Args:
        path: the file.
        expires_in: seconds that a token is valid from the moment it is read, if it is renewed.
    """

    async def get() -> Token:
        content = await asyncio.to_thread(Path(path).read_bytes)
        try:
            return Token(content.decode().strip(), expires_in)
        except UnicodeDecodeError:
            raise ValueError("the token file is not UTF-8") from None  # that error has the token

    return get


def tls_files(
    authorities: str | Path | None = None,
    certificate: str | Path | None = None,
    key: str | Path | None = None,
) -> TlsSource:
    """A TLS context from PEM files, which are read again for each connection.

    Args:
        authorities: who issues the service's certificate; by default, whom the system trusts.
        certificate: this worker's certificate and its issuers.
        key: the key of the certificate.
    """

    def make() -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=authorities)
        if certificate is not None:
            context.load_cert_chain(certificate, key)
        return context

    return make


class State(enum.Enum):
    """Where a worker is on its way."""

    IDLE = "idle"
    CONNECTING = "connecting"
    REGISTERING = "registering"
    REGISTERED = "registered"
    WAITING = "waiting"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class End:
    """How a worker ended.

    Attributes:
        state: `State.STOPPED` or `State.FAILED`.
        code: the close code or HTTP status of a failure; 0 after a rejection and a stop.
        reason: the reason that the service gave.
    """

    state: State
    code: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The service took a registration."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The service rejected a registration; the earlier one stays in force."""

    reason: str


class WorkerError(Exception):
    """A call that the worker cannot carry out in its state."""


class SupersededError(WorkerError):
    """A later `register` replaced this one before it had a result."""


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The state changed; `pause` in seconds for waiting, `code` and `reason` for failed."""

    state: State
    pause: float | None = None
    code: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Connected:
    """Connect was acknowledged, by the instance of that name if it is known."""

    instance: str | None


@dataclass(frozen=True, slots=True)
class Disconnected:
    """A connection ended, or did not come about: then the code is an HTTP status or 1006."""

    code: int
    reason: str
    comes_back: bool


@dataclass(frozen=True, slots=True)
class RegistrationRejected:
    """The service rejected a registration."""

    reason: str
    temporary: bool


@dataclass(frozen=True, slots=True)
class PushReceived:
    """A push arrived."""

    correlation_id: int
    size: int


@dataclass(frozen=True, slots=True)
class PushReplied:
    """A reply was sent; the duration in seconds."""

    correlation_id: int
    size: int
    duration: float


@dataclass(frozen=True, slots=True)
class PushRefused:
    """A refusal was sent; the duration in seconds."""

    correlation_id: int
    code: RefusalCode
    words: str
    duration: float


@dataclass(frozen=True, slots=True)
class PushDropped:
    """The connection of a push ended before its answer; the duration in seconds."""

    correlation_id: int
    duration: float


@dataclass(frozen=True, slots=True)
class Published:
    """A publication was sent."""

    stream: int
    channel: str
    size: int


@dataclass(frozen=True, slots=True)
class PublishRefused:
    """The service did not take a publication."""

    stream: int
    code: int
    message: str | None


@dataclass(frozen=True, slots=True)
class Renewed:
    """The service took a fresh token on the same connection."""


@dataclass(frozen=True, slots=True)
class ErrorOccurred:
    """Something of this program or of the service failed, and the worker goes on."""

    what: str
    error: BaseException


Event: TypeAlias = (
    StateChanged
    | Connected
    | Disconnected
    | RegistrationRejected
    | PushReceived
    | PushReplied
    | PushRefused
    | PushDropped
    | Published
    | PublishRefused
    | Renewed
    | ErrorOccurred
)
"""What a listener gets."""

Listener: TypeAlias = Callable[[Event], None]
"""Gets all events of a worker, in order, on the event loop. It must not block."""


def log_events(logger: logging.Logger) -> Listener:
    """A listener that logs; pushes at DEBUG, errors at WARNING, all else at INFO."""

    def listen(event: Event) -> None:
        if isinstance(event, ErrorOccurred):
            logger.warning("%s failed", event.what, exc_info=event.error)
            return
        quiet = isinstance(event, (PushReceived, PushReplied, Published))
        shown = {key: value for key, value in asdict(event).items() if value is not None}
        if isinstance(event, StateChanged):
            shown["state"] = event.state.value
        words = " ".join(f"{key}={value}" for key, value in shown.items())
        logger.log(
            logging.DEBUG if quiet else logging.INFO, "%s %s", type(event).__name__, words
        )

    return listen


class EventCounts:
    """A listener that counts events by their class, for metrics.

    At the end of a worker, `PushReceived` = `PushReplied` + `PushRefused` + `PushDropped`.
    """

    def __init__(self) -> None:
        self._counts: Counter[type[Event]] = Counter()

    def __call__(self, event: Event) -> None:
        """Counts one event."""
        self._counts[type(event)] += 1

    def __getitem__(self, kind: type[Event]) -> int:
        """How many events of a class there were."""
        return self._counts[kind]
