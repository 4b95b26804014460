"""The card of a run: what it was made of and what it reached; and what a person can do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import panel as pn

from clara_app.action_text import ActionText
from clara_app.dialog import Dialog
from clara_app.formatting import counted
from clara_app.made_file import MadeFile
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Button, TextInput
from clara_engine.errors import ClaraError
from clara_engine.features import FEATURE_SETS
from clara_engine.jobs import Reporter
from clara_engine.studies.events_found import event_of
from clara_engine.synthetic import SyntheticDesign
from clara_engine.workspace import Run, RunSpec

__all__ = ["RunCard", "card_facts"]

LOAD, PIN, UNPIN, REMOVE, RESTORE = "load", "pin", "unpin", "remove", "restore"


def _design_words(spec: RunSpec) -> str:
    design = spec.design
    if spec.variant == "URF3" and spec.label:
        return f"stars labelled {' '.join(spec.label)}"
    if spec.variant == "picked":
        return f"{counted(len(spec.picked), 'star')} picked by hand"
    if design is None:
        return spec.variant
    if design.is_paper:
        return f"transits as published, {design.published_label}"
    return f"{counted(design.curves, 'curve')} of {event_of(spec) or _kinds(design)}, {_ground(design)}"


def _kinds(design: SyntheticDesign) -> str:
    return ", ".join(dict.fromkeys(signal.kind.replace("_", " ") for signal in design.signals))


def _ground(design: SyntheticDesign) -> str:
    return "injected into observed stars" if design.needs_observed else "on generated noise"


def card_facts(run: Run) -> dict[str, str]:
    """What a run was made of, title to words.

    Parameters
    ----------
    run : Run
    """
    known = FEATURE_SETS.get(run.spec.feature_set)
    return {
        "contrast set": _design_words(run.spec),
        "features": known.title if known else run.spec.feature_set,
        "forest": f"{counted(run.spec.forest.n_estimators, 'tree')}",
        "light curves": f"{run.targets:,} ranked, {run.trained:,} trained",
        "of": run.group or "whatever there was",
        "scored": run.scoring or "not told",
        "made": f"{datetime.fromtimestamp(run.created):%Y-%m-%d %H:%M}, in {sum(run.timings.values()):.3g} s"
        + (f", for {run.author}" if run.author else ""),
    }


class RunCard(pn.viewable.Viewer):
    """Shows the run on the screen in a dialog.

    Parameters
    ----------
    load : callable
        Puts what a run was made of into the wheel; raises `ClaraError` where it has no fields for that.
    """

    def __init__(self, session: Session, load: Callable[[RunSpec], object]) -> None:
        super().__init__()
        self.session, self._load = session, load
        self.text = ActionText(self.act, sizing_mode="stretch_width", margin=(4, 4))
        self.name_field = TextInput(label="name of the run", max_length=80, width=320, labelled=True, margin=(8, 4))
        self.name_field.enter(self.rename)
        rename = Button(label="Rename", on_click=self.rename, margin=(8, 4))
        self.bundle = MadeFile(
            session,
            self._freeze,
            self._frozen,
            label="Freeze for an archive",
            save="Save bundle (.zip)",
            ending="-bundle.zip",
            description="settings, design, scores, verdicts, forest, versions and checksums, for beside a paper",
        )
        name = pn.Row(self.name_field, rename, margin=0)
        self.dialog = Dialog(self.text, name, self.bundle, title="This run", width=560)
        self._removed = ""
        session.follow(self._show, "run_id", "runs", "family_value")
        self._show()

    def open(self) -> None:
        """Open the dialog."""
        self._show()
        self.dialog.open = True

    def _show(self, *events: object) -> None:
        run = self.session.run
        self.name_field.value = "" if run is None else run.name
        key = "/".join(self.session.family_value)
        measured = {} if run is None else run.measures.get(key) or {}
        self.text.object = render(
            "run_card",
            run=run,
            facts={} if run is None else card_facts(run),
            label=" ".join(self.session.family_value),
            auc=measured.get("roc_auc"),
            removed=self._removed,
            actions={"load": LOAD, "pin": PIN, "unpin": UNPIN, "remove": REMOVE, "restore": RESTORE},
        )

    def act(self, action: str) -> None:
        """Do what a button of the card says."""
        run, runs, author = self.session.run, self.session.server.workspace.runs, self.session.signature()
        if action == RESTORE and self._removed:
            back, self._removed = self._removed, ""
            self.session.write(
                partial(runs.restore, back, author), lambda run: self.session.param.update(run_id=run.id)
            )
        elif run is None:
            return
        elif action == LOAD:
            self._load_into_wheel(run)
        elif action in (PIN, UNPIN):
            self.session.write(partial(runs.pin, run.id, action == PIN))
        elif action == REMOVE:
            self._removed = run.id
            self.session.write(partial(runs.remove, run.id, author), lambda result: self._show())

    def _load_into_wheel(self, run: Run) -> None:
        try:
            self._load(run.spec)
        except ClaraError as error:
            self.session.notice = str(error)
            return
        self.session.notice = f"the wheel holds what {run.name} was made of"
        self.dialog.open = False

    def _freeze(self, run: Run, report: Reporter) -> tuple[bytes, tuple[str, ...]]:
        from clara_engine.report.bundle import bundle, bundle_zip

        made = bundle(self.session.server.workspace, run, report=report)
        return bundle_zip(made), made.missing

    def _frozen(self, missing: tuple[str, ...]) -> str:
        lost = f"; {counted(len(missing), 'light curve')} not found, without checksum" if missing else ""
        return f"The bundle is ready{lost}. clara bundle --verify checks it later."

    def rename(self) -> None:
        """Give the run the name that was typed."""
        run, name = self.session.run, self.name_field.value or ""
        if run is not None and name.strip() != run.name:
            author = self.session.signature()
            work: Callable[[], Any] = partial(self.session.server.workspace.runs.rename, run.id, name, author)
            self.session.write(work, failed=self._refused)

    def _refused(self, why: str) -> None:
        self.session.notice = why
        self._show()

    def __panel__(self) -> pn.viewable.Viewable:
        return self.dialog.__panel__()
