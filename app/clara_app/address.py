"""The address bar: the state of the page as a link, and the browser's back button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
import param

from clara_app.colouring import CLUSTER, LABEL, choices
from clara_app.session import AREAS, Session
from clara_app.star_view import LONGEST_DAYS, SHORTEST_DAYS
from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers.time_reference import EARLIEST_BTJD, LATEST_BTJD, epoch_in_btjd

__all__ = ["NAMES", "Address", "area_of", "parse_query", "query_of", "theme_of"]

#: Parameters of a session to their names in the address.
NAMES: Mapping[str, str] = {
    "area": "area",
    "run_id": "run",
    "target_id": "target",
    "period_days": "period",
    "epoch_btjd": "epoch",
    "star_tab": "star",
    "map_kind": "map",
    "axes": "axes",
    "colour_by": "colour",
    "selection": "selection",
    "queue_order": "queue",
    "queue_shows": "list",
}

#: Valid ranges of the numbers in an address.
BOUNDS: Mapping[str, tuple[float, float, str]] = {
    "period_days": (SHORTEST_DAYS, LONGEST_DAYS, "days"),
    "epoch_btjd": (EARLIEST_BTJD, LATEST_BTJD, "BTJD, or a Julian date"),
}
SHOWN = 40

#: Names of themes in an address; Panel's name of the light one is default.
THEME_NAMES: Mapping[str, str] = {"light": "light", "default": "light", "dark": "dark"}


def query_of(session: Session, selection_id: str | None = None) -> str:
    """The query of the address: what follows the question mark. Parameters with their default value are left out.

    Parameters
    ----------
    selection_id : str
        Id of the selection as the workspace keeps it; empty when it is not kept. By default it is stored now.
    """
    if selection_id is None:
        selection_id = session.server.workspace.selections.remember(session.selection) if session.selection else ""
    values = {
        name: selection_id if parameter == "selection" else _text(getattr(session, parameter))
        for parameter, name in NAMES.items()
        if getattr(session, parameter) not in (None, "", session.param[parameter].default)
    }
    return urlencode({name: text for name, text in values.items() if text}, safe=",")


def _text(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def area_of(query: str) -> str:
    """The area that an address names; the first area where it names no known one."""
    named = dict(parse_qsl(query.removeprefix("?"))).get(NAMES["area"], "")
    return named if named in AREAS else AREAS[0]


def theme_of(query: str, remembered: str = "") -> str:
    """The theme that an address names, else the remembered one: light or dark; empty where neither is known."""
    named = dict(parse_qsl(query.removeprefix("?"))).get("theme", "")
    return next((THEME_NAMES[name] for name in (named, remembered) if name in THEME_NAMES), "")


def parse_query(session: Session, query: str) -> tuple[dict[str, Any], list[str]]:
    """Check a query: valid parameters of the session, and one line for each invalid one.

    A parameter that the address does not name gets its default value; run, star, period and epoch stay as they are.
    """
    given = dict(parse_qsl(query.removeprefix("?")))
    values: dict[str, Any] = {}
    problems = []
    for parameter, name in NAMES.items():
        text, kind = given.get(name), session.param[parameter]
        if text is None:
            if parameter not in ("run_id", "target_id", "period_days", "epoch_btjd"):
                values[parameter] = kind.default
        else:
            value = _value(session, parameter, text, values.get("target_id", session.target_id))
            if value is not None:
                values[parameter] = value
            elif parameter in BOUNDS:
                low, high, unit = BOUNDS[parameter]
                problems.append(
                    f"the link's {name} {text[:SHOWN]!r} is unknown here: it must be {low:g} to {high:g} ({unit})"
                )
            elif parameter == "run_id":
                problems.append(f"the link's {name} {text[:SHOWN]!r} is unknown here: {_gone(session)}")
            else:
                problems.append(f"the link's {name} {text[:SHOWN]!r} is unknown here")
    return values, problems


def _gone(session: Session) -> str:
    shown = "" if session.run is None else f"; {session.run.name} is shown"
    return f"it was removed, or is of another workspace{shown}"


def _value(session: Session, parameter: str, text: str, target_id: str) -> Any:
    """The text as a valid value of the parameter, else None. An epoch is that of the target of the address."""
    if parameter == "run_id":
        return text if any(run.id == text for run in session.runs) else None
    if parameter == "target_id":
        known = session.server.catalogue().index
        found = [text] if text in known else session.server.workspace.targets.find(text)
        return found[0] if found else None
    if parameter == "selection":
        stars = session.server.workspace.selections.recall(text)
        return None if stars is None else list(stars)
    if parameter == "axes":
        axes = tuple(text.split(","))
        return axes if len(axes) == 2 and set(axes) <= set(session.table.select_dtypes("number")) else None
    if parameter == "colour_by":
        return text if _is_colour(session, text) else None
    if parameter in BOUNDS:
        low, high, _ = BOUNDS[parameter]
        return _epoch(session, text, target_id) if parameter == "epoch_btjd" else _number(text, low, high)
    return text if text in session.param[parameter].objects else None


def _number(text: str, low: float, high: float) -> float | None:
    """The number in a text; None when there is none within these bounds."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) and low <= value <= high else None


def _epoch(session: Session, text: str, target_id: str) -> float | None:
    """An epoch in BTJD, also from a Julian date, or from BKJD for a Kepler star. None where it is no date."""
    value, known = _number(text, -np.inf, np.inf), session.server.catalogue()
    catalogue = str(known.loc[target_id, "catalogue"]) if target_id in known.index else "TIC"
    try:
        return None if value is None else epoch_in_btjd(value, catalogue)
    except UnreadableLightCurve:
        return None


def _is_colour(session: Session, text: str) -> bool:
    if text.startswith(LABEL):
        return text.removeprefix(LABEL) in session.server.labels.families()
    if text.startswith(CLUSTER):
        return any(kept.id == text.removeprefix(CLUSTER) for kept in session.server.groups.clusterings())
    return text == "verdict" or text in choices(session.table, []).values()


class Address(param.Parameterized):
    """Follows the session and is followed by it."""

    query = param.String("", doc="What follows the question mark.")

    def __init__(self, session: Session, query: str | None = None) -> None:
        super().__init__()
        self.session = session
        self._remembered: tuple[tuple[str, ...], str] = ((), "")
        if query is not None:
            self.go(query)
        session.follow(self._follow, *NAMES)
        self._follow()

    def go(self, query: str) -> None:
        """Show what an address names."""
        named = dict(parse_qsl(query.removeprefix("?"))).get(NAMES["run_id"])
        if any(run.id == named for run in self.session.runs):
            self.session.run_id = named  # first: colours and axes are those of its table
        values, problems = parse_query(self.session, query)
        self.session.param.update(**values)
        if problems:
            self.session.notice = "; ".join(problems)

    def _follow(self, *events: object) -> None:
        """Write the address; the id of a selection is added when the workspace has stored it."""
        session, selected = self.session, tuple(self.session.selection)
        if not selected or selected == self._remembered[0]:
            self.query = query_of(session, self._remembered[1] if selected else "")
            return

        def remembered(selection_id: str) -> None:
            self._remembered = (selected, selection_id)
            if tuple(session.selection) == selected:
                self.query = query_of(session, selection_id)

        self.query = query_of(session, "")
        session.write(
            lambda: session.server.workspace.selections.remember(selected),
            remembered,
            lambda why: session.param.update(notice=f"the selection is not in the address: {why}"),
        )
