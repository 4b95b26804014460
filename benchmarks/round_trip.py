"""How long one session of a server waits for its answers while others have theirs."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.watching import arrived

__all__ = ["round_trips"]

EVERY_S = 0.02


@contextmanager
def round_trips(url: str) -> Iterator[list[float]]:
    """Seconds that each answer took, in a list that grows until the context ends; a session of its own asks."""
    took: list[float] = []
    ready, over = threading.Event(), threading.Event()

    async def ask() -> None:
        line = await arrived(url.partition("?")[0])
        await asyncio.sleep(3)
        ready.set()
        while not over.is_set():
            started = time.perf_counter()
            for part in ({"msgid": "ask", "msgtype": "SERVER-INFO-REQ"}, {}, {}):
                await line.write_message(json.dumps(part))
            while "SERVER-INFO-REPLY" not in str(await line.read_message()):
                pass
            took.append(time.perf_counter() - started)
            await asyncio.sleep(EVERY_S)
        line.close()

    asking = threading.Thread(target=lambda: asyncio.run(ask()), daemon=True)
    asking.start()
    ready.wait(60)
    yield took
    over.set()
    asking.join(60)
