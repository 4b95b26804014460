"""Searches for periods, of which each is made once for all tests of the page.

Every page and every server searches all stars of its table, a fifth of a second each. The search itself is tested in
`tests/periods`; what the page makes of a result is the same however often that was computed.
"""

import hashlib
import pickle
from pathlib import Path
from threading import Lock
from typing import Any

from clara_engine.lightcurve import LightCurve
from clara_engine.periods import PeriodSearch, find_periods

MOST = 300


class KnownSearches:
    """Stands for `find_periods`, and remembers its results by the content of the light curve and the options."""

    def __init__(self) -> None:
        self._found: dict[bytes, PeriodSearch] = {}
        self._lock = Lock()

    def __call__(self, light_curve: LightCurve, **options: Any) -> PeriodSearch:
        key = hashlib.blake2b(pickle.dumps(light_curve) + repr(options).encode()).digest()
        with self._lock:
            found = self._found.get(key)
        if found is None:
            found = find_periods(light_curve, **options)
            with self._lock:
                if len(self._found) < MOST:
                    self._found[key] = found
        return found

    def save(self, file: Path) -> None:
        """Keep what is known, for servers and for the other test processes."""
        file.write_bytes(pickle.dumps(self._found))

    def load(self, file: Path) -> None:
        """Know what the tests themselves have kept."""
        self._found |= pickle.loads(file.read_bytes())
