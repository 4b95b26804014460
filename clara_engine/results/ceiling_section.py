"""Why a goal is not reached, explained by the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clara_engine.results.aims import AUC, Aim
from clara_engine.results.goals import DETECTED
from clara_engine.results.markdown import number, percent, span, table
from clara_engine.text import counted

__all__ = ["ceiling"]

Facts = Mapping[str, Any]


def ceiling(found: list[Aim], samples: Mapping[str, Facts]) -> str:
    """For each event with a figure that is not reached: what events, hosts and untouched stars cost of it.

    Parameters
    ----------
    found : list of Aim
        What was aimed at, with what was reached.
    samples : mapping of str to Facts
        By name, from `measure_sample`.

    Returns
    -------
    str
        Markdown.
    """
    missed: dict[tuple[str, str], list[str]] = {}
    for aim in found:
        if aim.missed:
            missed.setdefault((aim.event, aim.sample), []).append(aim.figure)
    parts = ["## Where the ceiling is"]
    if not missed:
        parts.append("Every figure is reached.")
    parts += [_seen(samples[sample]) for sample in dict.fromkeys(sample for _, sample in missed)]
    for (event, sample), figures in missed.items():
        facts = samples[sample]["events"][event]["ceiling"]
        title = f"**{event.capitalize()}, {sample} stars**: {'; '.join(figures)}."
        parts += [f"{title} {_summary(facts)}", _parts(facts)] if facts else [title]
    return "\n\n".join(part for part in parts if part)


def _seen(sample: Facts) -> str:
    """What a person saw on stars that count as quiet."""
    stars: dict[str, str] = {}
    for event in sample["events"].values():
        stars |= event["ceiling"].get("without seen", {}).get("stars", {})
    if not stars:
        return ""
    rows = [{"star": star, "seen": text} for star, text in stars.items()]
    return f"Stars that are measured as quiet, since no table knows better, and what is plainly seen:\n\n{table(rows)}"


def _summary(facts: Facts) -> str:
    lost = facts["lost"]
    above = f"Of events above a signal-to-noise of {DETECTED:g} the ROC-AUC lacks {number(lost, 4)} in 1."
    if not lost:
        return above
    densest = [(title, max(rows, key=lambda row: row["loss"] / row["share"])) for title, rows in facts["parts"].items()]
    said = "; ".join(
        f"{title} {span(row['from'], row['to'])}, {percent(row['share'])} of the light curves, {percent(row['loss'])}"
        for title, row in densest
    )
    costly = facts["costly"]
    stars = ", ".join(f"{one['star']} ({percent(one['loss'])})" for one in costly)
    total, even = sum(one["loss"] for one in costly), len(costly) / facts["untouched_stars"]
    left = _left_out("without them", facts["without costly"]) if costly else ""
    if facts.get("above cut"):
        stars_above = ", ".join(f"{one['star']} ({percent(one['share'])})" for one in facts["above cut"])
        left += f" The null light curves that reach the cut of the nulls are most often of {stars_above}."
    if "without seen" in facts:
        left += f" {_left_out('Without the stars on which events are seen that no table knows', facts['without seen'])}"
    return (
        f"{above} Most of that, for their number, is lost to: {said}. The untouched stars that outrank most injected "
        f"light curves are {stars}: together {percent(total)} of what is missing, where {len(costly)} of "
        f"{counted(facts['untouched_stars'], 'star')} would have {percent(even)} if all were alike; {left}"
    )


def _left_out(how: str, facts: Facts) -> str:
    """The figures that some stars stand in the way of."""
    names = {"auc": "ROC-AUC", "recall": "recall at the nulls' cut", "lost": "lost to the other generator"}
    said = ", ".join(f"{title} {number(facts[name])}" for name, title in names.items() if name in facts)
    return f"{how}: {said}."


def _parts(facts: Facts) -> str:
    if not facts["lost"]:
        return ""
    return table(
        [
            {
                "of": title,
                "part": span(row["from"], row["to"]),
                "light curves": percent(row["share"]),
                AUC: number(row["auc"]),
                "of what is missing": percent(row["loss"]),
            }
            for title, rows in facts["parts"].items()
            for row in rows
        ]
    )
