"""Entry of verdicts in the browser: the note of each star, and verdicts that are not stored yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import param

from clara_app.live_text import Boxless
from clara_engine.text import visible

__all__ = ["ACTION_EVENT", "GIVE", "Given", "VerdictEntry"]

#: Event of the document that buttons and keys of verdicts send, so that the browser keeps each verdict first.
ACTION_EVENT = "clara-action"
GIVE = "give:"
NOTE_LENGTH = 2000
TOKEN_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Given:
    """A verdict as it came from the browser.

    Attributes
    ----------
    token : str
        Its name; what comes twice under it is one verdict.
    late : bool
        Whether it had to wait for the server, so that nobody expects the next star now.
    """

    token: str
    target_id: str
    label: str
    note: str
    author: str
    run_id: str | None
    period_days: float | None
    session: str
    late: bool

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> Given:
        """Check a message of a browser; raises `ValueError` when it is no verdict."""
        period = entry.get("period")
        target_id, label, token = (str(entry.get(name) or "") for name in ("target", "label", "token"))
        if not (target_id and label.strip() and 0 < len(token) <= TOKEN_LENGTH):
            raise ValueError("no star, no label, or no token")
        return cls(
            token=token,
            target_id=target_id,
            label=label,
            note=visible(str(entry.get("note") or ""))[:NOTE_LENGTH],
            author=visible(str(entry.get("author") or "unknown")),
            run_id=str(entry.get("run") or "") or None,
            period_days=float(period) if isinstance(period, int | float) else None,
            session=str(entry.get("tab") or "")[:TOKEN_LENGTH],
            late=bool(entry.get("late")),
        )


class VerdictEntry(Boxless):
    """The note of the selected star, and every verdict that the server has not acknowledged.

    What is typed is kept in the browser's storage, a draft a star, until a verdict with it is stored; so is each
    verdict from when it is given. The server drops what it has under the same token, so that each may be sent again.

    Parameters
    ----------
    action : callable
        Called with what is to be done, e.g. ``"undo"``, when it is none of the browser's own business.
    give : callable
        Called with a `Given`; answers through `stored` or `refused`.
    joined : callable
        Called with the name that this tab of the browser has; it outlives a reload.
    """

    label = param.String("", doc="Name of the field for screen readers.")
    target_id = param.String("", doc="Star on the screen.")
    star_name = param.String("", doc="Name of the star in lists.")
    run_id = param.String("")
    period_days = param.Number(None, allow_None=True)
    author = param.String("")
    workspace = param.String("", doc="The browser keeps drafts and verdicts of each workspace separately.")
    placeholder = param.String("note (kept with the verdict)")
    max_length = param.Integer(NOTE_LENGTH)

    says: ClassVar[Any] = {"tab": str, "action": str, "give": dict}
    _bundle = Path(__file__).with_suffix(".js")  # Panel serves what lies below the module

    def __init__(
        self,
        action: Callable[[str], object],
        give: Callable[[Given], object],
        joined: Callable[[str], object],
        **params: Any,
    ) -> None:
        super().__init__(**({"margin": 0} | params))
        self.on_action, self._give, self._joined = action, give, joined

    def stored(self, token: str) -> None:
        """Confirm to the browser that a verdict is stored, so that it need not keep it."""
        self._send_msg({"token": token, "stored": True})

    def refused(self, token: str, why: str) -> None:
        """Report to the browser that a verdict is not stored, with the reason in one line."""
        self._send_msg({"token": token, "refused": why})

    def receive(self, data: Any) -> None:
        """Take in what the browser says."""
        if "tab" in data:
            self._joined(str(data["tab"])[:TOKEN_LENGTH])
        elif "action" in data:
            self.on_action(str(data["action"]))
        elif "give" in data:
            try:
                given = Given.read(data["give"])
            except (ValueError, TypeError, AttributeError) as error:
                self.refused(str(data["give"].get("token", "")), f"it can't be read: {error}")
                return
            self._give(given)
