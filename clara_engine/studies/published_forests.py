"""The forests of the publication made on the light curves of a workspace, each written to a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clara_engine.errors import DesignError, FeatureError, WorkspaceError
from clara_engine.files import check_writable
from clara_engine.forest import PRESETS as FORESTS
from clara_engine.progress import Report, Step, quiet
from clara_engine.store.runs import RunSpec
from clara_engine.studies.extract import extract_features
from clara_engine.studies.grouping import in_group
from clara_engine.studies.sweep import Label, Sweeps, spec_key, target_label
from clara_engine.studies.sweep_plan import SweepPlan
from clara_engine.studies.train import train
from clara_engine.studies.transfer import ENDING, export_forest
from clara_engine.synthetic import SyntheticDesign

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["Exported", "export_published", "variant_specs"]

#: Where the contrast set of URF3 comes from, where a workspace has it.
TOIS: Label = ("toi", "any")
#: The synthetic set that the published URF4 was trained with, before the grid of 36 designs.
URF4_DESIGN = SyntheticDesign.paper(name="URF4", curves=200, span_days=27, cadence_minutes=2, noise_ppm=100)


@dataclass(frozen=True, slots=True)
class Exported:
    """What became of one forest.

    Attributes
    ----------
    name, file, run : str
        Of the design or variant, of its file, and id of its run; the last two are empty where it could not be made.
    reason : str
        Why not.
    """

    name: str
    file: str = ""
    run: str = ""
    reason: str = ""


def variant_specs(label: Label) -> list[RunSpec]:
    """URF1 to URF4 as published (METHOD section 4).

    Parameters
    ----------
    label : Label
        Family and value of the light curves that are the contrast set of URF3.
    """
    usual = FORESTS["P9"]
    return [
        RunSpec(name="URF1", variant="URF1", forest=FORESTS.get("URF1", usual)),
        RunSpec(name="URF2", variant="URF2", forest=FORESTS.get("URF2", usual)),
        RunSpec(name="URF3", variant="URF3", forest=FORESTS.get("URF3", usual), label=label),
        RunSpec(name="URF4", variant="URF4", forest=FORESTS.get("URF4", usual), design=URF4_DESIGN),
    ]


def export_published(
    store: Store, folder: Path, plan: SweepPlan, *, label: Label | None = None, report: Report = quiet
) -> list[Exported]:
    """Train what is not trained yet of a grid and of URF1 to URF4, and write each forest into a folder; resumes.

    Parameters
    ----------
    store : Store
    folder : Path
        Made if need be.
    plan : SweepPlan
    label : Label, optional
        Of the contrast set of URF3; by default TOIs, or what `target_label` chooses.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Returns
    -------
    list of Exported
        In the order of the grid, then URF1 to URF4.
    """
    reason = ""
    if label is not None:
        label = target_label(store, label)
    else:
        try:
            label = target_label(store)
        except WorkspaceError as error:
            label, reason = TOIS, str(error)
    folder.mkdir(parents=True, exist_ok=True)
    check_writable(folder / f"any{ENDING}")
    specs = [*plan.specs(), *variant_specs(label)]
    for name in dict.fromkeys(spec.feature_set for spec in specs):
        extract_features(store, name, report)
    grouped = [in_group(store, spec) for spec in specs]
    known = Sweeps(store).trained(grouped)
    made: list[Exported] = []
    for number, spec in enumerate(grouped, start=1):
        name = spec.design.name if spec.design is not None else spec.name
        if spec.variant == "URF3" and reason:
            made.append(Exported(name, reason=reason))
            continue
        step = Step(report, f"forest {number} of {len(grouped)}", (number, len(grouped)))
        try:
            run = known.get(spec_key(spec)) or train(store, spec, step, wait_for_claims=False)
            known[spec_key(spec)] = run
            path = folder / f"{_file_name(name, made)}{ENDING}"
            export_forest(run, path)
        except (DesignError, FeatureError) as error:
            made.append(Exported(name, reason=str(error)))
            continue
        made.append(Exported(name, path.name, run.id))
    return made


def _file_name(name: str, made: Sequence[Exported]) -> str:
    plain = re.sub(r"[^\w.-]+", "_", name)
    taken = {one.file for one in made}
    return plain if f"{plain}{ENDING}" not in taken else f"{plain}-{len(made) + 1}"
