"""What takes a while with many stars is worked out beside the page, and then drawn."""

from collections.abc import Callable

import pytest

from clara_app.panes.clusters import ClustersPane
from clara_app.panes.similar import SimilarPane
from clara_app.panes.steering import SteeringPane
from clara_app.panes.why import WhyPane
from clara_app.session import Session
from clara_engine.studies.cluster import ClusterRequest, cluster_stars


def words_of_similar(pane: SimilarPane) -> str:
    return " ".join(pane.ids)


@pytest.mark.parametrize(
    ("view", "pane", "words"),
    [
        ("why", WhyPane, lambda pane: pane.html.object),
        ("similar", SimilarPane, words_of_similar),
        ("period", ClustersPane, lambda pane: pane.text.object),
        ("period", SteeringPane, lambda pane: pane.html.object),
    ],
)
def test_the_page_goes_on_meanwhile(
    session: Session, view: str, pane: Callable[[Session], object], words: Callable[[object], str]
) -> None:
    cluster_stars(session.server.workspace, ClusterRequest(title="eight"))
    session.poll()
    session.star_tab = view
    asked: list[tuple[Callable[[], object], Callable[[object], object]]] = []
    session.compute = lambda work, done, failed=None: asked.append((work, done))
    made = pane(session)
    assert not words(made)
    work, done = asked[-1]
    done(work())
    assert words(made)
