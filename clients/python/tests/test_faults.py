"""The worker against a program and a service that do what they must not."""

from __future__ import annotations

import asyncio
import logging
import math
import tempfile
import time
from pathlib import Path
from typing import Any

from frontdoor_worker import (
    Connected,
    Disconnected,
    End,
    ErrorOccurred,
    Event,
    Push,
    PushRefused,
    PushReplied,
    Renewed,
    State,
    StateChanged,
    Token,
    Worker,
    WorkerError,
    fixed_token,
    token_file,
)
from frontdoor_worker import _wire as wire

from .server import DEADLINE, Peer
from .test_worker import REGISTRATION, Case, echo


class Odd(BaseException):
    """Is no `Exception`."""


async def hold(peer: Peer) -> None:
    await peer.registered()
    await peer.ended()


async def megabyte(push: Push) -> bytes:
    return bytes(1_000_000)


class FaultTests(Case):
    def disconnections(self) -> list[Disconnected]:
        return [event for event in self.events if isinstance(event, Disconnected)]

    async def test_a_token_that_http_does_not_allow_is_a_failed_attempt(self) -> None:
        reason = "cannot connect: the token holds a character that HTTP does not allow"
        for value in ("\ufeffsecret", "sec\nret-secret", "secret\r\nX: y", "secreté"):
            with self.subTest(value):
                self.setUp()
                worker, server = await self.work(
                    hold, token=fixed_token(value), token_in="upgrade"
                )
                await self.until(lambda: len(self.disconnections()) >= 2)
                await worker.stop(0)
                self.assertEqual(self.disconnections()[0], Disconnected(1006, reason, True))
                self.assertEqual(server.connections, 0)
                self.assertNotIn("secret", repr(self.events))

    async def test_a_token_is_in_no_log(self) -> None:
        with self.assertLogs(level=logging.DEBUG) as logs:
            for where in ("connect", "upgrade"):
                worker, _ = await self.work(hold, token=fixed_token("sesame"), token_in=where)
                await self.until(lambda: worker.state is State.REGISTERED)
                await worker.stop(0)
        own = [record.getMessage() for record in logs.records if record.name != "websockets.server"]
        self.assertNotIn("sesame", "\n".join(own))

    async def test_a_token_file_that_is_no_text_is_not_in_the_error(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "token"
            path.write_bytes(b"secret\xff")
            await self.work(hold, token=token_file(path))
            await self.until(lambda: self.counts[ErrorOccurred] == 1)
            self.assertNotIn("secret", repr(self.events))

    async def test_there_is_a_second_between_renewals(self) -> None:
        for expiry in (-5.0, 0.0, math.nan):
            with self.subTest(expiry):
                self.setUp()
                asked: list[float] = []

                async def token() -> Token:
                    asked.append(time.monotonic())
                    return Token("cached", expires_in=expiry)

                async def script(peer: Peer) -> None:
                    await peer.registered()
                    while True:
                        await peer.connected()

                worker, _ = await self.work(script, token=token)
                await self.until(lambda: self.counts[Renewed] >= 2)
                await worker.stop(0)
                for earlier, later in zip(asked, asked[1:]):
                    self.assertGreaterEqual(later - earlier, 0.99)

    async def test_a_failing_token_function_is_not_asked_without_a_pause(self) -> None:
        asked: list[float] = []

        async def token() -> Token:
            asked.append(time.monotonic())
            if len(asked) > 1:
                raise OSError("no token now")
            return Token("first", expires_in=0.1)

        await self.work(hold, token=token)
        await self.until(lambda: len(asked) == 3 or self.counts[ErrorOccurred] == 2)
        self.assertGreaterEqual(asked[2] - asked[1], 0.99)

    async def test_a_stop_sends_what_is_queued_to_a_slow_service(self) -> None:
        stopping = asyncio.Event()
        taken: list[int] = []

        async def script(peer: Peer) -> None:
            await peer.registered()
            for _ in range(12):
                await peer.push(b"more")
            await stopping.wait()
            for _ in range(13):
                await asyncio.sleep(0.66)
                taken.append((await peer.receive()).type)
            await peer.socket.close(1000)

        worker, _ = await self.work(script, handler=megabyte)
        await self.until(lambda: self.counts[PushReplied] == 12)
        stopping.set()
        self.assertEqual(await worker.stop(10), End(State.STOPPED))
        await asyncio.sleep(3)  # the operating system may have some
        self.assertEqual(taken, [wire.PUSH_REPLY] * 12 + [wire.DISCONNECT])

    async def test_a_stop_ends_two_seconds_after_its_grace(self) -> None:
        async def script(peer: Peer) -> None:
            await peer.registered()
            peer.socket.transport.pause_reading()
            for _ in range(12):
                await peer.push(b"more")
            await measured.wait()
            peer.socket.transport.abort()

        measured = asyncio.Event()
        worker, _ = await self.work(script, handler=megabyte)
        await self.until(lambda: self.counts[PushReplied] == 12)
        before = time.monotonic()
        await worker.stop(1)
        measured.set()
        self.assertGreater(time.monotonic() - before, 2.9)
        self.assertLess(time.monotonic() - before, 4)

    async def test_a_service_that_closes_but_does_not_read_is_left(self) -> None:
        async def script(peer: Peer) -> None:
            await peer.registered()
            peer.socket.transport.pause_reading()
            for _ in range(12):
                await peer.push(b"more")
            await asyncio.sleep(0.5)
            peer.socket.transport.write(b"\x88\x02\x03\xe9")
            await measured.wait()
            peer.socket.transport.abort()

        measured = asyncio.Event()
        worker, _ = await self.work(script, handler=megabyte, initial_backoff=30, max_backoff=30)
        await self.until(lambda: self.counts[PushReplied] == 12)
        assert worker._connection is not None and worker._connection.socket is not None
        line = worker._connection.socket.transport.get_extra_info("socket")
        before = time.monotonic()
        await self.until(lambda: bool(self.disconnections()))
        self.assertLess(time.monotonic() - before, 4)
        self.assertEqual(self.disconnections()[0].code, 1001)
        await asyncio.sleep(0.1)
        measured.set()
        self.assertEqual(line.fileno(), -1)

    async def test_a_grace_that_is_no_time_is_an_error_at_once(self) -> None:
        worker, _ = await self.work(hold)
        await self.until(lambda: worker.state is State.REGISTERED)
        for grace in (-1, math.nan, math.inf, 86_401, 1e300):
            with self.subTest(grace):
                with self.assertRaises(ValueError) as caught:
                    await asyncio.wait_for(worker.stop(grace), 1)
                message = f"grace '{grace}' is not allowed; allowed: 0 to 86400"
                self.assertEqual(str(caught.exception), message)
                self.assertIs(worker.state, State.REGISTERED)
                with self.assertRaises(ValueError):
                    Worker("ws://localhost/", REGISTRATION, echo, stop_grace=grace)
        self.assertEqual(await worker.stop(0), End(State.STOPPED))

    async def test_nothing_is_emitted_after_the_end(self) -> None:
        asked = asyncio.Event()

        async def token() -> Token:
            asked.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                raise OSError("nobody waits for it") from None
            return Token("")

        worker, _ = await self.work(hold, token=token)
        await asked.wait()
        await worker.stop()
        await asyncio.sleep(0.1)
        self.assertEqual(self.events[-1], StateChanged(State.STOPPED))

    async def test_what_a_handler_raises_refuses_the_push(self) -> None:
        async def handler(push: Push) -> bytes:
            raise Odd("a secret") if push.payload == b"odd" else SystemExit(3)

        async def script(peer: Peer) -> None:
            await peer.registered()
            for payload in (b"odd", b"exit"):
                await peer.push(payload)
                self.assertIn("the handler failed", (await peer.receive()).text)
            await peer.socket.close(4500)

        worker, server = await self.work(script, handler=handler)
        await self.until(lambda: worker.state is State.FAILED, 5)
        self.assertEqual((self.counts[PushRefused], server.failures), (2, []))

    async def test_what_a_listener_raises_is_logged(self) -> None:
        for error in (Odd(), asyncio.CancelledError(), SystemExit(3)):
            with self.subTest(repr(error)), self.assertLogs("frontdoor_worker"):
                self.setUp()

                def listener(event: Event) -> None:
                    if isinstance(event, (Connected, StateChanged)):
                        raise error

                worker, server = await self.work(hold)
                await worker.stop(0)
                worker = Worker(server.url, REGISTRATION, echo, listeners=[listener, self.listen])
                self.addAsyncCleanup(worker.stop, 0)
                worker.start()
                await self.until(lambda: worker.state is State.REGISTERED, 5)
                await worker.stop(0)

    async def test_what_a_token_function_raises_or_returns_is_a_failed_attempt(self) -> None:
        faults: list[Any] = [
            Odd(), asyncio.CancelledError(), SystemExit(3), None, "text", Token(b"x"),  # type: ignore[arg-type]
            Token("secret\ud800"),
        ]  # fmt: skip
        for fault in faults:
            with self.subTest(repr(fault)):
                self.setUp()
                results = [fault]

                async def token() -> Any:
                    result = results.pop() if results else Token("good")
                    if isinstance(result, BaseException):
                        raise result
                    return result

                worker, _ = await self.work(hold, token=token)
                await self.until(lambda: worker.state is State.REGISTERED, 5)
                self.assertEqual(self.counts[ErrorOccurred], 1)
                self.assertNotIn("secret", repr(self.events))

    async def test_a_wrong_accept_is_a_failed_attempt(self) -> None:
        async def wrong(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Accept: bm8=\r\n\r\n"
            )

        server = await asyncio.start_server(wrong, "127.0.0.1", 0)
        self.addCleanup(server.close)
        port = server.sockets[0].getsockname()[1]
        worker = Worker(
            f"ws://127.0.0.1:{port}/liminal",
            REGISTRATION,
            echo,
            listeners=[self.listen],
            initial_backoff=0.01,
            max_backoff=0.05,
        )
        self.addAsyncCleanup(worker.stop, 0)
        worker.start()
        await self.until(lambda: self.counts[Disconnected] == 3)
        self.assertEqual({(d.code, d.comes_back) for d in self.disconnections()}, {(1006, True)})

    async def _refuse(self, peer: Peer) -> None:
        await peer.registered()
        await peer.socket.close(1008, "no")

    async def test_a_token_that_stays_refused_does_not_come_back(self) -> None:
        worker, _ = await self.work(self._refuse, token=fixed_token("old"))
        await self.ended(worker)
        self.assertEqual(self.disconnections(), [Disconnected(1008, "no", False)])
        number = 0

        async def fresh() -> Token:
            nonlocal number
            number += 1
            return Token(str(number))

        async def script(peer: Peer) -> None:
            await peer.connected()
            await peer.socket.close(1008, "no")

        self.setUp()
        worker, _ = await self.work(script, token=fresh)
        await self.ended(worker)
        back = [event.comes_back for event in self.disconnections()]
        self.assertEqual(back, [True, True, True, False])

    async def test_it_is_waiting_while_a_refused_token_is_replaced(self) -> None:
        asked: list[int] = []

        async def token() -> Token:
            asked.append(1)
            if len(asked) == 2:
                await asyncio.Event().wait()
            return Token("old")

        worker, _ = await self.work(self._refuse, token=token)
        await self.until(lambda: len(asked) == 2 or worker.state is State.WAITING)
        self.assertIs(worker.state, State.WAITING)
        with self.assertRaises(WorkerError):
            await worker.publish("news", b"hello")
        await asyncio.wait_for(worker.stop(), DEADLINE)
        self.assertEqual(
            self.events[-3:],
            [
                StateChanged(State.STOPPING),
                Disconnected(1008, "no", False),
                StateChanged(State.STOPPED),
            ],
        )
