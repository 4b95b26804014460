"""What is on the screen as lines of Python, which make it again in a notebook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from pprint import pformat
from typing import Any

from clara_app.colouring import CLUSTER, LABEL
from clara_app.map_choice import AXES, request_of
from clara_app.session import Session
from clara_engine.periods import Ephemeris
from clara_engine.store.maps import MapRequest
from clara_engine.synthetic import SyntheticDesign, WhiteNoise
from clara_engine.workspace import RunSpec

__all__ = ["Screen", "python_lines", "screen_of"]

WIDE = 100


@dataclass(frozen=True, kw_only=True)
class Screen:
    """What is on the screen.

    Attributes
    ----------
    folder : Path
        Of the workspace.
    run_id, older_id : str
        The run, and the one made before it; empty where there is none.
    targets : tuple of str
        The star's light curve, or those that are stitched.
    flux : str
        A key of `clara_app.star_view.FLUXES`.
    window_days : float
        Of the detrending [days].
    ephemeris : Ephemeris or None
    places : MapRequest, (str, str) or None
        The map, or the columns of two axes.
    colour : str
        What colours the map, as in an address.
    dark : bool
    spec : RunSpec or None
        The run that the wheel would train.
    """

    folder: Path
    run_id: str = ""
    older_id: str = ""
    targets: tuple[str, ...] = ()
    flux: str = "pdcsap"
    window_days: float = 1.5
    ephemeris: Ephemeris | None = None
    places: MapRequest | tuple[str, str] | None = None
    colour: str = ""
    dark: bool = False
    spec: RunSpec | None = None


def screen_of(session: Session, spec: RunSpec | None = None) -> Screen:
    """The screen of a session.

    Parameters
    ----------
    session : Session
    spec : RunSpec, optional
        The run that the wheel would train.
    """
    workspace, run, older = session.server.workspace, session.run, session.previous_run
    several = list(session.sectors(session.target_id)) if session.stitched else []
    shown = several if len(several) > 1 else [session.target_id] if session.target_id else []
    axes = session.map_kind == AXES
    return Screen(
        folder=workspace.folder,
        run_id="" if run is None else run.id,
        older_id="" if older is None else older.id,
        targets=tuple(shown) if session.curve is not None else (),
        flux=session.flux,
        window_days=session.window_days,
        ephemeris=session.ephemeris,
        places=session.axes if axes else request_of(session.map_kind, workspace, run),
        colour=session.colour_by,
        dark=session.dark,
        spec=spec,
    )


def python_lines(screen: Screen) -> str:
    """The lines that make what is on the screen; whoever runs them needs `clara_engine` alone.

    Parameters
    ----------
    screen : Screen
    """
    look = ", dark=True" if screen.dark else ""
    opened = [f"workspace = Workspace.open({str(screen.folder)!r})"]
    if screen.run_id:
        opened.append(f"run = workspace.runs.get({screen.run_id!r})")
    else:
        opened.append("run = None")
    blocks = [opened, _star(screen, look), _map(screen, look), _wheel(screen.spec)]
    text = "\n\n".join("\n".join(lines) for lines in blocks if lines)
    return "\n".join(_imports(text)) + f"\n\n{text}\n"


#: Where each name that the lines may use comes from, in the order of the imports.
HOMES = {
    "pd": "",
    "RunSpec": "clara_engine",
    "SyntheticDesign": "clara_engine",
    "Workspace": "clara_engine",
    "plots": "clara_engine",
    "ForestSettings": "clara_engine.forest",
    "Detrending": "clara_engine.periods",
    "Ephemeris": "clara_engine.periods",
    "detrend": "clara_engine.periods",
    "find_periods": "clara_engine.periods",
    "stitch": "clara_engine.readers",
    "MapRequest": "clara_engine.store.maps",
    "make_map": "clara_engine.studies.embed",
    "star_table": "clara_engine.studies.subset",
}


def _imports(text: str) -> list[str]:
    """Imports of the names that stand before a bracket or a dot."""
    used = [name for name in HOMES if f"{name}(" in text or f"{name}." in text]
    places: dict[str, list[str]] = {}
    for name in used:
        places.setdefault(HOMES[name], []).append(name)
    lines = ["import pandas as pd", ""] if "pd" in places.pop("", []) else []
    return lines + [f"from {place} import {', '.join(names)}" for place, names in places.items()]


def _star(screen: Screen, look: str) -> list[str]:
    if not screen.targets:
        return []
    flux = ', flux="sap"' if screen.flux == "sap" else ""
    first, *others = screen.targets
    if others:
        ids = "\n".join(f"    {target_id!r}," for target_id in screen.targets)
        lines = [f"curve = stitch([workspace.targets.light_curve(id{flux}) for id in (", ids, ")])"]
    else:
        lines = [f"curve = workspace.targets.light_curve({first!r}{flux})"]
    lines.append("search = find_periods(curve)")
    if screen.flux == "detrended":
        lines.append(f"curve = detrend(curve, Detrending(window_days={screen.window_days!r}))")
    one = screen.ephemeris
    if one is None:
        lines.append("ephemeris = None")
    else:
        known = {"period_days": one.period_days, "epoch_btjd": one.epoch_btjd, "duration_days": one.duration_days}
        days = {name: repr(float(value)) if value == value else "float('nan')" for name, value in known.items()}
        lines += _call("ephemeris = Ephemeris", {}, days)
    lines.append(f"plots.light_curve(curve, ephemeris{look})")
    period = ", ephemeris.period_days" if one is not None and not one.single else ""
    lines += [f"plots.periodogram(search.{found}{period}{look})" for found in ("lomb_scargle", "box")]
    return [*lines, f"plots.fold(curve, ephemeris{look})"] if one is not None else lines


def _map(screen: Screen, look: str) -> list[str]:
    if screen.places is None:
        return []
    lines = ["known = star_table(workspace, run)"]
    titles = ""
    if isinstance(screen.places, tuple):
        x, y = screen.places
        lines.append(f"plane = known[[{x!r}, {y!r}]].set_axis(['x', 'y'], axis=1).astype(float).dropna()")
        titles = f", axes=({x!r}, {y!r})"
    else:
        request = screen.places.model_dump(exclude_defaults=True)
        settings = screen.places.settings
        chosen = {"kind": settings.kind} | settings.model_dump(exclude_defaults=True)
        lines += _call("request = MapRequest", request | {"settings": chosen})
        lines.append("plane = make_map(workspace, request).set_index('target_id')[['x', 'y']]")
    lines += _colour(screen)
    star = f", target={screen.targets[0]!r}" if screen.targets else ""
    return [*lines, f"plots.embedding(plane, colour.reindex(plane.index){titles}{star}{look})"]


def _colour(screen: Screen) -> list[str]:
    name = screen.colour
    if name.startswith(LABEL):
        return [f"colour = pd.Series(workspace.families.values({name.removeprefix(LABEL)!r})[0])"]
    if name.startswith(CLUSTER):
        return [
            f"groups = workspace.clusterings.get({name.removeprefix(CLUSTER)!r})",
            "found = groups.labels().set_index('target_id')['cluster']",
            "colour = found[found >= 0].map(groups.names())",
        ]
    if name == "rank_change":
        return [
            f"before = workspace.runs.get({screen.older_id!r}).scores().set_index('target_id')['rank']",
            "colour = before - run.scores().set_index('target_id')['rank']",
        ]
    return [f"colour = known[{name!r}]"]


def _wheel(spec: RunSpec | None) -> list[str]:
    """What trains the run that the wheel would train, or takes it where it is there."""
    if spec is None:
        return []
    given = spec.model_dump(exclude_defaults=True, exclude={"design", "forest"})
    lines = [] if spec.design is None else _design(spec.design)
    raw = {"design": "design"} if spec.design is not None else {}
    lines += _call("forest = ForestSettings", spec.forest.model_dump(exclude_defaults=True))
    return [*lines, *_call("spec = RunSpec", given, raw | {"forest": "forest"}), "run = workspace.run_of(spec)"]


def _design(design: SyntheticDesign) -> list[str]:
    sky = design.background
    if design.is_paper and isinstance(sky, WhiteNoise):
        own: dict[str, Any] = {"name": design.name, "curves": design.curves, "seed": design.seed}
        given = own | sky.model_dump(exclude={"kind"})
        if SyntheticDesign.paper(**given) == design:
            return _call("design = SyntheticDesign.paper", given)
    return _call("design = SyntheticDesign", design.model_dump(exclude_none=True))


def _call(before: str, given: dict[str, Any], raw: dict[str, str] | None = None) -> list[str]:
    """A call with an argument a line; `raw` are arguments that are names."""
    words = {name: pformat(value, width=WIDE, sort_dicts=False) for name, value in given.items()} | (raw or {})
    return [f"{before}(", *_indented(f"{name}={text}," for name, text in words.items()), ")"]


def _indented(texts: Iterable[str]) -> list[str]:
    return [f"    {line}" for text in texts for line in text.splitlines()]
