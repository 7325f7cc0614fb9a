"""A worker: one connection at a time, until it is stopped or told not to come back."""

from __future__ import annotations

import asyncio
import logging
import random
import re
import ssl
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, InvalidURI
from websockets.uri import parse_uri

from . import _model as model
from . import _wire as wire
from ._model import (
    Accepted,
    End,
    Refusal,
    Registration,
    Rejected,
    State,
    StateChanged,
    Token,
    WorkerError,
)
from ._version import VERSION

_LOG = logging.getLogger("frontdoor_worker")
_SOCKET_LOG = logging.getLogger("frontdoor_worker.socket")
_SOCKET_LOG.setLevel(logging.INFO)  # at DEBUG it shows all bytes, and so the token
_LABEL_NAME = re.compile(r"[a-z*][a-z0-9_.*-]{0,63}")
_LABEL_TEXT = re.compile(r"[ -~]{0,256}")
_TEMPORARY = re.compile(r"retry in ([0-9]{1,4}) s\Z")
_MAX_REFUSALS = 3
_MAX_RETRY_AFTER = 3600
_CLOSE_TIMEOUT = 2.0
_LEAST_RENEWAL = 1.0
_DAY = 86_400
_NOT_BEARER = re.compile(r"[^\t -~]")
_NOT_UNICODE = re.compile("[\ud800-\udfff]")
_UNAUTHENTICATED = 6
_LAST_STREAM = 2**32 - 1
_ENDING = (State.STOPPING, State.STOPPED, State.FAILED)


class Backoff:
    """Full jitter: a random pause below a limit that doubles with each attempt."""

    def __init__(self, initial: float, maximum: float) -> None:
        self._initial = initial
        self._maximum = maximum
        self._attempts = 0

    def next(self) -> float:
        """The next pause in seconds."""
        limit = min(self._maximum, self._initial * 2.0 ** min(self._attempts, 60))
        self._attempts += 1
        return random.uniform(0, limit)

    def reset(self) -> None:
        """Starts anew."""
        self._attempts = 0


@dataclass(eq=False, slots=True)
class _Change:
    """A registration that `Worker.register` asked for, and its result to come."""

    registration: Registration
    result: asyncio.Future[Accepted | Rejected]


class _Socket(ClientConnection):
    """Remembers when the last byte arrived, pings and pongs included.

    It does not wait longer than `_CLOSE_TIMEOUT` for a service that closes but does not read.
    """

    heard = 0.0
    _closing: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        self.heard = time.monotonic()
        super().data_received(data)
        if self.protocol.close_expected() and self._closing is None:
            self._closing = self.loop.call_later(_CLOSE_TIMEOUT, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._closing is not None:
            self._closing.cancel()
        super().connection_lost(exc)


class _Upgrade(connect):
    """Follows no redirect: it would carry the token to somebody else."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


@dataclass(eq=False, slots=True)
class _OpenPush:
    correlation_id: int
    stream: int
    started: float = field(default_factory=time.monotonic)
    task: asyncio.Task[None] | None = None

    @property
    def duration(self) -> float:
        return time.monotonic() - self.started


@dataclass(eq=False, slots=True)
class _Connection:
    """One connection, from the token to the close."""

    rejections: Backoff
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    socket: _Socket | None = None
    token: Token = Token("")
    renewing: Token | None = None  # the token of a Connect without an answer
    token_refused: bool = False
    refused: End | None = None  # of the connection before, while another token is asked for
    asking: bool = False  # whether a WorkerRegister has no answer yet
    asked: _Change | None = None  # what it asked for
    registered_at: float | None = None
    rejection: str | None = None  # the reason of a rejection that ends the worker
    fault: tuple[int, str] | None = None  # our own close
    open: set[_OpenPush] = field(default_factory=set)
    stream: int = 1
    pinged_at: float | None = None
    unsent: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)
    unsent_size: int = 0


@dataclass(eq=False, repr=False)
class Worker:
    """Registers with the service, hands pushes to a handler, and reconnects by itself.

    It belongs to one event loop. All durations are in seconds.

    Args:
        url: the service's address, `ws://HOST:PORT/liminal` or `wss://...`.
        registration: what this worker declares.
        handler: does the work of a push.
        labels: small facts about this worker: names to texts of printable ASCII.
        user_agent: what this worker is, for the header `User-Agent`.
        token: gets what proves who this worker is.
        token_in: whether the token travels in `connect` or with the `upgrade`.
        tls: makes the TLS context; by default the system's authorities are trusted.
        listeners: get all events; what one throws is logged and ignored.
        capacity: pushes handled at a time; more are refused as busy.
        stop_on_rejection: whether a rejection that is not temporary ends the worker.
        initial_backoff: the limit of the first pause before a reconnect.
        max_backoff: the limit of the longest pause.
        stable_after: how long a registration must hold until the back-off starts anew.
        connect_timeout: until the upgrade is answered.
        answer_timeout: until Connect is answered, and until WorkerRegister is.
        silence: without a byte from the service for this long, a ping is sent.
        pong_timeout: without a byte for this long after it, the connection is lost.
        stop_grace: how long a stop lets open pushes finish.
        max_message: the longest message received or sent, in bytes.

    Raises:
        ValueError: an argument is outside its range.
    """
    url: str
    registration: Registration
    handler: model.Handler
    _: KW_ONLY
    labels: Mapping[str, str] = field(default_factory=dict)
    user_agent: str = f"frontdoor-worker-python/{VERSION}"
    token: model.TokenSource | None = None
    token_in: str = "connect"
    tls: model.TlsSource | None = None
    listeners: Sequence[model.Listener] = ()
    capacity: int = 16
    stop_on_rejection: bool = False
    initial_backoff: float = 1.0
    max_backoff: float = 60.0
    stable_after: float = 30.0
    connect_timeout: float = 10.0
    answer_timeout: float = 30.0
    silence: float = 40.0
    pong_timeout: float = 10.0
    stop_grace: float = 10.0
    max_message: int = 1_048_576

    def __post_init__(self) -> None:
        _require(self.token_in in ("connect", "upgrade"), "token_in", self.token_in, "connect, upgrade")
        least: dict[str, float] = {"capacity": 1, "max_message": 1024, "stable_after": 0}
        for name in ("initial_backoff", "connect_timeout", "answer_timeout", "silence", "pong_timeout"):
            least[name] = 0.001
        for name, value in least.items():
            _require(getattr(self, name) >= value, name, getattr(self, name), f"{value} or more")
        _require(0 <= self.stop_grace <= _DAY, "stop_grace", self.stop_grace, f"0 to {_DAY}")
        longest = self.max_backoff
        _require(longest >= self.initial_backoff, "max_backoff", longest, "initial_backoff or more")
        try:
            parse_uri(self.url)
        except InvalidURI:
            _require(False, "url", self.url, "ws[s]://HOST[:PORT]/PATH")
        self._headers = {"Worker-Labels": _structured(self.labels)} if self.labels else {}
        self._in_upgrade = self.token is not None and self.token_in == "upgrade"
        self._backoff = self._new_backoff()
        self._state = State.IDLE
        self._connection: _Connection | None = None
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._change: _Change | None = None
        self._running = 0
        self._refusals = 0
        self._fetched: Token | None = None
        self._end: End | None = None
        self._over = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def state(self) -> State:
        """Where this worker is on its way."""
        return self._state

    def start(self) -> None:
        """Starts connecting. Call it once, on a running event loop; it returns at once.

        Raises:
            WorkerError: it was started before.
        """
        if self._state is not State.IDLE:
            raise WorkerError(f"the worker was started before; it is {self._state.value}")
        self._connect()

    async def ended(self) -> End:
        """Waits until this worker was stopped or has failed."""
        await self._over.wait()
        if others := self._tasks - {asyncio.current_task()}:
            await asyncio.wait(others, timeout=_CLOSE_TIMEOUT)
        assert self._end is not None
        return self._end

    async def stop(self, grace: float | None = None) -> End:
        """Finishes open pushes, leaves, and waits for the end. Works in every state.

        Args:
            grace: how long handlers may go on; by default `stop_grace`.

        Raises:
            ValueError: the grace is not between nothing and a day; the worker goes on.
        """
        grace = self.stop_grace if grace is None else grace
        _require(0 <= grace <= _DAY, "grace", grace, f"0 to {_DAY}")
        if self._state not in _ENDING:
            self._become(StateChanged(State.STOPPING))
            self._fail_change(WorkerError("the worker is stopping"))
            for name in ("answer", "register", "renew"):
                self._unset(name)
            if self._connection is not None and self._connection.socket is not None:
                self._after("grace", grace, self._leave)
                self._leave_within(self._connection, grace + _CLOSE_TIMEOUT)
                self._leave_if_done()
            else:
                self._finish(End(State.STOPPED))
        return await self.ended()

    async def register(self, registration: Registration) -> Accepted | Rejected:
        """Replaces the registration: at once if this worker is registered, else when it next is.

        Returns:
            `Accepted`, or `Rejected` with the reason; then the earlier one stays in force.

        Raises:
            SupersededError: a later call came before the result.
            WorkerError: the worker ends or has ended.
        """
        if self._state in _ENDING:
            raise WorkerError(f"the worker is {self._state.value}")
        self._fail_change(model.SupersededError("a later registration replaced this one"))
        change = _Change(registration, asyncio.get_running_loop().create_future())
        self._change = change
        connection = self._connection
        if connection is not None and self._state is State.REGISTERED and not connection.asking:
            self._register(connection)
        return await change.result

    async def publish(self, channel: str, payload: bytes) -> None:
        """Sends one publication on the current connection. A refusal of it is an event.

        Raises:
            WorkerError: this worker is not registered.
            ValueError: the publication exceeds `max_message`.
        """
        connection = self._connection
        if connection is None or self._state is not State.REGISTERED:
            raise WorkerError(f"the worker is {self._state.value}, not registered")
        stream = 2 if connection.stream == _LAST_STREAM else connection.stream + 1
        frame = wire.publish(stream, channel, payload)
        if len(frame) > self.max_message:
            raise ValueError(f"a publication of {len(frame)} bytes; allowed: {self.max_message}")
        connection.stream = stream
        self._send(connection, frame)
        self._emit(model.Published(stream, channel, len(payload)))

    def _new_backoff(self) -> Backoff:
        return Backoff(self.initial_backoff, self.max_backoff)

    def _become(self, event: StateChanged) -> None:
        self._state = event.state
        self._emit(event)

    def _emit(self, event: model.Event) -> None:
        for listener in self.listeners:
            try:
                listener(event)
            except BaseException:
                _LOG.exception("a listener failed")

    def _after(self, name: str, seconds: float, then: Callable[..., None], *arguments: Any) -> None:
        """Sets the timer of a name anew."""

        def run() -> None:
            del self._timers[name]
            then(*arguments)

        self._unset(name)
        self._timers[name] = asyncio.get_running_loop().call_later(seconds, run)

    def _unset(self, name: str) -> None:
        if (timer := self._timers.pop(name, None)) is not None:
            timer.cancel()

    # From one connection to the next.

    def _connect(self) -> None:
        self._become(StateChanged(State.CONNECTING))
        connection = self._begin()
        self._spawn(connection, self._attempt(connection))

    def _begin(self) -> _Connection:
        self._connection = _Connection(self._new_backoff())
        return self._connection

    def _spawn(self, connection: _Connection, work: Coroutine[Any, Any, None]) -> None:
        """A task that ends with its connection."""
        task = asyncio.create_task(work, name="frontdoor-worker")
        for tasks in (connection.tasks, self._tasks):
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    async def _attempt(self, connection: _Connection) -> None:
        """One connection, from the token to the close."""
        token, self._fetched = self._fetched or await self._fetch(), None
        if self._connection is not connection:
            return
        if token is None:
            return self._pause(0)
        connection.token = token
        if self._in_upgrade and _NOT_BEARER.search(token.value):
            reason = "the token holds a character that HTTP does not allow"
            return self._lost(connection, f"cannot connect: {reason}")
        bearer = {"Authorization": f"Bearer {token.value}"} if self._in_upgrade else {}
        try:
            tls = None if self.tls is None else await asyncio.to_thread(self.tls)
            socket = await self._open(self._headers | bearer, tls)
        except InvalidStatus as error:
            return self._upgrade_refused(connection, error)
        except BaseException as error:
            _reraise_cancellation()
            return self._lost(connection, f"cannot connect: {error}")
        self._opened(connection, socket)
        try:
            while self._connection is connection:
                self._received(connection, await socket.recv())
        except ConnectionClosed as error:
            if self._connection is connection:
                self._closed_by_socket(connection, error)

    async def _fetch(self) -> Token | None:
        if self.token is None:
            return Token("")
        try:
            token = await self.token()
            if not isinstance(token, Token) or not isinstance(token.value, str):
                raise TypeError("the token function returned no Token with a text")
            if _NOT_UNICODE.search(token.value):
                raise ValueError("the token holds half a character")
            return token
        except BaseException as error:
            _reraise_cancellation()
            self._emit(model.ErrorOccurred("the token function", error))
            return None

    async def _open(self, headers: Mapping[str, str], tls: ssl.SSLContext | None) -> _Socket:
        """Opens a WebSocket without extension, subprotocol or `Origin`."""
        arguments: dict[str, Any] = {} if tls is None else {"ssl": tls}
        socket = await _Upgrade(
            self.url,
            additional_headers=headers,
            user_agent_header=self.user_agent,
            compression=None,
            open_timeout=self.connect_timeout,
            ping_interval=None,
            close_timeout=_CLOSE_TIMEOUT,
            max_size=self.max_message,
            create_connection=_Socket,
            logger=_SOCKET_LOG,
            **arguments,
        )
        assert isinstance(socket, _Socket)
        return socket

    def _lost(self, connection: _Connection, reason: str) -> None:
        self._closed(connection, 1006, reason, by_service=False)

    def _closed_by_socket(self, connection: _Connection, closed: ConnectionClosed) -> None:
        if connection.fault is not None:
            self._closed(connection, *connection.fault, by_service=False)
        elif closed.rcvd is not None and closed.rcvd_then_sent is not False:
            self._closed(connection, closed.rcvd.code, closed.rcvd.reason, by_service=True)
        elif closed.sent is not None:
            self._closed(connection, closed.sent.code, closed.sent.reason, by_service=False)
        else:
            self._lost(connection, "the connection broke")

    def _upgrade_refused(self, connection: _Connection, error: InvalidStatus) -> None:
        status = error.response.status_code
        reason = f"HTTP status {status}"
        if status == 401:
            return self._token_refused(End(State.FAILED, status, reason), connection.token)
        later = status in (408, 429) or 500 <= status <= 599
        self._emit(model.Disconnected(status, reason, later))
        if later:
            wait = [*error.response.headers.get_all("Retry-After"), ""][0]
            seconds = int(wait) if re.fullmatch("[0-9]{1,9}", wait) else 0
            self._pause(min(seconds, _MAX_RETRY_AFTER))
        else:
            self._finish(End(State.FAILED, status, reason))

    def _closed(self, connection: _Connection, code: int, reason: str, *, by_service: bool) -> None:
        """Decides what follows the end of a connection."""
        if self._connection is not connection:
            return
        at = connection.registered_at
        if at is not None and time.monotonic() - at >= self.stable_after:
            self._backoff.reset()
        final = by_service and (code in (1002, 1003, 1009) or 4500 <= code <= 4999)
        refused = connection.token_refused or (by_service and code == 1008)
        rejection, stopping = connection.rejection, self._state is State.STOPPING
        self._leave_nothing()
        if refused and not stopping and rejection is None:
            return self._token_refused(End(State.FAILED, code, reason), connection.token)
        comes_back = not stopping and not final and rejection is None
        self._emit(model.Disconnected(code, reason, comes_back))
        if stopping:
            self._finish(End(State.STOPPED))
        elif rejection is not None:
            self._finish(End(State.FAILED, 0, rejection))
        elif final:
            self._finish(End(State.FAILED, code, reason))
        else:
            self._pause(0)

    def _token_refused(self, end: End, refused: Token) -> None:
        """Goes on only with another token, at most three times in a row.

        It asks for that token during the pause, and tells of the end of the connection once it
        knows whether it comes back.
        """
        self._refusals += 1
        if self.token is None or self._refusals > _MAX_REFUSALS:
            self._emit(model.Disconnected(end.code, end.reason, False))
            return self._finish(end)
        self._leave_nothing()
        pause = self._backoff.next()
        over = time.monotonic() + pause
        connection = self._begin()
        connection.refused = end
        self._become(StateChanged(State.WAITING, pause=pause))

        async def ask_again() -> None:
            token = await self._fetch()
            if self._connection is not connection:
                return
            if token is not None and token.value == refused.value:
                return self._finish(end)
            connection.refused = None
            self._emit(model.Disconnected(end.code, end.reason, True))
            self._fetched = token
            self._after("reconnect", over - time.monotonic(), self._connect)

        self._spawn(connection, ask_again())

    def _leave_nothing(self) -> None:
        """Ends the connection and all that belongs to it."""
        for name in [*self._timers]:
            self._unset(name)
        connection, self._connection = self._connection, None
        if connection is None:
            return
        for task in connection.tasks - {asyncio.current_task()}:
            task.cancel()
        if (refused := connection.refused) is not None:
            self._emit(model.Disconnected(refused.code, refused.reason, False))
        if connection.socket is not None:
            connection.socket.transport.abort()
        for push in connection.open:
            self._emit(model.PushDropped(push.correlation_id, push.duration))
            if push.task is not None:
                push.task.cancel()
        connection.open.clear()

    def _pause(self, least: float) -> None:
        self._leave_nothing()
        pause = least + self._backoff.next()
        self._become(StateChanged(State.WAITING, pause=pause))
        self._after("reconnect", pause, self._connect)

    def _finish(self, end: End) -> None:
        self._leave_nothing()
        self._end = end
        failed = end.state is State.FAILED
        details: dict[str, Any] = {"code": end.code, "reason": end.reason} if failed else {}
        self._become(StateChanged(end.state, **details))
        self._fail_change(WorkerError(f"the worker is {end.state.value}"))
        self._over.set()

    # One connection.

    def _opened(self, connection: _Connection, socket: _Socket) -> None:
        connection.socket = socket
        instance = socket.response.headers.get("Frontdoor-Instance") if socket.response else None
        self._emit(model.Connected(instance))
        self._spawn(connection, self._write(connection, socket))
        token = connection.token
        self._send_connect(connection, Token("", token.expires_in) if self._in_upgrade else token)
        self._watch_silence(connection, socket)

    async def _write(self, connection: _Connection, socket: _Socket) -> None:
        try:
            while True:
                message = await connection.unsent.get()
                await socket.send(message)
                connection.unsent_size -= len(message)
                if message[0] == wire.DISCONNECT:
                    self._after("close", _CLOSE_TIMEOUT, self._lost, connection, "no close came")
        except ConnectionClosed:
            pass  # whoever reads notices it, too

    def _send(self, connection: _Connection, message: bytes) -> None:
        if self._connection is not connection or connection.fault is not None:
            return
        connection.unsent_size += len(message)
        connection.unsent.put_nowait(message)
        if connection.unsent_size > (self.capacity + 4) * self.max_message:
            self._lost(connection, "the service does not read")

    def _watch_silence(self, connection: _Connection, socket: _Socket) -> None:
        """Looks a few times within each of the two time limits."""
        now = time.monotonic()
        if now - socket.heard < self.silence:
            connection.pinged_at = None
        elif connection.pinged_at is None:
            connection.pinged_at = now
            self._spawn(connection, self._ping(socket))
        elif now - connection.pinged_at >= self.pong_timeout:
            reason = f"nothing was heard for {self.silence + self.pong_timeout:g} s"
            return self._lost(connection, reason)
        look = min(self.silence, self.pong_timeout) / 4 + 0.001
        self._after("silence", look, self._watch_silence, connection, socket)

    async def _ping(self, socket: _Socket) -> None:
        try:
            await socket.ping()
        except ConnectionClosed:
            pass  # whoever reads notices it, too

    def _fault(self, connection: _Connection, socket: _Socket, code: int, reason: str) -> None:
        """Closes because of what the service sent."""
        connection.fault = code, reason
        self._spawn(connection, socket.close(code, reason[:100]))

    def _expect(self, connection: _Connection, name: str, question: str) -> None:
        self._after(name, self.answer_timeout, self._lost, connection, f"no answer to {question}")

    def _received(self, connection: _Connection, message: str | bytes) -> None:
        socket = connection.socket
        if connection.fault is not None or socket is None:
            return
        if isinstance(message, str):
            return self._fault(connection, socket, 1003, "a text message")
        try:
            frame = wire.decode(message)
        except ValueError as error:
            self._emit(model.ErrorOccurred("a frame of the service", error))
            return self._fault(connection, socket, 1002, str(error))
        self._handle(connection, frame)

    def _handle(self, connection: _Connection, frame: wire.Frame) -> None:
        refused = frame.type == wire.CONNECT_ERROR
        if frame.type == wire.PUSH:
            self._push(connection, frame)
        elif frame.type == wire.PUBLISH_ERROR:
            self._emit(model.PublishRefused(frame.stream, frame.code, frame.text))
        elif refused and frame.code == _UNAUTHENTICATED:
            connection.token_refused = True
        elif self._state is State.STOPPING:
            return  # no further registration, no further renewal
        elif frame.type == wire.CONNECT_ACK and connection.renewing is not None:
            self._acknowledged(connection, connection.renewing)
        elif refused and connection.renewing is not None and self._state is not State.CONNECTING:
            connection.renewing = None
            self._unset("answer")
            self._renew_soon(connection)
        elif frame.type == wire.REGISTER_ACK and connection.asking:
            self._answered(connection, frame.text)

    def _send_connect(self, connection: _Connection, token: Token) -> None:
        connection.renewing = token
        self._expect(connection, "answer", "Connect")
        self._send(connection, wire.connect(token.value))

    def _acknowledged(self, connection: _Connection, token: Token) -> None:
        self._unset("answer")
        connection.renewing = None
        if self._state is State.CONNECTING:
            self._become(StateChanged(State.REGISTERING))
            self._register(connection)
        else:
            connection.token = token
            self._emit(model.Renewed())
        if token.expires_in is not None:
            self._renew_after(connection, 0.8 * token.expires_in)

    def _renew_soon(self, connection: _Connection) -> None:
        self._renew_after(connection, random.uniform(0, self.initial_backoff))

    def _renew_after(self, connection: _Connection, seconds: float) -> None:
        async def renew() -> None:
            token = await self._fetch()
            if self._connection is not connection or self._state is State.STOPPING:
                return
            if token is None:
                self._renew_soon(connection)
            else:
                self._send_connect(connection, token)

        pause = max(_LEAST_RENEWAL, seconds)  # in this order, which turns NaN into a time
        self._after("renew", pause, lambda: self._spawn(connection, renew()))

    def _register(self, connection: _Connection) -> None:
        connection.asking, connection.asked = True, self._change
        self._expect(connection, "register", "WorkerRegister")
        next = self.registration if self._change is None else self._change.registration
        self._send(connection, wire.register(next))

    def _answered(self, connection: _Connection, rejection: str | None) -> None:
        asked = connection.asked
        connection.asking = False
        self._unset("register")
        if rejection is None:
            self._accepted(connection, asked)
        else:
            self._rejected(connection, asked, rejection)
        if self._change not in (None, asked) and connection.rejection is None:
            self._register(connection)

    def _accepted(self, connection: _Connection, asked: _Change | None) -> None:
        if asked is not None:
            self.registration = asked.registration
        self._refusals = 0
        connection.rejections.reset()
        if self._state is State.REGISTERING:
            connection.registered_at = time.monotonic()
            self._become(StateChanged(State.REGISTERED))
        self._settle(asked, Accepted())

    def _rejected(self, connection: _Connection, asked: _Change | None, reason: str) -> None:
        temporary = _TEMPORARY.search(reason)
        self._emit(model.RegistrationRejected(reason, temporary is not None))
        if temporary is None:
            self._settle(asked, Rejected(reason))
            if self._state is State.REGISTERED:
                return
            if asked is None and self.stop_on_rejection:
                connection.rejection = reason
                self._leave_within(connection, _CLOSE_TIMEOUT)
                return self._send(connection, wire.disconnect())
        least = 0 if temporary is None else int(temporary[1])
        self._after("register", least + connection.rejections.next(), self._register, connection)

    def _settle(self, change: _Change | None, result: Accepted | Rejected) -> None:
        """Gives a change its result, unless a later one replaced it."""
        if change is not None and change is self._change:
            self._change = None
            if not change.result.done():
                change.result.set_result(result)

    def _fail_change(self, error: WorkerError) -> None:
        change, self._change = self._change, None
        if change is not None and not change.result.done():
            change.result.set_exception(error)

    # Pushes.

    def _push(self, connection: _Connection, frame: wire.Frame) -> None:
        push = _OpenPush(frame.correlation_id, frame.stream)
        connection.open.add(push)
        self._emit(model.PushReceived(push.correlation_id, len(frame.payload)))
        if self._state is State.STOPPING or connection.rejection is not None:
            self._refuse_stopping(connection, push)
        elif self._running >= self.capacity:
            self._refuse(connection, push, Refusal("busy", f"at the capacity of {self.capacity}"))
        else:
            self._running += 1
            work = self._work(connection, push, frame.payload)
            push.task = asyncio.create_task(work, name="frontdoor-push")
            push.task.add_done_callback(self._worked)  # also if it never runs

    def _worked(self, _: asyncio.Task[None]) -> None:
        self._running -= 1

    async def _work(self, connection: _Connection, push: _OpenPush, payload: bytes) -> None:
        try:
            reply = bytes(await self.handler(model.Push(payload, push.correlation_id)))
            if len(reply) + wire.REPLY_OVERHEAD > self.max_message:
                raise Refusal("internal", f"the reply exceeds {self.max_message} bytes")
            event = model.PushReplied(push.correlation_id, len(reply), push.duration)
            self._answer(connection, push, 0, reply, event)
        except Refusal as refusal:
            self._refuse(connection, push, refusal)
        except BaseException as error:
            if push in connection.open:
                self._emit(model.ErrorOccurred("the handler", error))
            self._refuse(connection, push, Refusal("internal", "the handler failed"))
        self._leave_if_done()

    def _refuse(self, connection: _Connection, push: _OpenPush, refusal: Refusal) -> None:
        words = refusal.words
        event = model.PushRefused(push.correlation_id, refusal.code, words, push.duration)
        self._answer(connection, push, wire.REFUSAL_FLAG, refusal.payload(), event)

    def _refuse_stopping(self, connection: _Connection, push: _OpenPush) -> None:
        self._refuse(connection, push, Refusal("unavailable", "the worker is stopping"))

    def _answer(
        self, connection: _Connection, push: _OpenPush, flags: int, payload: bytes, event: model.Event
    ) -> None:
        """Answers a push, unless it was answered or dropped before."""
        if push in connection.open:
            connection.open.discard(push)
            self._emit(event)  # first, since the sending may end the connection and the worker
            self._send(connection, wire.reply(flags, push.stream, push.correlation_id, payload))

    # The stop.

    def _leave_if_done(self) -> None:
        connection = self._connection
        if "grace" in self._timers and connection is not None and not connection.open:
            self._leave()

    def _leave(self) -> None:
        """Refuses what is still open, and disconnects."""
        self._unset("grace")
        if (connection := self._connection) is None:
            return
        for push in [*connection.open]:
            self._refuse_stopping(connection, push)
            if push.task is not None:
                push.task.cancel()
        self._send(connection, wire.disconnect())

    def _leave_within(self, connection: _Connection, seconds: float) -> None:
        self._after("leave", seconds, self._lost, connection, "no close came")


def _reraise_cancellation() -> None:
    """Ends a task that was canceled, whatever the program's code made of that."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError from None


def _require(holds: bool, name: str, value: object, allowed: str) -> None:
    if not holds:
        raise ValueError(f"{name} '{value}' is not allowed; allowed: {allowed}")


def _structured(labels: Mapping[str, str]) -> str:
    """A dictionary of structured fields, whose values are strings."""
    _require(len(labels) <= 16, "labels", f"{len(labels)} labels", "at most 16")
    members = []
    for name, text in labels.items():
        _require(bool(_LABEL_NAME.fullmatch(name)), "label", name, "lower-case letters, 0-9 _-.*")
        _require(bool(_LABEL_TEXT.fullmatch(text)), "label", text, "256 characters of ASCII")
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        members.append(f'{name}="{escaped}"')
    return ", ".join(members)
