"""Small folded light curves for tables, made one after another in the background."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from threading import Lock, Thread

from cachetools import LRUCache

from clara_app.hover_card import curve_thumbnail, thumbnail
from clara_app.stars import Star
from clara_engine.errors import Cancelled, ClaraError
from clara_engine.periods import fold
from clara_engine.periods.fold import FIRST_PHASE

__all__ = ["FoldPictures", "fold_picture"]

log = logging.getLogger(__name__)

WIDTH, HEIGHT = 84, 18
MOST_PICTURES = 5000
# Pauses before the first picture and between two, and after a star was asked for [s]: a page or a star goes first.
START_PAUSE_S, PAUSE_S, STAR_PAUSE_S = 1.5, 0.02, 1.5


def fold_picture(star: Star) -> str:
    """The star folded on its best period as SVG; against time where it has none; empty when it can't be read."""
    if star.light_curve is None:
        return ""
    if star.best is None or star.best.single:
        return curve_thumbnail(star.light_curve, width=WIDTH, height=HEIGHT)
    folded = fold(star.light_curve, star.best.period_days, star.best.epoch_btjd, first_phase=FIRST_PHASE)
    return thumbnail(folded.bin_phase, folded.bin_flux_ppm, width=WIDTH, height=HEIGHT)


class FoldPictures:
    """Pictures of a server, by target id.

    Attributes
    ----------
    version : int
        Counts the pictures made.
    """

    def __init__(self, star: Callable[[str], Star]) -> None:
        self.version = 0
        self._star = star
        self._made: LRUCache[str, str] = LRUCache(MOST_PICTURES)
        self._wanted: deque[str] = deque()
        self._busy = self._ended = False
        self._free_from = 0.0
        self._lock = Lock()

    def known(self, target_ids: Iterable[str]) -> dict[str, str]:
        """The pictures among these that have been made."""
        with self._lock:
            return {target_id: self._made[target_id] for target_id in target_ids if target_id in self._made}

    def give_way(self) -> None:
        """Begin no picture for a while: somebody waits for a star."""
        self._free_from = time.monotonic() + STAR_PAUSE_S

    def request(self, target_ids: Iterable[str]) -> None:
        """Make these pictures next, before all that were requested earlier."""
        with self._lock:
            if self._ended:
                return
            fresh = [target_id for target_id in target_ids if target_id not in self._made]
            later = [target_id for target_id in self._wanted if target_id not in set(fresh)]
            self._wanted = deque([*fresh, *later][:MOST_PICTURES])
            if self._busy or not self._wanted:
                return
            self._busy = True
        Thread(target=self._work, name="folds", daemon=True).start()

    def end(self) -> None:
        """Make none of the pictures that wait, and take no more requests; returns at once."""
        with self._lock:
            self._wanted.clear()
            self._ended = True

    def _work(self) -> None:
        time.sleep(START_PAUSE_S)
        while True:
            time.sleep(PAUSE_S)
            while (left := self._free_from - time.monotonic()) > 0:
                time.sleep(left)
            with self._lock:
                if not self._wanted:
                    self._busy = False
                    return
                target_id = self._wanted.popleft()
            try:
                picture = fold_picture(self._star(target_id))
            except Cancelled:  # the program ends
                return
            except (ClaraError, OSError):
                picture = ""
            except Exception:
                log.exception("no picture of %s", target_id)
                picture = ""
            with self._lock:
                self._made[target_id] = picture
                self.version += 1
