"""The worker against a server of the test's own."""

from __future__ import annotations

import asyncio
import json
import shutil
import ssl
import subprocess
import tempfile
import unittest
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from frontdoor_worker import (
    Accepted,
    Disconnected,
    End,
    Event,
    EventCounts,
    PublishRefused,
    Push,
    PushDropped,
    PushReceived,
    PushRefused,
    PushReplied,
    Refusal,
    Registration,
    RegistrationRejected,
    Rejected,
    Renewed,
    State,
    StateChanged,
    SupersededError,
    Token,
    Worker,
    WorkerError,
    tls_files,
)
from frontdoor_worker import _wire as wire
from frontdoor_worker._worker import Backoff

from .server import DEADLINE, Peer, TestServer

REGISTRATION = Registration("worker-1", activity_types=("echo",))
FAST = {"initial_backoff": 0.01, "max_backoff": 0.05}


async def echo(push: Push) -> bytes:
    return push.payload


class Case(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.counts = EventCounts()
        self.events: list[Event] = []
        self._changed = asyncio.Event()

    def listen(self, event: Event) -> None:
        self.counts(event)
        self.events.append(event)
        self._changed.set()

    async def until(self, holds: Callable[[], bool], within: float = DEADLINE) -> None:
        try:
            async with asyncio.timeout(within):
                while not holds():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            self.fail(f"not in time; the last events: {self.events[-9:]}")

    async def work(
        self,
        *scripts: Callable[[Peer], Awaitable[None]],
        handler: Callable[[Push], Awaitable[bytes]] = echo,
        **options: Any,
    ) -> tuple[Worker, TestServer]:
        server = await TestServer(*scripts).start()
        self.addAsyncCleanup(server.close)
        chosen = {**FAST, **options}
        worker = Worker(server.url, REGISTRATION, handler, listeners=[self.listen], **chosen)
        self.addAsyncCleanup(worker.stop, 0)
        worker.start()
        return worker, server

    async def ended(self, worker: Worker) -> End:
        return await asyncio.wait_for(worker.ended(), DEADLINE)

    def states(self) -> list[State]:
        return [event.state for event in self.events if isinstance(event, StateChanged)]


class WorkerTests(Case):
    async def test_it_registers_and_replies(self) -> None:
        async def script(peer: Peer) -> None:
            self.assertIsNone(peer.headers.get("Sec-WebSocket-Extensions"))
            self.assertIsNone(peer.headers.get("Origin"))
            self.assertEqual(peer.headers["Worker-Labels"], 'zone="eu\\"1"')
            self.assertEqual((await peer.registered()).text, "default")
            correlation = await peer.push(b"charge 5")
            reply = await peer.receive()
            self.assertEqual((reply.correlation_id, reply.text), (correlation, "charge 5"))
            self.assertEqual((reply.stream, reply.flags), (1, 0))
            await peer.socket.close(4500, "enough")

        worker, server = await self.work(script, labels={"zone": 'eu"1'})
        end = await self.ended(worker)
        self.assertEqual((end, server.failures), (End(State.FAILED, 4500, "enough"), []))
        self.assertEqual(
            self.states(),
            [State.CONNECTING, State.REGISTERING, State.REGISTERED, State.FAILED],
        )

    async def test_every_push_ends_exactly_one_way(self) -> None:
        release = asyncio.Event()

        async def handler(push: Push) -> bytes:
            match push.payload:
                case b"hold":
                    await release.wait()
                case b"refuse":
                    raise Refusal("invalid", "no such thing")
                case b"fail":
                    raise RuntimeError("a secret")
                case b"large":
                    return bytes(2_000)
            return push.payload

        answers: dict[int, tuple[str, str] | str] = {}

        async def script(peer: Peer) -> None:
            await peer.registered()
            for payload in (b"hold", b"refuse", b"fail", b"large", b"hold", b"over"):
                await peer.push(payload)
                if payload not in (b"hold",):
                    await take(peer)
            release.set()
            await take(peer)
            await take(peer)
            await peer.socket.close(4500)

        async def take(peer: Peer) -> None:
            frame = await peer.receive()
            answers[frame.correlation_id] = frame.text
            if frame.flags:
                refusal = json.loads(frame.text)
                answers[frame.correlation_id] = (refusal["code"], refusal["words"])

        worker, server = await self.work(script, handler=handler, capacity=2, max_message=1_024)
        await self.ended(worker)
        self.assertEqual(server.failures, [])
        self.assertEqual(
            answers,
            {
                1: "hold",
                2: ("invalid", "no such thing"),
                3: ("internal", "the handler failed"),
                4: ("internal", "the reply exceeds 1024 bytes"),
                5: "hold",
                6: ("busy", "at the capacity of 2"),
            },
        )
        ends = sum(self.counts[kind] for kind in (PushReplied, PushRefused, PushDropped))
        self.assertEqual((self.counts[PushReceived], ends), (6, 6))

    async def test_a_stop_finishes_what_is_open_and_leaves_nothing(self) -> None:
        before = asyncio.all_tasks()
        release, stopping = asyncio.Event(), asyncio.Event()
        answers = []

        async def handler(push: Push) -> bytes:
            await release.wait()
            return push.payload

        async def script(peer: Peer) -> None:
            await peer.registered()
            await peer.push(b"open")
            await stopping.wait()
            await peer.push(b"late")
            answers.append(await peer.receive())
            release.set()
            answers.append(await peer.receive())
            answers.append(await peer.receive())
            await peer.socket.close(1000)

        worker, server = await self.work(script, handler=handler)
        await self.until(lambda: self.counts[PushReceived] == 1)
        stop = asyncio.create_task(worker.stop())
        await self.until(lambda: worker.state is State.STOPPING)
        stopping.set()
        self.assertEqual(await asyncio.wait_for(stop, DEADLINE), End(State.STOPPED))
        self.assertEqual(server.failures, [])
        late, reply, last = answers
        self.assertEqual(json.loads(late.text)["code"], "unavailable")
        self.assertEqual((reply.text, last.type), ("open", wire.DISCONNECT))
        await server.close()
        self.assertEqual(asyncio.all_tasks() - before, {asyncio.current_task()} - before)

    async def test_a_stop_cancels_handlers_after_its_grace(self) -> None:
        canceled = asyncio.Event()

        async def handler(push: Push) -> bytes:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                canceled.set()
                raise
            return b""

        async def script(peer: Peer) -> None:
            await peer.registered()
            await peer.push(b"for ever")
            refusal = await peer.receive()
            self.assertEqual(json.loads(refusal.text)["code"], "unavailable")
            self.assertEqual((await peer.receive()).type, wire.DISCONNECT)

        worker, server = await self.work(script, handler=handler)
        await self.until(lambda: self.counts[PushReceived] == 1)
        await asyncio.wait_for(worker.stop(0), DEADLINE)
        await asyncio.wait_for(canceled.wait(), DEADLINE)
        self.assertEqual(server.failures, [])

    async def test_a_stop_works_while_connecting_and_while_waiting(self) -> None:
        silent = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        port = silent.sockets[0].getsockname()[1]
        for url, state in (
            (f"ws://127.0.0.1:{port}/liminal", State.CONNECTING),
            ("ws://127.0.0.1:1/liminal", State.WAITING),
        ):
            worker = Worker(url, REGISTRATION, echo, listeners=[self.listen], initial_backoff=60)
            worker.start()
            await self.until(lambda: worker.state is state)
            await asyncio.wait_for(worker.stop(), DEADLINE)
            self.assertIs(worker.state, State.STOPPED)
        silent.close()
        worker = Worker("ws://127.0.0.1:1/liminal", REGISTRATION, echo)
        self.assertEqual(await worker.stop(), End(State.STOPPED))

    async def test_it_comes_back_by_the_range_of_the_close_code(self) -> None:
        for code in (1000, 1001, 1011, 1012, 3000, 4003, 4014, 4499):
            with self.subTest(code):
                await self._closed_with(code, comes_back=True)
        for code in (1002, 1003, 1008, 1009, 4500, 4999):
            with self.subTest(code):
                await self._closed_with(code, comes_back=False)

    async def _closed_with(self, code: int, comes_back: bool) -> None:
        async def first(peer: Peer) -> None:
            await peer.registered()
            await peer.socket.close(code)

        async def second(peer: Peer) -> None:
            await peer.socket.close(4500)

        worker, server = await self.work(first, second)
        end = await self.ended(worker)
        self.assertEqual(end.code, 4500 if comes_back else code)
        self.assertEqual(server.connections, 2 if comes_back else 1)

    async def test_only_a_fresh_token_follows_a_refused_one(self) -> None:
        tokens = iter(["old", "new", "new"])

        async def token() -> Token:
            return Token(next(tokens))

        seen = []

        async def script(peer: Peer) -> None:
            seen.append((await peer.receive()).text)
            await peer.refuse(wire.CONNECT_ERROR, 0, 6, "no")
            await peer.socket.close(1008, "no")

        worker, _ = await self.work(script, token=token)
        self.assertEqual(await self.ended(worker), End(State.FAILED, 1008, "no"))
        self.assertEqual(seen, ["old", "new"])
        self.assertNotIn("old", repr(self.events))

    async def test_a_token_in_the_upgrade_is_not_in_connect(self) -> None:
        async def token() -> Token:
            return Token("secret")

        async def script(peer: Peer) -> None:
            self.assertEqual(peer.headers["Authorization"], "Bearer secret")
            self.assertEqual((await peer.connected()).text, "")
            await peer.socket.close(4500)

        worker, server = await self.work(script, token=token, token_in="upgrade")
        await self.ended(worker)
        self.assertEqual(server.failures, [])

    async def test_a_token_that_expires_is_renewed(self) -> None:
        tokens = iter(["first", "second", "third"])

        async def token() -> Token:
            return Token(next(tokens), expires_in=0.2)

        async def script(peer: Peer) -> None:
            await peer.registered()
            renewal = await peer.receive()
            self.assertEqual((renewal.type, renewal.text), (wire.CONNECT, "second"))
            await peer.refuse(wire.CONNECT_ERROR, 0, 0xFFFF, "later")
            self.assertEqual((await peer.receive()).text, "third")

        worker, server = await self.work(script, token=token)
        await self.until(lambda: self.counts[Disconnected] == 1)
        self.assertEqual(server.failures, [])

    async def test_a_renewal_is_an_event(self) -> None:
        async def token() -> Token:
            return Token("same", expires_in=0.2)

        async def script(peer: Peer) -> None:
            await peer.registered()
            await peer.connected()
            await peer.ended()

        await self.work(script, token=token)
        await self.until(lambda: self.counts[Renewed] == 1)

    async def test_a_temporary_rejection_waits_as_long_as_it_says(self) -> None:
        loop = asyncio.get_running_loop()
        times = []

        async def script(peer: Peer) -> None:
            await peer.registered("no memory; retry in 1 s")
            times.append(loop.time())
            await peer.answer_registration()
            times.append(loop.time())
            await peer.ended()

        worker, _ = await self.work(script, stop_on_rejection=True)
        await self.until(lambda: worker.state is State.REGISTERED)
        self.assertGreaterEqual(times[1] - times[0], 0.99)
        rejected = [event for event in self.events if isinstance(event, RegistrationRejected)]
        self.assertEqual(rejected, [RegistrationRejected("no memory; retry in 1 s", True)])

    async def test_a_rejection_ends_it_if_it_is_told_so(self) -> None:
        async def script(peer: Peer) -> None:
            await peer.registered("no such queue")
            self.assertEqual((await peer.receive()).type, wire.DISCONNECT)

        worker, server = await self.work(script, stop_on_rejection=True)
        self.assertEqual(await self.ended(worker), End(State.FAILED, 0, "no such queue"))
        self.assertEqual(server.failures, [])

    async def test_it_registers_again_and_keeps_the_earlier_one_if_rejected(self) -> None:
        again = asyncio.Event()
        queues = []

        async def script(peer: Peer) -> None:
            await peer.connected()
            for rejection in (None, None, "no"):
                frame = await peer.answer_registration(rejection)
                queues.append(frame.text)
            await again.wait()
            await peer.socket.close(1012)

        async def next_script(peer: Peer) -> None:
            frame = await peer.registered()
            queues.append(frame.text)
            await peer.socket.close(4500)

        worker, server = await self.work(script, next_script)
        await self.until(lambda: worker.state is State.REGISTERED)
        self.assertEqual(await worker.register(Registration("w", task_queue="two")), Accepted())
        result = await worker.register(Registration("w", task_queue="three"))
        self.assertEqual(result, Rejected("no"))
        again.set()
        await self.ended(worker)
        self.assertEqual((queues, server.failures), (["default", "two", "three", "two"], []))
        with self.assertRaises(WorkerError):
            await worker.register(REGISTRATION)

    async def test_a_later_registration_supersedes_one_without_a_result(self) -> None:
        async def script(peer: Peer) -> None:
            await peer.registered()
            await peer.receive()
            await peer.receive()

        worker, _ = await self.work(script)
        await self.until(lambda: worker.state is State.REGISTERED)
        first = asyncio.create_task(worker.register(REGISTRATION))
        await asyncio.sleep(0)
        second = asyncio.create_task(worker.register(REGISTRATION))
        with self.assertRaises(SupersededError):
            await asyncio.wait_for(first, DEADLINE)
        await worker.stop(0)
        with self.assertRaises(WorkerError):
            await asyncio.wait_for(second, DEADLINE)

    async def test_a_refused_publication_is_an_event(self) -> None:
        async def script(peer: Peer) -> None:
            await peer.registered()
            frame = await peer.receive()
            self.assertEqual((frame.type, frame.stream), (wire.PUBLISH, 2))
            await peer.refuse(wire.PUBLISH_ERROR, frame.stream, 0xFFFF, "nobody")
            await peer.ended()

        worker, server = await self.work(script)
        await self.until(lambda: worker.state is State.REGISTERED)
        await worker.publish("news", b"hello")
        await self.until(lambda: self.counts[PublishRefused] == 1)
        self.assertIn(PublishRefused(2, 0xFFFF, "nobody"), self.events)
        with self.assertRaises(ValueError):
            await worker.publish("news", bytes(1_048_576))
        await worker.stop(0)
        with self.assertRaises(WorkerError):
            await worker.publish("news", b"hello")
        self.assertEqual(server.failures, [])

    async def test_what_is_no_frame_closes_and_it_comes_back(self) -> None:
        for message, code in ((b"\x00", 1002), ("text", 1003), (bytes(2_000), 1009)):
            with self.subTest(code):
                codes = []

                async def script(peer: Peer) -> None:
                    await peer.registered()
                    await peer.socket.send(message)
                    await peer.ended()
                    codes.append(peer.socket.close_code)

                async def last(peer: Peer) -> None:
                    await peer.socket.close(4500)

                worker, _ = await self.work(script, last, max_message=1_024)
                self.assertEqual((await self.ended(worker)).code, 4500)
                self.assertEqual(codes, [code])

    async def test_a_silent_service_is_given_up(self) -> None:
        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            request = await reader.readuntil(b"\r\n\r\n")
            key = request.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0].decode()
            from websockets.utils import accept_key

            writer.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Accept: "
                + accept_key(key).encode()
                + b"\r\n\r\n"
            )

        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        worker = Worker(
            f"ws://127.0.0.1:{port}/liminal",
            REGISTRATION,
            echo,
            listeners=[self.listen],
            silence=0.1,
            pong_timeout=0.1,
        )
        self.addAsyncCleanup(worker.stop, 0)
        worker.start()
        await self.until(lambda: self.counts[Disconnected] == 1)
        lost = [event for event in self.events if isinstance(event, Disconnected)]
        self.assertEqual(lost, [Disconnected(1006, "nothing was heard for 0.2 s", True)])
        server.close()

    async def test_certificates_prove_both_ends(self) -> None:
        if shutil.which("openssl") is None:
            self.skipTest("openssl is not installed")
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for role in ("service", "worker"):
                command = (
                    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
                    f" -subj /CN={role} -addext subjectAltName=DNS:localhost"
                    f" -keyout {folder / role}.key -out {folder / role}.pem"
                )
                subprocess.run(command.split(), check=True, capture_output=True)
            tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=folder / "worker.pem")
            tls.load_cert_chain(folder / "service.pem", folder / "service.key")
            tls.verify_mode = ssl.CERT_REQUIRED

            async def script(peer: Peer) -> None:
                await peer.registered()
                await peer.socket.close(4500, "seen")

            files = tls_files(folder / "service.pem", folder / "worker.pem", folder / "worker.key")
            worker = await self._tls_worker(tls, script, files)
            self.assertEqual(await self.ended(worker), End(State.FAILED, 4500, "seen"))

    async def _tls_worker(
        self, tls: ssl.SSLContext, script: Callable[[Peer], Awaitable[None]], files: Any
    ) -> Worker:
        server = await TestServer(script).start(tls)
        self.addAsyncCleanup(server.close)
        worker = Worker(server.url, REGISTRATION, echo, listeners=[self.listen], tls=files)
        self.addAsyncCleanup(worker.stop, 0)
        worker.start()
        return worker

    def test_an_option_outside_its_range_is_an_error(self) -> None:
        wrong: list[dict[str, Any]] = [
            {"capacity": 0},
            {"token_in": "header"},
            {"silence": 0},
            {"initial_backoff": 2, "max_backoff": 1},
            {"labels": {"Zone": "eu1"}},
            {"labels": {"zone": "é"}},
        ]
        for options in wrong:
            with self.subTest(options), self.assertRaises(ValueError):
                Worker("ws://localhost/liminal", REGISTRATION, echo, **options)
        with self.assertRaises(ValueError):
            Worker("http://localhost/liminal", REGISTRATION, echo)


class BackoffTests(unittest.TestCase):
    def test_a_pause_is_random_below_a_limit_that_doubles(self) -> None:
        def limits(backoff: Backoff, count: int) -> list[float]:
            return [backoff.next() for _ in range(count)]

        rounds = [limits(Backoff(1, 60), 10) for _ in range(500)]
        expected = [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
        for index, limit in enumerate(expected):
            pauses = [pauses[index] for pauses in rounds]
            self.assertLessEqual(max(pauses), limit)
            self.assertGreater(max(pauses), limit * 0.8)
            self.assertLess(min(pauses), limit * 0.2)

    def test_a_reset_starts_anew(self) -> None:
        backoff = Backoff(1, 60)
        for _ in range(100):
            backoff.next()
        backoff.reset()
        self.assertLessEqual(backoff.next(), 1)


if __name__ == "__main__":
    unittest.main()
