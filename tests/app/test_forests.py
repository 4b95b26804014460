"""Forests and synthetic sets as files, on the page."""

import io
import zipfile

import numpy as np

from clara_app.controls.design import DesignControl
from clara_app.controls.synthetic_files import SyntheticDownload
from clara_app.panes.forests import ForestsPane
from clara_app.session import Session


def done(session: Session) -> None:
    for job in session.server.queue.active():
        session.server.queue.wait(job.id, 200)
    session.poll()


def test_a_forest_that_is_saved_is_taken_again(session: Session) -> None:
    pane = ForestsPane(session)
    before, content = session.run, pane.content()
    assert before is not None
    assert pane.file_name() == f"{before.name}.clara-forest"
    pane.take({"again.clara-forest": content})
    done(session)
    assert session.run is not None
    assert session.run.id != before.id
    assert session.run.spec.imported
    after, old = (run.scores().set_index("target_id")["anomaly_score"] for run in (session.run, before))
    assert np.array_equal(after.reindex(old.index), old)
    assert "trained elsewhere" in pane.taking.line.object


def test_what_is_no_forest_is_told(session: Session) -> None:
    pane = ForestsPane(session)
    pane.take({"x.clara-forest": b"nothing"})
    done(session)
    assert "not a whole forest file" in pane.taking.line.object
    assert "/tmp" not in pane.taking.line.object


def test_the_set_of_the_wheel_is_saved_as_files(session: Session) -> None:
    control = DesignControl(session)
    control.curves, control.span_days = 3, 2.0
    pane = SyntheticDownload(session, control.design)
    assert not pane.save.visible
    pane.press()
    done(session)
    assert pane.save.visible
    with zipfile.ZipFile(io.BytesIO(pane.packed)) as archive:
        assert sum(name.endswith(".fits.gz") for name in archive.namelist()) == 3
    assert "MB" in pane.making.line.object
