"""A server for tests, which does what a test tells it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers

from frontdoor_worker._wire import Frame, decode, encode

DEADLINE = 20.0


class Peer:
    """One connection of a worker."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        self._correlation = 0

    @property
    def headers(self) -> Headers:
        assert self.socket.request is not None
        return self.socket.request.headers

    async def receive(self) -> Frame:
        message = await asyncio.wait_for(self.socket.recv(), DEADLINE)
        assert isinstance(message, bytes)
        return decode(message)

    async def send(self, type: str, *, stream: int = 0, flags: int = 0, **fields: Any) -> None:
        await self.socket.send(encode(Frame(type, fields, stream, flags)))

    async def connected(self) -> Frame:
        """Acknowledges Connect, which it returns."""
        connect = await self.receive()
        await self.send("connect_ack", selected_version=(1, 3), capabilities=0)
        return connect

    async def registered(self, rejection: str | None = None) -> Frame:
        """Answers Connect and WorkerRegister; returns the latter."""
        await self.connected()
        return await self.answer_registration(rejection)

    async def answer_registration(self, rejection: str | None = None) -> Frame:
        frame = await self.receive()
        assert frame.type == "worker_register"
        await self.send("worker_register_ack", rejection=rejection)
        return frame

    async def push(self, payload: bytes) -> int:
        self._correlation += 1
        fields: dict[str, Any] = {"correlation_id": self._correlation, "payload": payload}
        await self.send("push", stream=self._correlation, **fields)
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
        self._server = await serve(self._serve, "127.0.0.1", 0, ssl=tls, ping_interval=None)
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
