"""Memory of closed pages is given back, without a look at all that are open each time another one opens.

A page is some 60,000 objects that hold each other. Only the garbage collector can free them, and while it looks
through the objects of fifty open pages nobody is answered for a second. So where more than a few are open, what is
there is frozen, and looked through once enough pages have been closed.

What a server has loaded stays for ever, and is frozen too: half of the time of making a page went into looking through
it. In a notebook nothing is frozen, since what else is there belongs to somebody else.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakSet

__all__ = ["PageMemory"]

Page = TypeVar("Page")

#: So many open pages are looked through each time. Closed pages may stay: so many, and this share of the open ones.
FEW, SHARE = 3, 0.25


class PageMemory:
    """Frees closed pages now and then.

    Parameters
    ----------
    shown : callable
        Gives the number of pages that browsers show.
    all_loaded : callable
        Whether all has been loaded that stays for ever.
    """

    def __init__(self, shown: Callable[[], int], all_loaded: Callable[[], bool]) -> None:
        self._shown, self._all_loaded = shown, all_loaded
        self._loaded_is_frozen = False
        self._there: WeakSet[object] = WeakSet()
        gc.freeze()  # what has been imported

    def count(self, page: Page) -> Page:
        """Count a page that was made, until it is freed; returns it."""
        self._there.add(page)
        return page

    def tidy(self) -> None:
        """Free closed pages: at once while few are open, else once those that were closed are many."""
        shown = self._shown()
        many_closed = len(self._there) - shown > FEW + SHARE * shown
        if many_closed:
            gc.unfreeze()
        gc.collect()
        new = self._all_loaded() and not self._loaded_is_frozen
        if new or many_closed or shown > FEW:
            gc.freeze()
        self._loaded_is_frozen |= new
