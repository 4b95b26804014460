"""What will be downloaded, what that costs, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from clara_engine.archives import Download, Downloaded
from clara_engine.store.targets import Ingested

__all__ = ["Cost", "Fetched", "Plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be downloaded.

    Attributes
    ----------
    files : tuple of Download
    missing : tuple of (int, str)
        Stars without a light curve, with the reason.
    problem : str
        Why the plan rests on an old answer of the archive, empty when it does not.
    labels : tuple of (str, dict)
        Label family and labels by TIC, stored with the light curves.
    asked_at : float or None
        When the archive said so [Unix s]; None when it was not asked.
    """

    files: tuple[Download, ...]
    missing: tuple[tuple[int, str], ...] = ()
    problem: str = ""
    labels: tuple[tuple[str, dict[int, str]], ...] = ()
    asked_at: float | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a plan asks of the disk.

    Attributes
    ----------
    files, here : int
        Files of the plan, and those of them that are here already.
    bytes, free_bytes : int
        Expected size of the others, and room on the disk.
    """

    files: int
    here: int
    bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of a plan."""

    plan: Plan
    downloaded: Downloaded
    ingested: Ingested
