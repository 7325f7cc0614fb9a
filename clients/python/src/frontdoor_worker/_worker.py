"""A worker: one connection at a time, until it is stopped or told not to come back."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from websockets.exceptions import InvalidStatus, InvalidURI
from websockets.uri import parse_uri

from ._connection import Backoff, Closed, Connection, ConnectionSettings, open_socket
from ._model import (
    Accepted,
    Connected,
    Disconnected,
    End,
    ErrorOccurred,
    Event,
    Handler,
    Listener,
    Published,
    Rejected,
    State,
    StateChanged,
    SupersededError,
    TlsSource,
    Token,
    TokenSource,
    WorkerError,
)
from ._wire import Registration

_LOG = logging.getLogger("frontdoor_worker")
_LABEL_NAME = re.compile(r"[a-z*][a-z0-9_.*-]{0,63}")
_LABEL_TEXT = re.compile(r"[ -~]{0,256}")
_USELESS_CODES = (1002, 1003, 1009)
_REFUSED_STATUS, _REFUSED_CODE = 401, 1008
_MAX_REFUSALS = 3
_MAX_RETRY_AFTER = 3600


class _FailedError(Exception):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(slots=True)
class Change:
    """A registration that `Worker.register` asked for, and its result to come."""

    registration: Registration
    result: asyncio.Future[Accepted | Rejected]


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
        answer_timeout: until Connect is answered, until WorkerRegister is, and for each write.
        silence: without a byte from the service for this long, a ping is sent.
        pong_timeout: without a byte for this long after it, the connection is lost.
        stop_grace: how long a stop lets open pushes finish.
        max_message: the longest message received or sent, in bytes.

    Raises:
        ValueError: an argument is outside its range.
    """

    def __init__(
        self,
        url: str,
        registration: Registration,
        handler: Handler,
        *,
        labels: Mapping[str, str] | None = None,
        user_agent: str | None = None,
        token: TokenSource | None = None,
        token_in: str = "connect",
        tls: TlsSource | None = None,
        listeners: Sequence[Listener] = (),
        capacity: int = 16,
        stop_on_rejection: bool = False,
        initial_backoff: float = 1.0,
        max_backoff: float = 60.0,
        stable_after: float = 30.0,
        connect_timeout: float = 10.0,
        answer_timeout: float = 30.0,
        silence: float = 40.0,
        pong_timeout: float = 10.0,
        stop_grace: float = 10.0,
        max_message: int = 1_048_576,
    ) -> None:
        _require(token_in in ("connect", "upgrade"), "token_in", token_in, "connect, upgrade")
        _require(capacity >= 1, "capacity", capacity, "1 or more")
        _require(max_message >= 1024, "max_message", max_message, "1024 or more")
        positive = {
            "initial_backoff": initial_backoff,
            "connect_timeout": connect_timeout,
            "answer_timeout": answer_timeout,
            "silence": silence,
            "pong_timeout": pong_timeout,
        }
        for name, value in positive.items():
            _require(value > 0, name, value, "more than 0")
        for name, value in {"stable_after": stable_after, "stop_grace": stop_grace}.items():
            _require(value >= 0, name, value, "0 or more")
        _require(
            max_backoff >= initial_backoff, "max_backoff", max_backoff, "initial_backoff or more"
        )
        try:
            parse_uri(url)
        except InvalidURI as error:
            raise ValueError(f"url '{url}' is not allowed; allowed: ws[s]://HOST[:PORT]/PATH") from (
                error
            )
        self._url = url
        self._registration = registration
        self._labels = _structured(labels or {})
        self._user_agent = user_agent or f"frontdoor-worker-python/{_version()}"
        self._token = token
        self._token_in = token_in
        self._tls = tls
        self._listeners = tuple(listeners)
        self._connect_timeout = connect_timeout
        self._stable_after = stable_after
        self._stop_grace = stop_grace
        self._backoff = Backoff(initial_backoff, max_backoff)
        self._settings = ConnectionSettings(
            handler=handler,
            capacity=capacity,
            stop_on_rejection=stop_on_rejection,
            initial_backoff=initial_backoff,
            max_backoff=max_backoff,
            answer_timeout=answer_timeout,
            silence=silence,
            pong_timeout=pong_timeout,
            max_message=max_message,
        )
        self._state = State.IDLE
        self._connection: Connection | None = None
        self._handling: set[asyncio.Task[None]] = set()
        self._change: Change | None = None
        self._refused: str | None = None
        self._refusals = 0
        self._fetched: Token | None = None
        self._main: asyncio.Task[None] | None = None
        self._stopper: asyncio.Task[None] | None = None
        self._end: End | None = None
        self._over = asyncio.Event()

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
        self._set_state(StateChanged(State.CONNECTING))
        self._main = asyncio.create_task(self._run(), name="frontdoor-worker")

    async def ended(self) -> End:
        """Waits until this worker was stopped or has failed."""
        await self._over.wait()
        assert self._end is not None
        return self._end

    async def stop(self, grace: float | None = None) -> End:
        """Finishes open pushes, leaves, and waits for the end. Works in every state.

        Args:
            grace: how long handlers may go on; by default `stop_grace`.
        """
        if self._end is None and self._stopper is None:
            self._set_state(StateChanged(State.STOPPING))
            allowed = self._stop_grace if grace is None else grace
            self._stopper = asyncio.create_task(self._stop(allowed), name="frontdoor-worker-stop")
        return await self.ended()

    async def register(self, registration: Registration) -> Accepted | Rejected:
        """Replaces the registration: at once if this worker is registered, else when it next is.

        Returns:
            `Accepted`, or `Rejected` with the reason; then the earlier one stays in force.

        Raises:
            SupersededError: a later call came before the result.
            WorkerError: the worker ends or has ended.
        """
        if self._state in (State.STOPPING, State.STOPPED, State.FAILED):
            raise WorkerError(f"the worker is {self._state.value}")
        self._fail_change(SupersededError("a later registration replaced this one"))
        change = Change(registration, asyncio.get_running_loop().create_future())
        self._change = change
        if self._connection is not None and self._state is State.REGISTERED:
            self._connection.register_soon()
        return await change.result

    async def publish(self, channel: str, payload: bytes) -> None:
        """Sends one publication on the current connection. A refusal of it is an event.

        Raises:
            WorkerError: this worker is not registered.
            ValueError: the publication exceeds `max_message`.
        """
        if self._connection is None or self._state is not State.REGISTERED:
            raise WorkerError(f"the worker is {self._state.value}, not registered")
        stream = await self._connection.publish(channel, payload)
        self._emit(Published(stream, channel, len(payload)))

    def _emit(self, event: Event) -> None:
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                _LOG.exception("a listener failed")

    # What follows is called by the connection.

    def _accepted(self, registration: Registration) -> None:
        """The service took a registration."""
        self._registration = registration
        self._refused = None
        self._refusals = 0
        if self._state is State.REGISTERING:
            self._set_state(StateChanged(State.REGISTERED))

    def _next_registration(self) -> tuple[Registration, Change | None]:
        """What the next WorkerRegister declares."""
        if self._change is not None:
            return self._change.registration, self._change
        return self._registration, None

    def _settle(self, change: Change | None, result: Accepted | Rejected) -> None:
        """Gives a change its result, unless a later one replaced it."""
        if change is not None and change is self._change:
            self._change = None
            if not change.result.done():
                change.result.set_result(result)

    def _waiting_change(self) -> Change | None:
        return self._change

    async def _fetch_token(self) -> Token:
        """Asks for a token once."""
        return Token("") if self._token is None else await self._token()

    # The life of a worker.

    async def _run(self) -> None:
        end = End(State.STOPPED)
        try:
            while self._stopper is None:
                least_pause = await self._attempt()
                if self._is_stopping():
                    break
                pause = self._backoff.next() + least_pause
                self._set_state(StateChanged(State.WAITING, pause=pause))
                await asyncio.sleep(pause)
                self._set_state(StateChanged(State.CONNECTING))
        except _FailedError as failure:
            end = End(State.FAILED, failure.code, failure.reason)
        except asyncio.CancelledError:
            if self._stopper is None:
                self._finish(end)  # the event loop goes down
                raise
        except Exception as error:
            self._emit(ErrorOccurred("the worker", error))
            end = End(State.FAILED, 0, f"a fault of the library: {error}")
        if self._stopper is None:
            self._finish(end)

    async def _attempt(self) -> float:
        """One connection. Returns the least pause before the next."""
        try:
            token = await self._usable_token()
        except _FailedError:
            raise
        except Exception as error:
            self._emit(ErrorOccurred("the token function", error))
            return 0
        headers = {"Worker-Labels": self._labels} if self._labels else {}
        upgrade = self._token is not None and self._token_in == "upgrade"
        if upgrade:
            headers["Authorization"] = f"Bearer {token.value}"
        try:
            tls = None if self._tls is None else await asyncio.to_thread(self._tls)
            socket = await open_socket(
                self._url, self._settings, headers, self._user_agent, tls, self._connect_timeout
            )
        except InvalidStatus as error:
            return await self._refused_upgrade(error, token)
        except Exception as error:
            self._emit(Disconnected(1006, f"cannot connect: {error}", comes_back=True))
            return 0
        instance = socket.response.headers.get("Frontdoor-Instance") if socket.response else None
        self._emit(Connected(instance))
        connection = Connection(self, self._settings, socket)
        self._connection = connection
        try:
            closed = await connection.serve(token, in_connect=not upgrade)
        finally:
            self._connection = None
        await self._closed(closed)
        return 0

    async def _refused_upgrade(self, error: InvalidStatus, token: Token) -> float:
        status = error.response.status_code
        reason = f"HTTP status {status}"
        if status == _REFUSED_STATUS:
            await self._token_refused(status, reason, token)
            return 0
        later = status in (408, 429) or 500 <= status <= 599
        self._emit(Disconnected(status, reason, comes_back=later))
        if not later:
            raise _FailedError(status, reason)
        wait = error.response.headers.get_all("Retry-After")[:1]
        seconds = int(wait[0]) if wait and re.fullmatch("[0-9]{1,9}", wait[0]) else 0
        return min(seconds, _MAX_RETRY_AFTER)

    async def _closed(self, closed: Closed) -> None:
        """Decides what follows the end of a connection."""
        if closed.held is not None and closed.held >= self._stable_after:
            self._backoff.reset()
        if self._is_stopping():
            self._emit(Disconnected(closed.code, closed.reason, comes_back=False))
        elif closed.rejection is not None:
            self._emit(Disconnected(closed.code, closed.reason, comes_back=False))
            raise _FailedError(0, closed.rejection)
        elif closed.by_service and (closed.code == _REFUSED_CODE or closed.token_refused):
            await self._token_refused(closed.code, closed.reason, closed.token)
        else:
            told_not_to = closed.code in _USELESS_CODES or 4500 <= closed.code <= 4999
            useless = closed.by_service and told_not_to
            self._emit(Disconnected(closed.code, closed.reason, comes_back=not useless))
            if useless:
                raise _FailedError(closed.code, closed.reason)

    async def _token_refused(self, code: int, reason: str, token: Token) -> None:
        """Goes on only with another token, at most three times in a row."""
        self._refusals += 1
        self._refused = token.value
        if self._token is None or self._refusals > _MAX_REFUSALS:
            self._emit(Disconnected(code, reason, comes_back=False))
            raise _FailedError(code, reason)
        try:
            self._fetched = await self._usable_token(code, reason)
        except _FailedError:
            self._emit(Disconnected(code, reason, comes_back=False))
            raise
        except Exception as error:
            self._emit(ErrorOccurred("the token function", error))
        self._emit(Disconnected(code, reason, comes_back=True))

    async def _usable_token(self, code: int = 1008, reason: str = "token refused") -> Token:
        """A token that was not refused before."""
        token, self._fetched = self._fetched or await self._fetch_token(), None
        if self._token is not None and token.value == self._refused:
            raise _FailedError(code, reason)
        return token

    async def _stop(self, grace: float) -> None:
        self._fail_change(WorkerError("the worker is stopping"))
        connection, main = self._connection, self._main
        if connection is not None:
            await connection.leave(grace)
        if main is not None:
            main.cancel()
            await asyncio.wait([main])
        self._finish(End(State.STOPPED))

    def _finish(self, end: End) -> None:
        self._end = end
        failed = end.state is State.FAILED
        self._set_state(
            StateChanged(
                end.state,
                code=end.code if failed else None,
                reason=end.reason if failed else None,
            )
        )
        self._fail_change(WorkerError(f"the worker is {end.state.value}"))
        self._over.set()

    def _fail_change(self, error: WorkerError) -> None:
        change, self._change = self._change, None
        if change is not None and not change.result.done():
            change.result.set_exception(error)

    def _is_stopping(self) -> bool:
        return self._state is State.STOPPING

    def _set_state(self, event: StateChanged) -> None:
        if self._is_stopping() and event.state is not State.STOPPED:
            return  # whoever stops decides what follows
        self._state = event.state
        self._emit(event)

    def _registering(self) -> None:
        """Connect was acknowledged."""
        if self._state is State.CONNECTING:
            self._set_state(StateChanged(State.REGISTERING))


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


def _version() -> str:
    from importlib.metadata import version

    return version("frontdoor-worker")
