"""The figures of a run as a file, on the page."""

import io
import zipfile

from clara_app.panes.book import BookPane
from clara_app.session import Session


def test_figures_are_made_in_the_background_and_handed_over(session: Session) -> None:
    pane = BookPane(session)
    assert not pane.save.visible
    pane.press()
    for job in session.server.queue.active():
        session.server.queue.wait(job.id, 200)
    session.poll()
    assert session.run is not None
    assert pane.save.visible
    assert pane.file_name() == f"{session.run.name}-figures.zip"
    with zipfile.ZipFile(io.BytesIO(pane.content)) as archive:
        assert {"book/index.html", "book/performance.png", "book/ranking.csv"} <= set(archive.namelist())
    assert "clara steer" in str(pane._told.object)
