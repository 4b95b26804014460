"""The rows of the vetting queue: what stands in each column, and what is hidden from somebody who judges blindly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from clara_app.claim_words import LINE, kind_text
from clara_app.formatting import counted, star_name
from clara_engine.studies.vetting_queue import Progress

__all__ = ["HIDDEN", "line_of", "progress_line", "queue_columns", "queue_rows", "spoken"]

Said = list[tuple[str, str]]

#: Stands for a number that is hidden until the verdict.
HIDDEN = "·"
LEARNED = "share of all stars that active learning puts below, 0 to 1"


def spoken(said: Said, author: str) -> str:
    """Verdicts on a star in a few words; others are named where they differ."""
    labels = list(dict.fromkeys(label for _, label in said))
    if len(labels) > 1:
        return "≠ " + ", ".join(f"{'me' if who == author else who}: {label}" for who, label in said)
    return f"{labels[0]}{f' ×{len(said)}' if len(said) > 1 else ''}" if labels else ""


def progress_line(found: Progress) -> str:
    """How far the queue is done."""
    share = found.reviewed / found.total if found.total else 0.0
    words = f"{found.reviewed:,} of {counted(found.total, 'star')} reviewed"
    return (
        f'<progress max="1" value="{share:.4f}" aria-label="{words}"></progress>'
        f"<div><b>{found.reviewed:,}</b> of {found.total:,} reviewed "
        f'<span class="quiet">· {found.today:,} today · {found.mine:,} by me</span></div>'
    )


def queue_columns(table: pd.DataFrame, *, learned: bool = False) -> list[dict[str, Any]]:
    """The columns of the queue; p-values and kinds where the run has them.

    Parameters
    ----------
    table : DataFrame
        `clara_app.session.Session.table`.
    learned : bool
        Whether the order is that of active learning.
    """
    score = ("score", "learned", LEARNED) if learned else ("score", "score", "anomaly score, 0 to 1")
    there = [name for name in ("star_p_value", "kind") if name in table and table[name].notna().any()]
    told = {
        "star_p_value": ("p", "p", "how often a quiet star with as many light curves would score as high", "right"),
        "kind": ("kind", "kind", "what it most likely is, with its posterior", "left"),
    }
    listed = [
        ("place", "#", "place in the queue", "right"),
        ("tic", "TIC", "TESS Input Catalog number", "right"),
        ("fold", "fold", "folded on its best period; against time where it has none", "left"),
        (*score, "right"),
        *(told[name] for name in there),
        ("said", "verdicts", "everybody's standing verdicts; ≠ where they differ", "left"),
    ]
    return [
        {"name": name, "title": title, "help": words, "side": side, "picture": name == "fold"}
        for name, title, words, side in listed
    ]


def queue_rows(
    ids: Sequence[str],
    *,
    columns: Sequence[Mapping[str, Any]],
    first: int,
    table: pd.DataFrame,
    scores: pd.Series,
    said: Mapping[str, Said],
    author: str,
    blind: bool,
) -> list[list[str]]:
    """The texts of some stars of the queue.

    Parameters
    ----------
    ids : sequence of str
    columns : sequence of mapping
        Of `queue_columns`.
    first : int
        Place of the first, from 1.
    table : DataFrame
        `clara_app.session.Session.table`.
    scores : Series
        What the queue is ordered by.
    said : mapping of str to list of (author, label)
        Everybody's standing verdicts.
    author : str
        Who looks.
    blind : bool
        Whether scores, and what others said, are hidden from `author` until their own verdict.
    """
    rows = []
    known = table[table.index.isin(ids)].to_dict("index")
    for place, star in enumerate(ids, start=first):
        row = known.get(star, {})
        verdicts = said.get(star, [])
        hidden = blind and all(who != author for who, _ in verdicts)
        texts = {
            "place": str(place),
            "tic": star_name(row) if row else star,
            "fold": "",
            "score": f"{scores[star]:.3f}",
            "p": "–" if pd.isna(row.get("star_p_value")) else f"{row['star_p_value']:.2g}",
            "kind": kind_text(row.get("kind"), row.get("kind_probability", float("nan"))),
            "said": spoken(verdicts, author),
        }
        if hidden:
            texts |= {"score": HIDDEN, "p": HIDDEN, "kind": HIDDEN, "said": HIDDEN if verdicts else ""}
        rows.append([texts[column["name"]] for column in columns])
    return rows


def line_of(ids: Sequence[str], table: pd.DataFrame) -> int:
    """Place of the last star, from 0, above the line, −1 for none; of the first stars, as far as their scores fall.

    Parameters
    ----------
    ids : sequence of str
        Those without a verdict first, both parts in the order of their scores.
    table : DataFrame
        `clara_app.session.Session.table`.
    """
    if "star_q_value" not in table:
        return -1
    rows = table.reindex(ids)
    rises = (rows["anomaly_score"].diff() > 0).to_numpy().nonzero()[0]
    first = rows["star_q_value"].iloc[: rises[0]] if rises.size else rows["star_q_value"]
    above = (first <= LINE).to_numpy().nonzero()[0]
    return int(above[-1]) if above.size else -1
