"""The group of a run: which light curves it ranks, and what is said of all others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.groups import Group
from clara_engine.lightcurve import Target
from clara_engine.store.runs import Run, RunSpec
from clara_engine.text import counted

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = [
    "about_group",
    "check_comparable",
    "find_group",
    "group_of",
    "ids_in_group",
    "in_group",
    "members_of",
    "notes_on",
]


def in_group(workspace: Store, spec: RunSpec) -> RunSpec:
    """The spec with the full name of its group: the one it asks for, or the largest that can train it.

    Parameters
    ----------
    workspace : Store
    spec : RunSpec

    Raises
    ------
    DesignError
        When no group or several are meant, or the picked light curves are of several.
    """
    groups = workspace.targets.groups()
    if groups.empty:
        raise WorkspaceError("no light curves in this workspace yet: `clara ingest FOLDER`, or `clara demo`")
    usable = groups
    if spec.variant == "picked":
        usable = groups[groups.index.isin(spec.picked)]
        if usable.nunique() > 1:
            raise DesignError(f"the picked light curves are of several groups ({_listed(usable)}): pick of one")
    elif spec.training_sectors:
        sectors = workspace.targets.frame().set_index("target_id")["sector"]
        usable = groups[sectors.isin(spec.training_sectors).reindex(groups.index)]
    name = find_group(groups, spec.group) if spec.group else _largest(groups if usable.empty else usable)
    return spec.model_copy(update={"group": name})


def ids_in_group(groups: pd.Series, text: str | None) -> list[str]:
    """Targets of the group that `text` means, or of the largest one, in order; `groups` as `TargetCatalog.groups`.

    Parameters
    ----------
    groups : Series
        Target id to group.
    text : str or None
        As `find_group` reads it; by default the largest group.
    """
    if groups.empty:
        return []
    name = find_group(groups, text) if text else _largest(groups)
    return [str(target_id) for target_id in groups.index[groups == name]]


def members_of(workspace: Store, spec: RunSpec) -> list[str]:
    """Targets of the group of a spec that have features, in order; all that have them where it names no group.

    Parameters
    ----------
    workspace : Store
    spec : RunSpec
    """
    groups = workspace.targets.groups()
    ids = workspace.features.ids(spec.feature_set)
    return [target_id for target_id in ids if spec.group in (None, groups[target_id])]


def find_group(groups: pd.Series, text: str) -> str:
    """The one of `groups` that `text` means: its name, or words that no other has, such as ``1800`` or ``QLP``.

    Parameters
    ----------
    groups : Series
        Target id to group.
    text : str

    Raises
    ------
    DesignError
        It means none of the groups, or several.
    """
    names = sorted(groups.unique())
    meant = [name for name in names if name == text] or [name for name in names if Group.named(name).meant_by(text)]
    if len(meant) != 1:
        what = "no group" if not meant else "several groups"
        raise DesignError(f"group = {text!r}: {what} of this workspace; there are: {_listed(groups)}")
    return str(meant[0])


def group_of(workspace: Store, run: Run) -> str | None:
    """The group of a run; for an older run that of the light curves that trained it, None when they are of several.

    Parameters
    ----------
    workspace : Store
    run : Run
    """
    if run.group is not None:
        return run.group
    scores = run.scores()
    found = workspace.targets.groups().reindex(scores.loc[scores["trained"], "target_id"]).dropna().unique()
    return str(found[0]) if len(found) == 1 else None


def about_group(run: Run, groups: pd.Series) -> str:
    """One line: what a run ranks, and how many light curves of other groups it leaves out.

    Parameters
    ----------
    run : Run
    groups : Series
        `TargetCatalog.groups`.
    """
    if run.group is None:
        found = groups.reindex(run.scores()["target_id"]).dropna()
        if found.nunique() < 2:
            return str(found.iloc[0]) if len(found) else ""
        return f"an older run that ranks several groups as one ({_listed(found)}): train it again"
    others = groups[groups != run.group]
    if others.empty:
        return run.group
    return f"{run.group} only; not ranked: {counted(len(others), 'light curve')} of other groups, {_listed(others)}"


def notes_on(workspace: Store, run: Run, targets: Sequence[Target]) -> list[str]:
    """For each light curve why its score does not compare with those of a run; empty where it does.

    Another group is told, and another data release than those that trained the run.

    Parameters
    ----------
    workspace : Store
    run : Run
    targets : sequence of Target
        Whose light curves are scored.
    """
    scores = run.scores()
    name = group_of(workspace, run)
    facts = workspace.targets.frame().set_index("target_id").reindex(scores.loc[scores["trained"], "target_id"])
    releases = set(facts["data_release"].dropna())
    notes = []
    for target in targets:
        note = ""
        if name is not None and str(target.group) != name:
            group = Group.named(name)
            one, other = group.unlike(target.group)
            verb = "is of" if group.cadence_s == target.group.cadence_s else "has"
            note = f"trained on {one} light curves, this one {verb} {other}: its score can't be ranked among them"
        elif target.data_release is not None and releases and target.data_release not in releases:
            known = ", ".join(map(str, sorted(releases)))
            note = f"trained on data release {known}, this one is of {target.data_release}: scores differ by up to 0.29"
        notes.append(note)
    return notes


def check_comparable(first: Run, second: Run) -> None:
    """Refuse two runs of different groups.

    Parameters
    ----------
    first, second : Run

    Raises
    ------
    WorkspaceError
    """
    if first.group and second.group and first.group != second.group:
        raise WorkspaceError(
            f"runs of different groups can't be compared: {first.name!r} ranks {first.group}, {second.name!r} "
            f"{second.group}"
        )


def _largest(groups: pd.Series) -> str:
    counts = groups.value_counts()
    return str(min(counts[counts == counts.max()].index))


def _listed(groups: pd.Series) -> str:
    return ", ".join(f"{name} ({count:,})" for name, count in groups.value_counts().items())
