"""The vetting queue: its stars, their order, and the progress."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

__all__ = ["ORDERS", "SHOWS", "Progress", "blind_order", "opinions_by_star", "progress", "queued"]

#: Choices of which stars the queue lists, with their titles.
SHOWS = {
    "first": "unreviewed first",
    "unreviewed": "unreviewed",
    "not by me": "not reviewed by me",
    "reviewed": "reviewed",
    "split": "opinions differ",
}

#: Orders of the queue, with their titles.
ORDERS = {"score": "by anomaly score", "learned": "by active learning"}


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a queue.

    Attributes
    ----------
    reviewed, total : int
        Stars of the queue with a standing verdict of anybody, and all of them.
    today, mine : int
        Of those, with a standing verdict given since midnight here, and with one of this author.
    """

    reviewed: int
    total: int
    today: int
    mine: int


def opinions_by_star(opinions: pd.DataFrame) -> dict[str, list[tuple[str, str]]]:
    """Author and label of everybody's standing verdict, by target id; see `VerdictLog.opinions`."""
    found: dict[str, list[tuple[str, str]]] = {}
    for target_id, author, label in zip(opinions["target_id"], opinions["author"], opinions["label"], strict=True):
        found.setdefault(target_id, []).append((author, label))
    return found


def queued(
    ranked: Sequence[str],
    opinions: pd.DataFrame,
    *,
    show: str = "first",
    author: str = "",
    label: str = "",
    among: Sequence[str] | None = None,
) -> list[str]:
    """The stars of a queue, the first to look at first.

    Parameters
    ----------
    ranked : sequence of str
        Target ids, the most interesting first.
    opinions : DataFrame
        See `VerdictLog.opinions`.
    show : str
        A key of `SHOWS`.
    author : str
        Who asks.
    label : str
        Only stars that somebody calls this.
    among : sequence of str, optional
        Only these stars, e.g. of a cluster or a selection.
    """
    said = opinions_by_star(opinions)
    chosen = list(ranked)
    if among is not None:
        allowed = set(among)
        chosen = [star for star in chosen if star in allowed]
    if label:
        chosen = [star for star in chosen if any(given == label for _, given in said.get(star, ()))]
    if show == "unreviewed":
        return [star for star in chosen if star not in said]
    if show == "not by me":
        return [star for star in chosen if all(who != author for who, _ in said.get(star, ()))]
    if show == "reviewed":
        return [star for star in chosen if star in said]
    if show == "split":
        return [star for star in chosen if len({given for _, given in said.get(star, ())}) > 1]
    return [star for star in chosen if star not in said] + [star for star in chosen if star in said]


def blind_order(stars: Sequence[str], author: str) -> list[str]:
    """Stars in an order that tells nothing of their scores: drawn for each person, and the same each time.

    Parameters
    ----------
    stars : sequence of str
        Target ids.
    author : str
        Who judges.
    """
    return sorted(stars, key=lambda star: hashlib.sha256(f"{author} {star}".encode()).digest())


def progress(stars: Sequence[str], opinions: pd.DataFrame, author: str, now: float | None = None) -> Progress:
    """Count what has been reviewed of some stars; `now` is Unix time [s], by default the clock's.

    Parameters
    ----------
    stars : sequence of str
        Target ids.
    opinions : DataFrame
        Standing verdicts, see `VerdictLog.opinions`.
    author : str
        Whose own verdicts are counted too.
    now : float, optional
        Unix time [s].
    """
    there = opinions[opinions["target_id"].isin(set(stars))]
    moment = time.localtime(now)
    midnight = time.mktime((*moment[:3], 0, 0, 0, 0, 0, -1))
    return Progress(
        reviewed=there["target_id"].nunique(),
        total=len(stars),
        today=there.loc[there["created"] >= midnight, "target_id"].nunique(),
        mine=there.loc[there["author"] == author, "target_id"].nunique(),
    )
