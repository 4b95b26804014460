"""Subsets of the light curves by a condition in SQL, such as ``anomaly_score > 0.3 and teff < 4000``.

The condition runs on a copy in memory of all that is known of the light curves, a row each, so that nothing can be
changed.
"""

from __future__ import annotations

import re
import sqlite3
import time
from typing import TYPE_CHECKING

import pandas as pd

from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.store.runs import Run
from clara_engine.studies.query import READING
from clara_engine.text import counted, visible

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["none_meets", "required", "star_table", "stars_where"]

LONGEST_S = 20.0
#: What a text may have that a condition makes: `hex(zeroblob(400000000))` would take all memory.
LONGEST_BYTES = 1_000_000
STEPS = 20_000  # of SQLite's machine between two looks at the clock
HIDDEN = ("path", "bytes", "modified_ns", "columns", "part", "registered")
#: What makes columns that are not there yet.
MADE_BY = {
    "wrss": "`clara wrss FIRST SECOND` makes it",
    "kind": "`clara classify` makes it",
    "kind_probability": "`clara classify` makes it",
    "p_value": "`clara claims` makes it",
    "star_p_value": "`clara claims` makes it",
    "star_q_value": "`clara claims` makes it",
    "cluster": "`clara cluster` makes it",
    "membership": "`clara cluster` makes it",
    "class": "`clara match FAMILY` makes it",
    "ruwe": "`clara crossmatch --gaia` asks for it",
    "vtan_kms": "`clara crossmatch --gaia` asks for it",
    "noise_ppm": "`clara population --given noise_ppm` measures it",
}


def star_table(store: Store, run: Run | None) -> pd.DataFrame:
    """Everything that is known of each light curve, in columns, by target id.

    Scores of the run with WRSS, kind and posteriors (``kind_planet`` …); the facts of the light curve; parameters of
    the star; ``cluster``, ``cluster_name`` and ``membership`` of the newest clustering; each label family by its name,
    and also as ``label_NAME``, several values joined by ``;``; ``class``, what it is most like of the kept matches; and
    ``verdict``. Of columns of one name the first counts.

    Parameters
    ----------
    store : Store
    run : Run, optional
        Without one there are no scores.
    """
    facts = store.targets.frame().set_index("target_id").drop(columns=list(HIDDEN), errors="ignore")
    parts = [] if run is None else [run.every_score().set_index("target_id").reindex(facts.index)]
    parts += [facts.assign(group=store.targets.groups()), store.parameters.table()]
    clusterings = store.clusterings.list()
    if clusterings:
        kept = clusterings[0]
        grouped = kept.labels().set_index("target_id")
        parts.append(grouped.assign(cluster_name=grouped["cluster"].map(kept.names())))
    labels = store.labels.frame()
    if not labels.empty:
        joined = labels.groupby(["target_id", "family"])["value"].agg(";".join).unstack()
        parts += [joined, joined.add_prefix("label_")]
    parts.append(store.labels.guesses().rename("class").to_frame())
    parts.append(store.verdicts.latest()[["label"]].rename(columns={"label": "verdict"}))
    table = pd.DataFrame(index=facts.index)
    taken = {"target_id"}
    for part in parts:
        fresh = [name for name in part if str(name).lower() not in taken]  # SQLite knows no capitals
        taken |= {str(name).lower() for name in fresh}
        table = table.join(part[fresh])
    return table


def stars_where(store: Store, condition: str, run: Run | None = None) -> list[str]:
    """Target ids of the light curves that meet a condition; strangest first where there is a run.

    Parameters
    ----------
    store : Store
    condition : str
        What may stand after WHERE in SQLite, of the columns of `star_table`. What is not known of a light curve meets
        no comparison.
    run : Run, optional
        Whose scores are meant.

    Raises
    ------
    DesignError
        When it is no condition, names what is not there, or takes too long.
    """
    text = condition.strip()
    if not text:
        raise DesignError("an empty condition: write one such as anomaly_score > 0.3 and teff < 4000")
    table = star_table(store, run)
    if run is not None:
        order = run.every_score()["target_id"]
        table = table.reindex([*order[order.isin(table.index)], *table.index.difference(order)])
    for quoted in re.findall(r'"([^"]*)"', re.sub(r"'[^']*'", "''", text)):
        if quoted.lower() not in {str(name).lower() for name in table}:  # SQLite would take it for text, without a word
            raise DesignError(f"the condition names \"{visible(quoted)}\", which is no column; text stands in '…'")
    named = [name for name in table if str(name).lower() in text.lower()]
    found, reason = _asked(table[named], text)
    if reason:
        raise DesignError(f"the condition can't be met: {reason}{_hint(reason, table)}")
    return found


def none_meets(store: Store, condition: str, run: Run | None) -> str:
    """Why no light curve may meet a condition: what it names is known of so many.

    Parameters
    ----------
    store : Store
    condition : str
    run : Run, optional
    """
    table = star_table(store, run)
    named = [name for name in table if re.search(rf"(?<!\w){re.escape(str(name))}(?!\w)", condition, re.IGNORECASE)]
    known = ", ".join(f"{name} is known of {int(table[name].notna().sum())}" for name in named)
    return f"none of {counted(len(table), 'light curve')} meets {visible(condition)!r}{': ' if known else ''}{known}"


def _asked(table: pd.DataFrame, condition: str) -> tuple[list[str], str]:
    connection = sqlite3.connect(":memory:")
    try:
        table.rename_axis("target_id").reset_index().to_sql("stars", connection, index=False)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_BYTES)
        connection.set_authorizer(
            lambda action, *about: sqlite3.SQLITE_OK if action in READING else sqlite3.SQLITE_DENY
        )
        end = time.monotonic() + LONGEST_S
        connection.set_progress_handler(lambda: int(time.monotonic() > end), STEPS)
        rows = connection.execute(f"SELECT target_id FROM stars WHERE (\n{condition}\n)").fetchall()
        return list(dict.fromkeys(row[0] for row in rows)), ""
    except (sqlite3.Error, sqlite3.Warning) as error:
        words = str(error)
        if "interrupted" in words:
            return [], f"it takes longer than {LONGEST_S:.0f} s"
        return [], "only reading is allowed" if "not authorized" in words else words
    finally:
        connection.close()


def _hint(reason: str, table: pd.DataFrame) -> str:
    missing = re.search(r"no such column: (.+)", reason)
    if missing is None:
        return ""
    name = missing[1].lower()
    if name.startswith("kind_"):
        name = "kind"
    return f": {MADE_BY[name]}" if name in MADE_BY else f"; there are: {', '.join(map(str, table))}"


def required(store: Store, condition: str, run: Run | None = None) -> list[str]:
    """As `stars_where`, for commands that need some light curves.

    Parameters
    ----------
    store : Store
    condition : str
    run : Run, optional

    Raises
    ------
    WorkspaceError
        When none meets it; the message says of how many each column is known.
    """
    found = stars_where(store, condition, run)
    if not found:
        raise WorkspaceError(none_meets(store, condition, run))
    return found
