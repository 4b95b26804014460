"""The figures of a run, and the run frozen for an archive, as files of the page."""

import io
import zipfile
from html import unescape

from clara_app.panes.book import BookPane
from clara_app.panes.run_card import RunCard
from clara_app.session import Session


def done(session: Session) -> None:
    for job in session.server.queue.active():
        session.server.queue.wait(job.id, 200)
    session.poll()


def test_figures_are_made_in_the_background_and_handed_over(session: Session) -> None:
    pane = BookPane(session)
    assert not pane.file.save.visible
    pane.file.press()
    done(session)
    assert session.run is not None
    assert pane.file.save.visible
    assert pane.file.file_name() == f"{session.run.name}-figures.zip"
    with zipfile.ZipFile(io.BytesIO(pane.file.content)) as archive:
        assert {"book/index.html", "book/performance.png", "book/ranking.csv"} <= set(archive.namelist())
    assert "clara steer" in str(pane.told.object)


def test_a_run_is_frozen_from_its_card(session: Session) -> None:
    card = RunCard(session, lambda spec: None)
    card.bundle.press()
    done(session)
    assert card.bundle.save.visible
    with zipfile.ZipFile(io.BytesIO(card.bundle.content)) as archive:
        assert {"ro-crate-metadata.json", "checksums.sha256", "scores.csv"} <= set(archive.namelist())
    assert "clara bundle --verify" in unescape(str(card.bundle.making.line.object))
