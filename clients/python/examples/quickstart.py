"""The worker of docs/workers.md."""

import asyncio
import logging
import os
import signal
import sys

from frontdoor_worker import Push, Registration, State, Worker, log_events, token_file


async def charge(push: Push) -> bytes:
    return b"charged " + push.payload


async def main() -> int:
    logging.basicConfig(level=logging.INFO)
    path = os.environ.get("TOKEN_FILE")
    worker = Worker(
        os.environ.get("FRONT_DOOR", "ws://localhost:8080/liminal"),
        Registration("charger-1", namespaces=("billing",), activity_types=("charge",)),
        charge,
        labels={"zone": "eu1"},
        token=token_file(path) if path else None,
        listeners=[log_events(logging.getLogger("worker"))],
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    worker.start()
    waits = [asyncio.create_task(wait) for wait in (stop.wait(), worker.ended())]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    end = await worker.stop()
    return 1 if end.state is State.FAILED else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
