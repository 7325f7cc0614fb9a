"""A server for tests, which does what a test tells it."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers

from frontdoor_worker import _wire as wire

DEADLINE = 20.0


@dataclass(frozen=True, slots=True)
class Sent:
    """A frame of a worker.

    Attributes:
        text: the token, the task queue, the channel, or the payload of a reply.
    """

    type: int
    flags: int
    stream: int
    correlation_id: int
    text: str


def parse(message: bytes) -> Sent:
    r = wire.Reader(message)
    head = type, _, _ = r.uint(1), r.uint(1), r.uint(4)
    r.uint(4)
    if type == wire.CONNECT:
        r.take(8)
    elif type == wire.REGISTER:
        for _ in range(r.uint(4)):
            r.data()
    correlation_id = r.uint(8) if type == wire.PUSH_REPLY else 0
    return Sent(*head, correlation_id, r.data().decode() if r.left else "")


class Peer:
    """One connection of a worker."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        self._correlation = 0

    @property
    def headers(self) -> Headers:
        assert self.socket.request is not None
        return self.socket.request.headers

    async def receive(self) -> Sent:
        message = await asyncio.wait_for(self.socket.recv(), DEADLINE)
        assert isinstance(message, bytes)
        return parse(message)

    async def send(self, type: int, stream: int, *fields: bytes) -> None:
        await self.socket.send(wire.frame(type, 0, stream, *fields))

    async def refuse(self, type: int, stream: int, code: int, message: str) -> None:
        """Sends ConnectError or PublishError."""
        await self.send(type, stream, code.to_bytes(2, "big"), wire.optional(message))

    async def connected(self) -> Sent:
        """Acknowledges Connect, which it returns."""
        connect = await self.receive()
        await self.send(wire.CONNECT_ACK, 0, bytes.fromhex("0001000300000000"))
        return connect

    async def registered(self, rejection: str | None = None) -> Sent:
        """Answers Connect and WorkerRegister; returns the latter."""
        await self.connected()
        return await self.answer_registration(rejection)

    async def answer_registration(self, rejection: str | None = None) -> Sent:
        frame = await self.receive()
        assert frame.type == wire.REGISTER
        await self.send(wire.REGISTER_ACK, 0, wire.optional(rejection))
        return frame

    async def push(self, payload: bytes) -> int:
        self._correlation += 1
        number = self._correlation.to_bytes(8, "big")
        await self.send(wire.PUSH, self._correlation, number, wire.data(payload))
        return self._correlation

    async def ended(self) -> None:
        await asyncio.wait_for(self.socket.wait_closed(), DEADLINE)


class TestServer:
    """Passes each connection to the next script; the last script takes all that follow."""

    __test__ = False

    def __init__(self, *scripts: Callable[[Peer], Awaitable[None]]) -> None:
        self._scripts = list(scripts)
        self._server: Server | None = None
        self.failures: list[Exception] = []
        self.connections = 0
        self.url = ""

    async def start(self, tls: ssl.SSLContext | None = None) -> TestServer:
        listening = socket.create_server(("127.0.0.1", 0))
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)  # nothing is read ahead
        self._server = await serve(
            self._serve, sock=listening, ssl=tls, ping_interval=None, max_queue=1
        )
        port = next(iter(self._server.sockets)).getsockname()[1]
        self.url = f"{'ws' if tls is None else 'wss'}://localhost:{port}/liminal"
        return self

    async def _serve(self, socket: ServerConnection) -> None:
        script = self._scripts[min(self.connections, len(self._scripts) - 1)]
        self.connections += 1
        try:
            await script(Peer(socket))
        except Exception as error:
            self.failures.append(error)
            await socket.close(4999, "the script failed")

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()
