"""The way from star to star, and the star that comes next, which is read before somebody asks for it."""

from __future__ import annotations

from functools import partial
from typing import Any
from weakref import WeakMethod

import panel as pn
import param
from tornado.ioloop import IOLoop

from clara_app.in_thread import call_on_page
from clara_app.server import Server
from clara_app.star_view import StarView
from clara_engine.studies.vetting_queue import ORDERS, SHOWS

__all__ = ["NextStar"]

#: How long a star is on the screen before the next one is read [s]: what it shows itself comes first.
PAUSE_S = 0.3


class NextStar(StarView):
    """The part of a session that leads through the list in view."""

    server: Server
    author: str
    area: Any

    queue_shows: Any = param.Selector(default="first", objects=list(SHOWS), doc="Stars that the vetting queue lists.")
    queue_order: Any = param.Selector(default="score", objects=list(ORDERS), doc="What comes first in the queue.")
    advance = param.Boolean(True, doc="Whether the next unreviewed star follows a verdict in the vetting queue.")
    order = param.List([], doc="Target ids in the order of the list in view, which next and previous follow.")

    def notify(self, text: str) -> None:
        """Show one line of text about what happened last."""
        raise NotImplementedError

    def follow_order(self) -> None:
        """Have the next star read from now on whenever a star has been shown for a moment."""
        self.param.watch(self.look_ahead, ["star", "awake"])

    def step(self, places: int) -> None:
        """Move along the list: 1 is the next star, −1 the previous one."""
        if self.order:
            self.show(self._star_at(places))

    def _star_at(self, places: int) -> str:
        """The star so many places behind the one that was requested last; the first one where that is not listed."""
        place = self.order.index(self.requested) + places if self.requested in self.order else 0
        return str(self.order[min(max(place, 0), len(self.order) - 1)])

    def next_unreviewed(self) -> None:
        """Move to the next star of the list without a verdict: of anybody, or of this author if the queue lists so."""
        waiting = self._unreviewed()
        if waiting:
            self.show(waiting)
        else:
            self.notify("every star of this list has a verdict")

    def _unreviewed(self) -> str:
        """The next star of the list without a verdict; empty when there is none."""
        opinions = self.server.verdicts.opinions()
        if self.queue_shows == "not by me":
            opinions = opinions[opinions["author"] == self.author]
        seen = set(opinions["target_id"]) | {self.requested}
        # In the learned order, better stars may have moved above the one on the screen: start at the top.
        on = self.requested in self.order and not (self.area == "vet" and self.queue_order == "learned")
        here = self.order.index(self.requested) if on else -1
        return next((star for star in self.order[here + 1 :] + self.order[: here + 1] if star not in seen), "")

    def probably_next(self) -> str:
        """The star that a verdict or a key leads to; empty when there is none."""
        if not self.order:
            return ""
        return self._unreviewed() if self.advance and self.area == "vet" else self._star_at(1)

    def look_ahead(self, *events: object) -> None:
        """Have the next star read in a moment, where a browser shows the page."""
        document, shown = pn.state.curdoc, self.star.target_id
        if not self.awake or document is None or document.session_context is None:
            return
        loop, kept = IOLoop.current(), WeakMethod(self._read_ahead)

        def read() -> None:
            if (act := kept()) is not None:  # a page that was closed meanwhile is not kept for it
                call_on_page(loop, document, partial(act, shown))

        loop.call_later(PAUSE_S, read)

    def _read_ahead(self, shown: str) -> None:
        if shown == self.requested and (following := self.probably_next()):
            self.server.read_ahead(following)
