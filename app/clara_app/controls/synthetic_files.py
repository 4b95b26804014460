"""The synthetic set of the wheel as files: light curves, truth, features."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import panel as pn

from clara_app.background_job import BackgroundJob
from clara_app.session import Session
from clara_app.widgets import Button, FileDownload
from clara_engine.errors import ClaraError
from clara_engine.jobs import JobKind, Reporter
from clara_engine.studies.synthetic_files import zip_synthetic
from clara_engine.synthetic import SyntheticDesign
from clara_engine.text import counted

__all__ = ["SyntheticDownload"]


class SyntheticDownload(pn.viewable.Viewer):
    """A button that makes the files, and one that hands them over once they are made.

    Parameters
    ----------
    design : callable
        The design of the wheel; raises `ClaraError` when its fields can't be taken.
    """

    def __init__(self, session: Session, design: Callable[[], SyntheticDesign]) -> None:
        super().__init__()
        self.session, self._design = session, design
        self.packed = b""
        self.making = BackgroundJob(session, self._made)
        self.button = Button(
            label="Set as files",
            look="text",
            description="make the whole synthetic set as light curves that lightkurve reads, with truth and features",
            on_click=self.press,
        )
        self.save = FileDownload(
            lambda: self.packed, filename="clara-synthetic.zip", label="Save set", look="filled", visible=False
        )
        self._view = pn.Column(
            pn.Row(self.button, self.save, margin=(0, 8), styles={"align-items": "center"}),
            self.making.line,
            sizing_mode="stretch_width",
            margin=0,
        )

    def press(self) -> None:
        """Queue that the files are made."""
        try:
            design = self._design()
        except ClaraError as error:
            self.making.show_text(str(error), problem=True)
            return
        self.save.visible = False
        title = f"{counted(design.curves, 'synthetic light curve')} as files"
        self.making.start(JobKind.SYNTHETIC, title, partial(self._work, design))

    def _work(self, design: SyntheticDesign, report: Reporter) -> bytes:
        return zip_synthetic(design, store=self.session.server.workspace, report=report)

    def _made(self, packed: bytes) -> None:
        self.packed = packed
        self.save.visible = True
        self.making.show_text(f"the set is ready: {len(packed) / 1e6:.1f} MB")

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
