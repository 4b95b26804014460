"""Who gives verdicts on a page, and how they are written, undone and made again."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from functools import partial
from typing import Any

import param

from clara_app.asking import Asking
from clara_app.star_view import StarView

__all__ = ["VerdictGiving", "whoever_sits_here"]

#: What Panel calls somebody who did not log in; a browser can claim to be that.
GUEST = "guest"


def whoever_sits_here() -> str:
    """The user that the server runs as."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


class VerdictGiving(StarView, Asking):
    """The part of a session that gives verdicts.

    Where the server asks for a login, the login is the author, whatever a browser says. Else a person says who it is.
    """

    author = param.String("", doc="Who gives the verdicts.")
    login = param.String("", constant=True, doc="Whom the server knows the person to be; empty without a login.")
    run_id = param.String("", doc="Run whose scores are shown; empty when there is none.")

    #: The stars of the page, by target id.
    table: Any
    #: The tab whose verdicts undo takes back; the browser tells it.
    key: str

    def log_in(self, user: str | None) -> None:
        """Take the person for this user from now on; None where the server asks for no login."""
        if user and user != GUEST:
            with param.edit_constant(self):
                self.login = user
            self.author = user

    @property
    def account(self) -> str:
        """Who the server knows the person to be, by login or as the user that it runs as; the browser never says it."""
        return self.login or whoever_sits_here()

    def signature(self, typed: str | None = None) -> str:
        """Who is the author of what is written now: the login, else what was typed, by default on this page."""
        return self.login or typed or self.author or "unknown"

    def give_verdict(
        self,
        label: str,
        note: str = "",
        *,
        key: str = "",
        token: str | None = None,
        stored: Callable[[], object] = lambda: None,
        refused: Callable[[str], object] | None = None,
        **given: Any,
    ) -> None:
        """Write a verdict, by default on the star on the screen.

        Parameters
        ----------
        key : str
            The tab of the browser that it comes from; by default this session.
        token : str, optional
            What comes twice under it is written once.
        stored, refused : callable
            Called when it is written, and with why it is not.
        given : keywords
            ``target_id``, ``run_id``, ``period_days`` and ``author``, where they are not those on the screen. A login
            is the author all the same.
        """
        here = (
            {
                "target_id": self.target_id,
                "run_id": self.run_id or None,
                "period_days": self.period_days,
            }
            | given
            | {"author": self.signature(given.get("author")), "account": self.account}
        )
        if not here["target_id"]:
            return

        log = self.server.workspace.verdicts
        add = partial(log.add, label=label, note=note, session=key or self.key, token=token, **here)
        self.attempt(add, lambda number: stored(), refused)

    def undo_verdict(self) -> None:
        """Take back the last standing verdict that was given here, and show its star."""
        by = {"author": self.signature(), "session": self.key, "account": self.account}
        undo = partial(self.server.workspace.verdicts.undo, **by)
        self.attempt(undo, lambda number: self._again(number, "undo"))

    def redo_verdict(self) -> None:
        """Let the verdict stand again that was taken back here last, and show its star."""
        by = {"author": self.signature(), "session": self.key, "account": self.account}
        redo = partial(self.server.workspace.verdicts.redo, **by)
        self.attempt(redo, lambda number: self._again(number, "redo"))

    def _again(self, number: int | None, what: str) -> None:
        if number is None:
            self.tell(f"nothing to {what}")
            return
        target_id = self.server.verdicts.target_of(number)
        if target_id != self.wanted and target_id in self.table.index:
            self.show(target_id)
