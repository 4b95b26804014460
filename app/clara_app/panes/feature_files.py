"""The features of the workspace as files: the matrix, its principal components, and what each feature adds to them."""

from __future__ import annotations

import zipfile
from functools import partial
from io import BytesIO

import panel as pn

from clara_app.background_job import BackgroundJob
from clara_app.session import Session
from clara_app.widgets import Button, FileDownload, Select
from clara_engine.features import FEATURE_SETS
from clara_engine.jobs import JobKind, Reporter
from clara_engine.report.export import table_bytes
from clara_engine.store.sources import FEATURES
from clara_engine.store.store import Store
from clara_engine.studies.matrices import feature_matrix, principal_components

__all__ = ["FeatureFiles", "zip_features"]

#: As many as clustering takes.
COMPONENTS = 10


def zip_features(store: Store, name: str) -> bytes:
    """A feature set as a zip file of tables: features.parquet, components.csv and loadings.csv.

    Parameters
    ----------
    store : Store
    name : str
        Feature set.

    Raises
    ------
    WorkspaceError
        When fewer than two light curves have these features.
    """
    found = principal_components(store, FEATURES, name, COMPONENTS)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("features.parquet", table_bytes(feature_matrix(store, name), ".parquet"))
        archive.writestr("components.csv", table_bytes(found.table, ".csv"))
        archive.writestr("loadings.csv", table_bytes(found.loadings, ".csv"))
    return packed.getvalue()


class FeatureFiles(pn.viewable.Viewer):
    """A button that makes the files of a feature set, and one that hands them over once they are made."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.packed, self.made = b"", ""
        self.making = BackgroundJob(session, self._made)
        self.chosen = Select(
            label="feature set", options={known.title: name for name, known in FEATURE_SETS.items()}, width=230
        )
        self.button = Button(
            label="Features as files",
            look="text",
            description="make the matrix of these features, its principal components as clustering sees them, and what "
            "each feature adds to each",
            on_click=self.press,
        )
        self.save = FileDownload(
            lambda: self.packed,
            naming=lambda: f"clara-{self.made}.zip",
            label="Save features",
            look="filled",
            visible=False,
        )
        self._view = pn.Column(
            pn.Row(self.chosen, self.button, self.save, margin=(0, 8), styles={"gap": "8px", "align-items": "center"}),
            self.making.line,
            sizing_mode="stretch_width",
            margin=0,
        )

    def press(self) -> None:
        """Queue that the files are made."""
        name = str(self.chosen.value)
        self.save.visible = False
        self.making.start(
            JobKind.LOOK, f"{name} features as files", partial(self._work, name), lane="looks", passing=True
        )

    def _work(self, name: str, report: Reporter) -> tuple[str, bytes]:
        report.stage("writing tables")
        return name, zip_features(self.session.server.workspace, name)

    def _made(self, result: tuple[str, bytes]) -> None:
        self.made, self.packed = result
        self.save.visible = True
        self.making.show_text(f"{self.made} is ready: {len(self.packed) / 1e6:.1f} MB")

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
