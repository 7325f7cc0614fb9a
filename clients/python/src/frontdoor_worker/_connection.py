"""One connection of a worker, from the answered upgrade to its end."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import ssl
import time
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from ._model import (
    Accepted,
    ErrorOccurred,
    Event,
    Handler,
    PublishRefused,
    Push,
    PushDropped,
    PushReceived,
    PushRefused,
    PushReplied,
    Refusal,
    RegistrationRejected,
    Rejected,
    Renewed,
    State,
    Token,
    WorkerError,
)
from ._wire import HEADER_SIZE, REFUSAL_FLAG, Envelope, Frame, ProtocolError, decode, encode

if TYPE_CHECKING:
    from ._worker import Change, Worker

_CLOSE_TIMEOUT = 2.0
_MAX_RETRY = 3600
_REPLY_OVERHEAD = HEADER_SIZE + 12
_RENEW_AFTER = 0.8
_LEAST_RENEWAL = 0.1
_REFUSED_TOKEN = 6
_LAST_STREAM = 2**32 - 1
_TEMPORARY = re.compile(r"retry in ([0-9]{1,9}) s\Z")
_STOPPING = Refusal("unavailable", "the worker is stopping")


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


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """The options of a worker that concern one connection."""

    handler: Handler
    capacity: int
    stop_on_rejection: bool
    initial_backoff: float
    max_backoff: float
    answer_timeout: float
    silence: float
    pong_timeout: float
    max_message: int


@dataclass(frozen=True, slots=True)
class Closed:
    """How a connection ended.

    Attributes:
        code: the close code; 1006 if there was none.
        reason: the reason of the close, or what went wrong.
        by_service: whether the service closed first.
        held: how long the connection was registered, in seconds; none if it never was.
        token: the token that counted last.
        token_refused: whether the service refused it.
        rejection: the reason of a rejection that ends the worker.
    """

    code: int
    reason: str
    by_service: bool
    held: float | None
    token: Token
    token_refused: bool
    rejection: str | None


class _GoneError(Exception):
    """The connection has ended, so nothing can be sent on it."""


class _Socket(ClientConnection):
    """Remembers when the last byte arrived, pings and pongs included."""

    heard = 0.0

    def data_received(self, data: bytes) -> None:
        self.heard = time.monotonic()
        super().data_received(data)


class _Upgrade(connect):
    """Follows no redirect: it would carry the token to somebody else."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


async def open_socket(
    url: str,
    settings: ConnectionSettings,
    headers: Mapping[str, str],
    user_agent: str,
    tls: ssl.SSLContext | None,
    timeout: float,
) -> _Socket:
    """Opens a WebSocket without extension, subprotocol or `Origin`."""
    arguments: dict[str, Any] = {} if tls is None else {"ssl": tls}
    socket = await _Upgrade(
        url,
        additional_headers=headers,
        user_agent_header=user_agent,
        compression=None,
        open_timeout=timeout,
        ping_interval=None,
        close_timeout=_CLOSE_TIMEOUT,
        max_size=settings.max_message,
        create_connection=_Socket,
        **arguments,
    )
    assert isinstance(socket, _Socket)
    return socket


@dataclass(eq=False, slots=True)
class _OpenPush:
    correlation_id: int
    stream_id: int
    started: float
    task: asyncio.Task[None] | None = None

    @property
    def duration(self) -> float:
        return time.monotonic() - self.started


class Connection:
    """Sends and receives the frames of one connection."""

    def __init__(self, worker: Worker, settings: ConnectionSettings, socket: _Socket) -> None:
        self._worker = worker
        self._settings = settings
        self._socket = socket
        self._token = Token("")
        self._token_refused = False
        self._acknowledged = False
        self._unanswered: tuple[Any, Change | None] | None = None
        self._rejection: str | None = None
        self._rejections = Backoff(settings.initial_backoff, settings.max_backoff)
        self._registered_at: float | None = None
        self._open: set[_OpenPush] = set()
        self._stream = 1
        self._lost_reason: str | None = None
        self._connect_timer: asyncio.TimerHandle | None = None
        self._register_timer: asyncio.TimerHandle | None = None
        self._retry: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()

    async def serve(self, token: Token, *, in_connect: bool) -> Closed:
        """Works until the connection ends."""
        self._token = token
        self._spawn(self._watch())
        code, reason, by_service = 1006, "", False
        try:
            await self._connect(token.value if in_connect else "")
            while self._lost_reason is None:
                await self._received(await self._socket.recv())
        except ConnectionClosed as error:
            if error.rcvd is not None and error.rcvd_then_sent is not False:
                code, reason, by_service = error.rcvd.code, error.rcvd.reason, True
            elif error.sent is not None:
                code, reason = error.sent.code, error.sent.reason
        except _GoneError:
            pass
        finally:
            await self._clean_up()
        return Closed(
            code,
            self._lost_reason or reason,
            by_service and self._lost_reason is None,
            None if self._registered_at is None else time.monotonic() - self._registered_at,
            self._token,
            self._token_refused,
            self._rejection,
        )

    async def leave(self, grace: float) -> None:
        """Lets open pushes finish, sends Disconnect, and waits for the close."""
        working = [push.task for push in self._open if push.task is not None]
        if working:
            await asyncio.wait(working, timeout=grace)
        for push in list(self._open):
            await self._refuse(push, _STOPPING)
            if push.task is not None:
                push.task.cancel()
        await self._disconnect()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), _CLOSE_TIMEOUT)

    def register_soon(self) -> None:
        """Sends a changed registration, as soon as the one before it is answered."""
        if self._unanswered is None:
            self._spawn(self._register())

    async def publish(self, channel: str, payload: bytes) -> int:
        """Sends a publication and returns its stream."""
        self._stream = 2 if self._stream == _LAST_STREAM else self._stream + 1
        stream = self._stream
        fields = {"channel": channel, "envelope": Envelope(payload)}
        frame = Frame("publish", fields, stream)
        size = len(encode(frame))
        if size > self._settings.max_message:
            raise ValueError(
                f"a publication of {size} bytes; allowed: {self._settings.max_message}"
            )
        try:
            await self._send(frame)
        except _GoneError as error:
            raise WorkerError("the connection ended") from error
        return stream

    # What arrives.

    async def _received(self, message: str | bytes) -> None:
        if isinstance(message, str):
            await self._socket.close(1003, "a text message")
            return
        try:
            frame = decode(message)
        except ProtocolError as error:
            self._emit(ErrorOccurred("a frame of the service", error))
            await self._socket.close(1002, str(error)[:120])
            return
        match frame.type:
            case "connect_ack":
                await self._connect_acknowledged()
            case "connect_error":
                self._connect_refused(frame.fields["reason_code"])
            case "worker_register_ack":
                await self._register_answered(frame.fields["rejection"])
            case "push":
                await self._push(frame)
            case "publish_error":
                code, words = frame.fields["reason_code"], frame.fields["message"]
                self._emit(PublishRefused(frame.stream_id, code, words))
            case _:
                pass  # unknown, or of no use to a worker

    async def _connect_acknowledged(self) -> None:
        if self._connect_timer is None:
            return  # nobody asked
        self._connect_timer.cancel()
        self._connect_timer = None
        if self._token.expires_in is not None:
            self._spawn(self._renew(_RENEW_AFTER * self._token.expires_in))
        if self._acknowledged:
            self._emit(Renewed())
            return
        self._acknowledged = True
        self._worker._registering()
        await self._register()

    def _connect_refused(self, code: int) -> None:
        if code == _REFUSED_TOKEN:
            self._token_refused = True
        elif self._acknowledged and self._connect_timer is not None:
            self._connect_timer.cancel()
            self._connect_timer = None
            self._spawn(self._renew(random.uniform(0, self._settings.initial_backoff)))

    async def _register_answered(self, rejection: str | None) -> None:
        if self._unanswered is None:
            return  # nobody asked
        registration, change = self._unanswered
        self._unanswered = None
        if self._register_timer is not None:
            self._register_timer.cancel()
        if rejection is None:
            self._rejections.reset()
            self._registered_at = self._registered_at or time.monotonic()
            self._worker._accepted(registration)
            self._worker._settle(change, Accepted())
        else:
            temporary = _TEMPORARY.search(rejection)
            self._emit(RegistrationRejected(rejection, temporary is not None))
            if temporary is None:
                self._worker._settle(change, Rejected(rejection))
            await self._rejected(rejection, change, temporary)
        if self._worker._waiting_change() not in (None, change):
            await self._register()

    async def _rejected(
        self, rejection: str, change: Change | None, temporary: re.Match[str] | None
    ) -> None:
        if temporary is not None:
            self._retry_after(min(int(temporary[1]), _MAX_RETRY))
        elif self._registered_at is None and change is None and self._settings.stop_on_rejection:
            self._rejection = rejection
            await self._disconnect()
        elif self._registered_at is None:
            self._retry_after(0)

    def _retry_after(self, least: float) -> None:
        pause = least + self._rejections.next()

        async def retry() -> None:
            await asyncio.sleep(pause)
            self._retry = None
            await self._register()

        self._retry = self._spawn(retry())

    async def _push(self, frame: Frame) -> None:
        payload: bytes = frame.fields["payload"]
        push = _OpenPush(frame.fields["correlation_id"], frame.stream_id, time.monotonic())
        self._open.add(push)
        self._emit(PushReceived(push.correlation_id, len(payload)))
        capacity, handling = self._settings.capacity, self._worker._handling
        if self._worker.state is State.STOPPING:
            await self._refuse(push, _STOPPING)
        elif len(handling) >= capacity:
            await self._refuse(push, Refusal("busy", f"at the capacity of {capacity}"))
        else:
            push.task = asyncio.create_task(self._work(push, payload), name="frontdoor-push")
            handling.add(push.task)
            push.task.add_done_callback(handling.discard)

    async def _work(self, push: _OpenPush, payload: bytes) -> None:
        try:
            reply = bytes(await self._settings.handler(Push(payload, push.correlation_id)))
        except Refusal as refusal:
            await self._refuse(push, refusal)
        except Exception as error:
            self._emit(ErrorOccurred("the handler", error))
            await self._refuse(push, Refusal("internal", "the handler failed"))
        else:
            limit = self._settings.max_message
            if len(reply) + _REPLY_OVERHEAD > limit:
                words = f"the reply exceeds {limit} bytes"
                await self._refuse(push, Refusal("internal", words))
            else:
                event = PushReplied(push.correlation_id, len(reply), push.duration)
                await self._answer(push, reply, 0, event)

    async def _refuse(self, push: _OpenPush, refusal: Refusal) -> None:
        event = PushRefused(push.correlation_id, refusal.code, refusal.words, push.duration)
        await self._answer(push, refusal.payload(), REFUSAL_FLAG, event)

    async def _answer(self, push: _OpenPush, payload: bytes, flags: int, event: Event) -> None:
        """Answers a push, unless it was answered or dropped before."""
        if push not in self._open:
            return
        self._open.discard(push)
        fields = {"correlation_id": push.correlation_id, "payload": payload}
        try:
            await self._send(Frame("push_reply", fields, push.stream_id, flags))
        except BaseException as error:
            self._emit(PushDropped(push.correlation_id, push.duration))
            if not isinstance(error, _GoneError):
                raise
        else:
            self._emit(event)

    # What is sent.

    async def _connect(self, token: str) -> None:
        self._connect_timer = self._expect("Connect")
        versions = {"min_version": (1, 0), "max_version": (1, 3)}
        await self._send(Frame("connect", {**versions, "auth_token": token.encode()}))

    async def _register(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        self._unanswered = self._worker._next_registration()
        self._register_timer = self._expect("WorkerRegister")
        registration = self._unanswered[0]
        await self._send(Frame("worker_register", {"registration": registration}))

    async def _disconnect(self) -> None:
        with contextlib.suppress(_GoneError):
            await self._send(Frame("disconnect"))
        loop = asyncio.get_running_loop()
        self._register_timer = loop.call_later(_CLOSE_TIMEOUT, self._lost, "no close came")

    async def _renew(self, pause: float) -> None:
        await asyncio.sleep(max(pause, _LEAST_RENEWAL))
        try:
            token = await self._worker._fetch_token()
        except Exception as error:
            self._emit(ErrorOccurred("the token function", error))
            self._spawn(self._renew(random.uniform(0, self._settings.initial_backoff)))
            return
        self._token = token
        await self._connect(token.value)

    async def _send(self, frame: Frame) -> None:
        try:
            async with asyncio.timeout(self._settings.answer_timeout):
                await self._socket.send(encode(frame))
        except ConnectionClosed as error:
            raise _GoneError from error
        except TimeoutError as error:
            self._lost("the service does not read")
            raise _GoneError from error

    # Timers and the end.

    async def _watch(self) -> None:
        """After a long silence sends a ping, and gives up if it stays silent."""
        silence, pong_timeout = self._settings.silence, self._settings.pong_timeout
        self._socket.heard = time.monotonic()
        while True:
            heard = self._socket.heard
            await asyncio.sleep(heard + silence - time.monotonic())
            if self._socket.heard != heard:
                continue
            with contextlib.suppress(TimeoutError, ConnectionClosed):
                await asyncio.wait_for(self._socket.ping(), pong_timeout)
            await asyncio.sleep(pong_timeout)
            if self._socket.heard == heard:
                self._lost(f"nothing was heard for {silence + pong_timeout:g} s")
                return

    def _expect(self, what: str) -> asyncio.TimerHandle:
        timeout = self._settings.answer_timeout
        loop = asyncio.get_running_loop()
        return loop.call_later(timeout, self._lost, f"no answer to {what} within {timeout:g} s")

    def _lost(self, reason: str) -> None:
        if self._lost_reason is None:
            self._lost_reason = reason
        self._socket.transport.abort()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        async def run() -> None:
            with contextlib.suppress(_GoneError):
                await work

        task = asyncio.create_task(run(), name="frontdoor-connection")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _emit(self, event: Event) -> None:
        self._worker._emit(event)

    async def _clean_up(self) -> None:
        for timer in (self._connect_timer, self._register_timer):
            if timer is not None:
                timer.cancel()
        for task in self._tasks:
            task.cancel()
        for push in self._open:
            self._emit(PushDropped(push.correlation_id, push.duration))
            if push.task is not None:
                push.task.cancel()
        self._open.clear()
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await self._socket.close()
        except TimeoutError:
            pass
        finally:
            self._socket.transport.abort()
            self._over.set()
