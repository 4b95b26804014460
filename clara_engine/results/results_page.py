"""The page of results: every number in it comes from what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clara_engine.results.aims import NOT_MEASURED, Aim, aims
from clara_engine.results.ceiling_section import ceiling
from clara_engine.results.goals import DETECTED, HOST, NEW_FILE
from clara_engine.results.kinds_section import kinds_section
from clara_engine.results.markdown import interval, number, percent, table
from clara_engine.results.matrix_section import matrix_section
from clara_engine.results.peers_section import peers_section
from clara_engine.results.what_is_it_section import what_is_it_section
from clara_engine.text import counted

__all__ = ["page"]

Facts = Mapping[str, Any]


def page(facts: Facts) -> str:
    """Markdown of everything that `clara_engine.results.study` measured."""
    samples = facts["samples"]
    found = aims(samples)
    parts = [_head(facts), _aims(found)]
    parts += [matrix_section(name, one) for name, one in samples.items()]
    parts += [ceiling(found, samples), _fair(samples)]
    parts += [kinds_section(name, one["kinds"]) for name, one in samples.items() if "kinds" in one]
    parts += [what_is_it_section(facts["what_is_it"]) if facts.get("what_is_it") else ""]
    parts += [peers_section(facts["peers"]) if facts.get("peers") else ""]
    parts += [_published(facts["published"]) if facts.get("published") else ""]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(facts: Facts) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    lines = [
        "# Results",
        "What steering does, measured. This page is made by one command, no number in it by hand; the same numbers "
        "stand in the JSON file beside it. The command measures any light curves that `clara ingest` reads, and "
        "`clara results --help` says what may be left out:",
        f"```\n{facts['command']}\n```",
        "Means over the seeds, each with other stars, draws and forests; in brackets 95 % intervals over stars: a star "
        "that several seeds measure is one star. Chance is .5 for a ROC-AUC, .01 and .05 for the recalls.",
    ]
    for name, one in facts["samples"].items():
        lines.append(_sample(name, one["sample"]))
    return "\n\n".join([*lines, f"Made with {versions}."])


def _sample(name: str, about: Facts) -> str:
    low, high = about["tmag"]
    kind = "simulated light curves" if about["simulated"] else "light curves"
    how = (
        f"half of the stars ({about['training_stars']:.0f}) train, whatever they show, and of the others the quiet "
        f"ones (at least {about['least_measured_stars']}) are measured"
        if about["halves"]
        else f"{about['measured_stars']:.0f} stars without an event that is known are measured, the others "
        f"({about['training_stars']:.0f}) train"
    )
    return (
        f"**{name.capitalize()} stars.** {about['light_curves']:,} {kind} of {counted(about['stars'], 'star')} "
        f"({about['group']}, Tmag {low:.1f} to {high:.1f}); {about['eventful']} show an event that is known. For each "
        f"of {counted(about['seeds'], 'seed')} {how}; a contrast set has {counted(about['curves'], 'curve')}, and "
        f"{about['measured']} "
        f"injected light curves of each event are measured. Null light curves: {about['nulls']} of "
        f"{counted(about['null_stars'], 'star')}. Features: {about['features']} of the set `steering`."
    )


def _aims(found: list[Aim]) -> str:
    rows = []
    for aim in found:
        goal = f"≥ {number(aim.least)}" if aim.least is not None else f"≤ {number(aim.most)}"
        rows.append(
            {
                "event": aim.event,
                "figure": aim.figure,
                "stars": aim.sample,
                "aimed at": goal,
                "measured": interval(aim.found),
                "": f"**{aim.decision}**" if not aim.reached else aim.decision,
            }
        )
    measured = [aim for aim in found if aim.decision != NOT_MEASURED]
    reached = sum(aim.reached for aim in measured)
    return "\n\n".join(
        [
            "## What was aimed at, and what is reached",
            f"Of {len(measured)} figures {reached} are reached. Events have a signal-to-noise above {DETECTED:g}, "
            "that of "
            "the best filter when shape and times are known ([injections.md](injections.md)). Where fewer quiet "
            "stars are "
            "measured than a cut at 1 % needs, the cut is that of null light curves of all stars, scored by trees that "
            "never saw them ([method.md](method.md)); intervals then hold the cut as it is.",
            table(rows),
        ]
    )


def _fair(samples: Mapping[str, Facts]) -> str:
    rows = []
    for name, one in samples.items():
        for event, mine in one["events"].items():
            host, new = mine.get("host", {}), mine["new files"]
            rows.append(
                {
                    "stars": name,
                    "event": event,
                    "“is a host”, ROC-AUC": interval(host),
                    "holds .5": ("yes" if host["low"] <= 0.5 <= host["high"] else "**no**") if host else "–",
                    "new file: mean difference": number(new["mean"]),
                    "stars beyond .25": f"{percent(new['far'])} (up to {percent(new['far_high'])})",
                }
            )
    ok = all(
        one["new files"]["mean"] < NEW_FILE[0] and one["new files"]["far"] < NEW_FILE[1]
        for sample in samples.values()
        for one in sample["events"].values()
    )
    so = "That is so" if ok else "That is not so"
    hosts = [mine["host"] for one in samples.values() for mine in one["events"].values() if "host" in mine]
    below = (
        " Below .5 hosts score lower than the others, and none is carried to the top."
        if any(host["high"] < 0.5 for host in hosts)
        else ""
    )
    return "\n\n".join(
        [
            "## Every star scored fairly",
            "A random half of the quiet training stars that may carry signals carries them, then the other half, "
            "and where "
            "stars are few other halves after these: who does "
            f"can't be told from the scores where the ROC-AUC is .5 (aimed at: .5 ± {number(HOST, 2)} on "
            "simulated stars, "
            "an interval that holds .5 on real ones). And a tenth of the quiet training stars is scored as new "
            "files, by a "
            f"run that never had them: aimed at are a mean difference below {number(NEW_FILE[0], 2)} and fewer than "
            f"{percent(NEW_FILE[1])} of stars beyond .25. {so} for every event below.{below}",
            table(rows),
        ]
    )


def _published(found: Facts) -> str:
    return (
        "## Published scores\n\n"
        f"WRSS computed from the published P3 and P9 scores of sectors 1 and 2 ({found['stars_1']:,} and "
        f"{counted(found['stars_2'], 'star')} with both above 0): the {counted(found['common'], 'star')} of both "
        "sectors agree by "
        f"Spearman {number(found['spearman'], 2)}; the publication says .70 to .80."
    )
