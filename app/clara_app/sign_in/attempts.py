"""How long somebody has to wait after wrong passwords."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["Attempts"]

#: Wrong passwords after which nobody waits: people mistype.
FREE = 3
#: The first wait, which doubles with each further wrong password, and the longest [s].
FIRST_S, LONGEST_S = 1.0, 900.0
#: After so long without a wrong password they are forgotten [s].
FORGOTTEN_S = 3600.0
#: So many are remembered; the oldest go first.
REMEMBERED = 10_000


class Attempts:
    """Wrong passwords, counted for each name and address.

    Whoever guesses from elsewhere does not keep the owner of a name out, since it is counted by address too.

    Parameters
    ----------
    clock : callable
        The time [s], which never goes back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: dict[tuple[str, str], tuple[int, float]] = {}

    def wait_s(self, name: str, address: str) -> float:
        """How long until the next password is looked at [s]; 0 for at once.

        Parameters
        ----------
        name, address : str
            Who asks, and from where.
        """
        count, last = self._wrong.get((name, address), (0, 0.0))
        if count <= FREE:
            return 0.0
        wait = min(FIRST_S * 2.0 ** min(count - FREE - 1, 30), LONGEST_S)
        return max(0.0, last + wait - self._clock())

    def failed(self, name: str, address: str) -> None:
        """Count a wrong password.

        Parameters
        ----------
        name, address : str
        """
        now = self._clock()
        count, last = self._wrong.pop((name, address), (0, now))
        self._wrong[name, address] = (1 if now - last > FORGOTTEN_S else count + 1), now
        if len(self._wrong) > REMEMBERED:
            del self._wrong[next(iter(self._wrong))]

    def succeeded(self, name: str, address: str) -> None:
        """Forget the wrong passwords before a right one.

        Parameters
        ----------
        name, address : str
        """
        self._wrong.pop((name, address), None)
