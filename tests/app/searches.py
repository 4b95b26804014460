"""Searches for periods and flares, and fits of events, of which each is made once for all tests of the page.

Every page and every server searches all stars of its table, a fifth of a second each. The searches and fits themselves
are tested in `tests/periods`; what the page makes of a result is the same however often that was computed.
"""

import hashlib
import pickle
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

import clara_app.cached_workspace
import clara_app.measured_events
import clara_app.stars
from clara_engine.lightcurve import LightCurve
from clara_engine.periods import find_flares, find_periods, measure_event

#: What is remembered, and the module of the page that asks for it.
SEARCHES = {
    find_periods: clara_app.stars,
    find_flares: clara_app.stars,
    measure_event: clara_app.measured_events,
}
MOST = 900


class KnownSearches:
    """Remembers what was found, by the content of the light curve and the options."""

    def __init__(self) -> None:
        self._found: dict[bytes, Any] = {}
        self._lock = Lock()

    def stand_in(self, put: Callable[[Any, str, Any], None]) -> None:
        """Have stars of the page searched by this: `put` is `setattr`, or what undoes it again."""
        for search, module in SEARCHES.items():
            put(module, search.__name__, partial(self._known, search))

    def _known(self, search: Callable[..., Any], light_curve: LightCurve, *given: Any, **options: Any) -> Any:
        key = hashlib.blake2b(pickle.dumps(light_curve) + f"{search.__name__} {given!r} {options!r}".encode()).digest()
        with self._lock:
            found = self._found.get(key)
        if found is None:
            found = search(light_curve, *given, **options)
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
