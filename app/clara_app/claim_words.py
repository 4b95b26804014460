"""What a run claims of a star, in plain words: what it may be, how often chance scores as high, and the line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from clara_engine.text import counted

__all__ = ["LINE", "claim_words", "kind_text", "line_words", "p_words"]

#: Share of chance findings above the line.
LINE = 0.10


def kind_text(kind: object, chance: float) -> str:
    """A kind with its posterior, ``binary .88``; a dash for a star that was not classified."""
    return "–" if pd.isna(chance) else f"{kind} {min(chance, 0.99):.2f}".replace(" 0.", " .")


def p_words(p: float) -> str:
    """A p-value [0 to 1]: ``p .004: 1 in 250 quiet stars scores as high``."""
    number = f"{p:.2g}".removeprefix("0")
    if p < 0.1:
        return f"p {number}: 1 in {counted(max(1, round(1 / max(p, 1e-9))), 'quiet star')} scores as high"
    return f"p {number}: {round(10 * p)} in 10 quiet stars score as high"


def line_words(q: float) -> str:
    """On which side of the line a star is, by its q-value [0 to 1]."""
    if q <= LINE:
        return f"above the line: about 1 in {round(1 / LINE)} there is chance"
    return f"below the line: with it, about {round(10 * min(q, 1.0))} in 10 are chance"


def claim_words(row: Mapping[str, Any] | pd.Series) -> list[str]:
    """All of these that the run knows of a star.

    Parameters
    ----------
    row : mapping or Series
        Of `clara_app.session.Session.table`.
    """
    found = []
    if pd.notna(row.get("kind_probability")):
        found.append(f"posterior: {kind_text(row['kind'], row['kind_probability'])}")
    if pd.notna(row.get("star_p_value")):
        found.append(p_words(float(row["star_p_value"])))
    if pd.notna(row.get("star_q_value")):
        found.append(line_words(float(row["star_q_value"])))
    return found
