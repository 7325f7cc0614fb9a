"""A worker that is set by environment variables and does what its pushes say.

The conformance suite runs it. It uses nothing but the public interface of the library.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
import sys
from collections.abc import Mapping

from frontdoor_worker import (
    Accepted,
    Activity,
    Event,
    Push,
    Refusal,
    RefusalCode,
    Registration,
    State,
    StateChanged,
    TokenSource,
    Worker,
    token_file,
)

_CODES: dict[str, RefusalCode] = {
    "busy": "busy",
    "invalid": "invalid",
    "unavailable": "unavailable",
    "internal": "internal",
}


class Settings:
    """Reads the variables that begin with FRONTDOOR_."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str, otherwise: str) -> str:
        return self._environment.get(f"FRONTDOOR_{name}", otherwise)

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(filter(None, self.text(name, "").split(",")))

    def seconds(self, name: str, otherwise: float) -> float:
        text = self.text(f"{name}_MS", "")
        return int(text) / 1000 if text else otherwise

    def token(self) -> TokenSource | None:
        path = self.text("TOKEN_FILE", "")
        lifetime = self.seconds("TOKEN_LIFETIME", 0)
        return token_file(path, lifetime or None) if path else None

    def registration(self) -> Registration:
        activities = self.texts("ACTIVITY")
        return Registration(
            identity=self.text("IDENTITY", "python-worker"),
            task_queue=self.text("TASK_QUEUE", "default"),
            namespaces=self.texts("NAMESPACE"),
            activity_types=activities,
            node=self._environment.get("FRONTDOOR_NODE"),
            activities=tuple(Activity(name) for name in activities),
        )


def show(event: Event) -> None:
    """Prints changes of the state."""
    if not isinstance(event, StateChanged):
        return
    line = f"state={event.state.value}"
    if event.pause is not None:
        line += f" pause_ms={event.pause * 1000:.0f}"
    if event.state is State.FAILED:
        line += f" code={event.code} reason={event.reason}"
    print(line, flush=True)


class Work:
    """Does what the first word of a push says."""

    def __init__(self, registration: Registration) -> None:
        self._registration = registration
        self.worker: Worker | None = None

    async def handle(self, push: Push) -> bytes:
        word, _, rest = push.payload.decode(errors="replace").partition(" ")
        first, _, second = rest.partition(" ")
        assert self.worker is not None
        if word == "wait":
            await asyncio.sleep(int(first) / 1000)
        elif word == "refuse":
            raise Refusal(_CODES[first], second)
        elif word == "fail":
            raise RuntimeError("this push was told to fail")
        elif word == "size":
            return b"x" * int(first)
        elif word == "publish":
            await self.worker.publish(first, second.encode())
            return b"published"
        elif word == "register":
            changed = dataclasses.replace(self._registration, task_queue=first)
            result = await self.worker.register(changed)
            if isinstance(result, Accepted):
                return b"accepted"
            return f"rejected {result.reason}".encode()
        return push.payload


async def main() -> int:
    settings = Settings(os.environ)
    try:
        work = Work(settings.registration())
        worker = Worker(
            settings.text("URL", "ws://127.0.0.1:8080/liminal"),
            settings.registration(),
            work.handle,
            labels=dict(label.split("=", 1) for label in settings.texts("LABEL")),
            token=settings.token(),
            token_in=settings.text("TOKEN_IN", "connect"),
            listeners=[show],
            capacity=int(settings.text("CAPACITY", "16")),
            stop_on_rejection=settings.text("ON_REJECTION", "retry") == "stop",
            initial_backoff=settings.seconds("INITIAL_BACKOFF", 1),
            max_backoff=settings.seconds("MAX_BACKOFF", 60),
            stable_after=settings.seconds("STABLE_AFTER", 30),
            connect_timeout=settings.seconds("CONNECT_TIMEOUT", 10),
            answer_timeout=settings.seconds("ANSWER_TIMEOUT", 30),
            silence=settings.seconds("SILENCE", 40),
            pong_timeout=settings.seconds("PONG_TIMEOUT", 10),
            stop_grace=settings.seconds("STOP_GRACE", 10),
        )
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    work.worker = worker
    stopping: set[asyncio.Task[object]] = set()

    def leave() -> None:
        stopping.add(asyncio.create_task(worker.stop()))

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, leave)
    worker.start()
    end = await worker.ended()
    return 1 if end.state is State.FAILED else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
