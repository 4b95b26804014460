"""Memory of closed pages is given back, without a look at all that are open each time another one opens.

A page is some 60,000 objects that hold each other. Only the garbage collector can free them, and while it looks
through the objects of fifty open pages nobody is answered for a second. So where more than a few are open, what is
there is frozen, and looked through once enough pages have been closed.
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
    """

    def __init__(self, shown: Callable[[], int]) -> None:
        self._shown = shown
        self._there: WeakSet[object] = WeakSet()

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
        if many_closed or shown > FEW:
            gc.freeze()
