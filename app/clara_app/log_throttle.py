"""A log that no visitor can fill: what repeats is counted, and what is long is cut."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

__all__ = ["LogThrottle"]

#: How often the same message is written in a minute, how many letters it may have, and how many messages are counted.
MOST, LETTERS, COUNTED = 30, 2000, 500
MINUTE_S = 60.0


class LogThrottle(logging.Filter):
    """Lets the same message through a few times a minute; the next one says how many were left out.

    Messages are the same when they come from the same line of a program, whatever it filled in.

    Parameters
    ----------
    clock : callable
        Gives the time [s].
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._seen: dict[tuple[str, int], tuple[float, int]] = {}  # since when, and how many

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a message is written; it is shortened where it is long.

        Parameters
        ----------
        record : logging.LogRecord
        """
        line, now = (record.pathname, record.lineno), self._clock()
        since, number = self._seen.pop(line, (now, 0))
        left_out = 0
        if now - since >= MINUTE_S:
            since, number, left_out = now, 0, max(number - MOST, 0)
        self._seen[line] = since, number + 1
        while len(self._seen) > COUNTED:
            del self._seen[next(iter(self._seen))]
        if number >= MOST:
            return False
        words = record.getMessage()
        shown = words if len(words) <= LETTERS else f"{words[:LETTERS]} … ({len(words):,} letters)"
        record.msg, record.args = f"{shown} ({left_out:,} more like this)" if left_out else shown, ()
        return True

    @classmethod
    def begin(cls) -> None:
        """Put one on each handler of the root logger, which has the messages of all."""
        throttle = cls()
        for handler in logging.getLogger().handlers:
            handler.addFilter(throttle)
