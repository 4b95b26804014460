"""What a contrast set changed for the event that it looks for: how many stars that carry its label stand at the top."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from clara_engine.lightcurve import star_of
from clara_engine.store.runs import Run, RunSpec
from clara_engine.synthetic import EVENTS

__all__ = ["LABEL_WORDS", "TOP", "EventFound", "event_of", "events_found", "label_of"]

#: The part of the ranking that a person looks through.
TOP = 0.05
#: Values of labels that mean each event, in small letters, as catalogues, people and the demo write them.
LABEL_WORDS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "planets": (
            *("planet", "planet host", "planet candidate", "known planet", "confirmed planet", "exoplanet"),
            *("toi", "ctoi", "kp", "cp", "pc", "apc", "pl", "pl?"),
        ),
        "binaries": ("eclipsing binary", "binary", "eb", "eb*", "ea", "detached", "eclipse"),
        "flares": ("flare", "flares", "flare star", "flaring", "flaring dwarf", "er*"),
        "dippers": ("dipper", "dips"),
        "pulsators": ("pulsator", "delta scuti", "rr lyrae", "dsct", "ds*", "rr*", "puls", "pulsating star"),
        "single transits": ("single transit", "single event"),
        "faults": ("fault", "instrument", "artefact", "artifact"),
        "spots": ("rotator", "spotted star", "rot", "ro*"),
        "contact binaries": ("contact binary", "contact", "ew", "wu*"),
        "heartbeats": ("heartbeat", "heartbeat star"),
        "microlensing": ("microlensing", "lens"),
        "exocomets": ("exocomet", "comet"),
    }
)

Label = tuple[str, str]


@dataclass(frozen=True, slots=True)
class EventFound:
    """How many stars with a label stand in the first `TOP` of a ranking.

    Attributes
    ----------
    event : str
    stars : int
        Ranked stars that carry the label.
    before : int, optional
        Those of them at the top of the run before; None where there is none to compare with.
    now : int
        Those of them at the top of this run.
    chance : float
        As many would stand there by chance.
    """

    event: str
    stars: int
    before: int | None
    now: int
    chance: float

    def __str__(self) -> str:
        of_all = f"of {self.stars} in the top {100 * TOP:.0f} %"
        by_chance = f"(chance {self.chance:.0f})" if self.chance >= 1 else f"(chance {self.chance:.1f})"
        if self.before is None:
            return f"{self.event}: {self.now} {of_all} {by_chance}"
        return f"{self.event}: {self.before} {of_all} before, {self.now} now {by_chance}"


def event_of(spec: RunSpec) -> str:
    """The event of `EVENTS` that the contrast set of a run looks for; "" where it is none of them.

    Parameters
    ----------
    spec : RunSpec
        Published designs look for planets.

    Examples
    --------
    >>> from clara_engine.synthetic import PRESETS, steering_design
    >>> event_of(RunSpec(name="x", design=PRESETS["P9"])), event_of(RunSpec(name="x", design=steering_design("flares")))
    ('planets', 'flares')
    """
    if spec.variant != "URF4" or spec.design is None:
        return ""
    kinds = [signal.kind for signal in spec.design.signals]
    if kinds == ["paper_transits"]:
        return "planets"
    return next((event for event, signals in EVENTS.items() if [signal.kind for signal in signals] == kinds), "")


def label_of(event: str, members: Mapping[Label, NDArray[np.bool_]]) -> Label | None:
    """The label that stars with an event carry: of those that mean it the one that most stars carry.

    Parameters
    ----------
    event : str
        Of `EVENTS`.
    members : mapping of (family, value) to ndarray of bool
        As `LabelBook.members`.

    Returns
    -------
    (family, value), optional
        None where no label means the event.
    """
    words = LABEL_WORDS.get(event, ())
    fitting = [label for label in members if _plain(label[1]) in words or (label[1] == "any" and label[0] in words)]
    return max(fitting, key=lambda label: int(members[label].sum()), default=None)


def events_found(event: str, carriers: Iterable[str], now: Run, before: Run | None = None) -> EventFound | None:
    """Compare the tops of two rankings.

    Parameters
    ----------
    event : str
    carriers : iterable of str
        Target ids with the label of the event.
    now, before : Run
        Of one group; `before` is left out where it is of another.

    Returns
    -------
    EventFound, optional
        None where no ranked star carries the label.
    """
    wanted = {star_of(target_id) for target_id in carriers}
    if before is not None and before.spec.group != now.spec.group:
        before = None
    stars, ranked, found = _at_top(now, wanted)
    if not stars:
        return None
    earlier = None if before is None else _at_top(before, wanted)[2]
    return EventFound(event, stars, earlier, found, stars * math.ceil(TOP * ranked) / ranked)


def _at_top(run: Run, wanted: set[str]) -> tuple[int, int, int]:
    """Ranked stars that are wanted, all that are ranked, and the wanted ones in the first `TOP`."""
    scores = run.scores()
    scores = scores[np.isfinite(scores["anomaly_score"]) & ~scores["set_aside"].astype(bool)]
    best = scores["anomaly_score"].groupby(scores["target_id"].map(star_of), sort=False).max()
    first = best.nlargest(math.ceil(TOP * len(best)), keep="first").index
    return int(best.index.isin(wanted).sum()), len(best), int(first.isin(wanted).sum())


def _plain(value: str) -> str:
    return value.strip().lower().replace("_", " ").replace("-", " ")
