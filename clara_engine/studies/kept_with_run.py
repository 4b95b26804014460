"""What is kept with a run, beside its scores: read without what made it, which takes long to load."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from clara_engine.evaluate.discoveries import Line
from clara_engine.files import reading, write_atomically
from clara_engine.sealed import built, read_json, read_table, sealed, write_table
from clara_engine.store.runs import CLAIM_COLUMNS, CLAIMS_FILE, KINDS_FILE, Run
from clara_engine.text import counted

__all__ = [
    "CLAIM_COLUMNS",
    "Claims",
    "Kinds",
    "keep_claims",
    "kept_claims",
    "kept_completeness",
    "kept_kinds",
    "kinds_facts",
]


@dataclass(frozen=True, slots=True)
class Claims:
    """How the p-values of a run were made.

    Attributes
    ----------
    source : str
        "null light curves", "stars labelled quiet", or "none".
    reason : str
        Why there are no p-values, or what they are ranked among when that is not null light curves.
    nulls, null_stars : int
        Light curves and stars that p-values are ranked among.
    smallest_p : float or None
        No p-value of a light curve is smaller.
    classes : int
        Light curves are compared with nulls that are as periodic: in so many classes.
    stars : int
        Stars that are tested.
    lines : list of dict
        See `clara_engine.evaluate.discoveries.Line`.
    """

    source: str
    reason: str = ""
    nulls: int = 0
    null_stars: int = 0
    smallest_p: float | None = None
    classes: int = 1
    stars: int = 0
    lines: list[dict[str, Any]] = field(default_factory=list)

    def line(self, level: float = 0.10) -> Line | None:
        """The cut of one level, where there is any."""
        return next((Line(**found) for found in self.lines if found["level"] == level), None)

    def sentence(self, level: float = 0.10) -> str:
        """What a person should know of the line of one level."""
        line = self.line(level)
        if line is None:
            return self.reason
        share = f"about 1 in {round(1 / level)}"
        if line.stars:
            count = "the first star" if line.stars == 1 else f"the first {line.stars} stars"
            return f"{count} of {self.stars}: {share} of them is chance. {self.reason}".strip()
        return (
            f"no line: above none of the cuts {share} is chance; with {counted(self.null_stars, 'quiet star')} to "
            "compare with, "
            f"{line.needed} of {counted(self.stars, 'star')} would have to score above all of them. {self.reason}"
        ).strip()


def keep_claims(
    folder: Path, table: pd.DataFrame, found: Claims, within: AbstractContextManager[object] | None = None
) -> None:
    """Write the claims into the folder of a run; `within` counts that, where the run is already known.

    Parameters
    ----------
    folder : Path
        Of the run.
    table, found : DataFrame
        From `claims_of`.
    within : AbstractContextManager, optional
        Entered around the rename; counts the change.
    """
    columns = table[["target_id", *CLAIM_COLUMNS]]
    write_atomically(folder / CLAIMS_FILE, lambda beside: write_table(columns, beside), home=folder)
    text = sealed(asdict(found))
    write_atomically(folder / "claims.json", lambda beside: beside.write_text(text), home=folder, within=within)


def kept_claims(run: Run) -> Claims | None:
    """How the p-values of a run were made; None for a run that has none yet."""
    path = run.folder / "claims.json"
    if not path.exists():
        return None
    with reading(path):
        return built(Claims, read_json(path))


@dataclass(frozen=True, slots=True)
class Kinds:
    """What is known of a forest of many classes.

    Attributes
    ----------
    classes : tuple of str
        Kinds, "none" first.
    prior : dict
        Kind to its chance before the light curve is looked at.
    stars, hosts, curves : int
        Light curves of the real class, those of them that carry signals, and injected curves a class.
    power, bias
        See `ClassCalibration`.
    confusion : list of dict
        A row a true kind and generator: kind, generator ("own" or "other"), n, right, and ``as`` with the share that
        is called each kind, by trees that never saw the star, with the prior of this run.
    reliability : list of dict
        See `clara_engine.evaluate.reliability.reliability`, of the chance of the kind that is named.
    """

    classes: tuple[str, ...]
    prior: dict[str, float]
    stars: int
    hosts: int
    curves: int
    power: float
    bias: tuple[float, ...]
    confusion: list[dict[str, Any]]
    reliability: list[dict[str, float]]

    def sentence(self) -> str:
        """What the chances rest on, in a line."""
        shares = ", ".join(f"{name} {share:.2g}" for name, share in self.prior.items())
        return (
            f"kinds: {counted(self.curves, 'injected curve')} a class in {self.hosts} of "
            f"{counted(self.stars, 'light curve')}, each asked of "
            f"trees that never saw its star; prior {shares}"
        )


def kept_kinds(run: Run) -> Kinds | None:
    """What `classify` last found for a run; None when it was not asked."""
    path = kinds_facts(run)
    if not path.exists():
        return None
    with reading(path):
        return built(Kinds, read_json(path))


def kinds_facts(run: Run) -> Path:
    """Where `Kinds` of a run are kept."""
    return (run.folder / KINDS_FILE).with_suffix(".json")


def kept_completeness(run: Run) -> dict[str, pd.DataFrame]:
    """Completeness by what was injected, such as "planets, top 5 %": the newest of each that `recover` has kept."""
    found = {}
    for path in sorted((run.folder / "recovery").glob("*.json"), key=_made):
        with reading(path):
            facts = read_json(path)
            from clara_engine.evaluate.completeness import completeness  # loads what intervals need

            if "event" in facts:  # older runs lack some of these
                name = f"{facts['event']}, top {facts['top_percent']:g} %"
                found[name] = completeness(read_table(path.with_suffix(".parquet")))
    return found


def _made(path: Path) -> float:
    """When it was measured [Unix s]. What an older version kept says only when its file was written, or copied."""
    with reading(path):
        return float(read_json(path).get("created", path.stat().st_mtime))
