"""Giving, undoing and redoing verdicts on a page, and the author of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import param

from clara_app.session_io import SessionIO
from clara_app.star_view import StarView
from clara_engine.account import local_user

__all__ = ["VerdictActions"]


class VerdictActions(StarView, SessionIO):
    """The part of a session that gives verdicts.

    Where the server asks for a login, the login is the author, whatever a browser sends. Else users type their name.
    """

    author = param.String("", doc="Who gives the verdicts.")
    login = param.String("", constant=True, doc="The user as the server knows them; empty without a login.")
    blind = param.Boolean(False, doc="Whether scores are hidden while vetting, until the verdict of the author.")
    run_id = param.String("", doc="Run whose scores are shown; empty when there is none.")

    #: Part of the page that is shown.
    area: Any
    #: Targets of the page, indexed by target id.
    table: Any
    #: Identifies the browser tab; undo withdraws verdicts of this tab. The browser sends it.
    key: str

    def log_in(self, user: str | None) -> None:
        """Set the user of this page; None where the server asks for no login."""
        if user:
            with param.edit_constant(self):
                self.login = user
            self.author = user
            self.param.watch(lambda event: self.param.update(author=user), "author")

    def hides_scores_of(self, target_id: str) -> bool:
        """Whether a star is to be judged without its score: blindly, and the author has not judged it yet."""
        if not self.blind or self.area != "vet":
            return False
        opinions = self.server.verdicts.opinions(target_id)
        return bool((opinions["author"] != self.author).all())

    @property
    def account(self) -> str:
        """The login, else the system user that runs the server; never what the browser sends."""
        return self.login or local_user()

    def signature(self, typed: str | None = None) -> str:
        """The author of what is written now: the login, else the typed name, by default the one typed on this page."""
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
            The browser tab that it comes from; by default this session.
        token : str, optional
            Identifies the verdict: the same token sent twice is written once.
        stored, refused : callable
            Called when it has been written, and with the reason when it has not.
        given : keywords
            ``target_id``, ``run_id``, ``period_days`` and ``author``, where they differ from those on the screen. A
            login takes precedence over ``author``.
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
        add = partial(log.add, label=label, note=note, session=self._tab(key), token=token, **here)
        self.write(add, lambda number: stored(), refused)

    def undo_verdict(self) -> None:
        """Withdraw the last valid verdict that was given in this tab, and show its star."""
        by = {"author": self.signature(), "session": self._tab(), "account": self.account}
        undo = partial(self.server.workspace.verdicts.undo, **by)
        self.write(undo, lambda number: self._show_star_of(number, "undo"))

    def redo_verdict(self) -> None:
        """Restore the verdict that was last withdrawn in this tab, and show its star."""
        by = {"author": self.signature(), "session": self._tab(), "account": self.account}
        redo = partial(self.server.workspace.verdicts.redo, **by)
        self.write(redo, lambda number: self._show_star_of(number, "redo"))

    def _tab(self, key: str = "") -> str:
        """A browser tab, by default this one, as verdicts keep it: nobody undoes what another login has given."""
        key = key or self.key
        return f"{self.login}\n{key}" if self.login else key

    def _show_star_of(self, number: int | None, what: str) -> None:
        if number is None:
            self.notify(f"nothing to {what}")
            return
        target_id = self.server.verdicts.target_of(number)
        if target_id != self.requested and target_id in self.table.index:
            self.show(target_id)
