import pytest

from clara_app.colouring import CLUSTER
from clara_app.panes.clusters import ClustersPane
from clara_app.session import Session
from clara_engine.studies.headline import best_of


def done(session: Session) -> None:
    for job in session.server.queue.active():
        session.server.queue.wait(job.id, 120)
    session.poll()


def test_a_clustering_is_made_shown_selected_and_named(session: Session) -> None:
    pane = ClustersPane(session)
    assert "Cluster groups the stars" in pane.text.object
    pane.dial.value = 3
    pane.press()
    done(session)
    kept = session.server.workspace.clusterings.get("latest")
    assert kept.quality.clusters == 3
    assert session.colour_by == f"{CLUSTER}{kept.id}"
    assert "3 clusters of 30 stars" in pane.text.object
    pane.on_action("again")
    done(session)
    assert "adjusted Rand index" in pane.text.object
    assert '<td class="text">clusters 2</td>' in pane.text.object
    members = kept.labels().query("cluster == 1")["target_id"].tolist()
    pane.on_action("select:1")
    assert sorted(session.selection) == sorted(members)
    pane.rename_field.value = "<b>odd</b>"
    pane.rename()
    assert "&lt;b&gt;odd" in pane.text.object
    assert "<b>odd" not in pane.text.object
    pane.on_action("delete")
    assert session.server.workspace.clusterings.list() == []


def test_the_selected_stars_alone_are_clustered_again(session: Session) -> None:
    pane = ClustersPane(session)
    session.selection = session.order[:12]
    assert pane.button.label == "Cluster the 12 selected"
    pane.dial.value = 2
    pane.press()
    done(session)
    kept = session.server.workspace.clusterings.get("latest")
    assert set(kept.labels()["target_id"]) == set(session.order[:12])


@pytest.mark.parametrize("method", ["dbscan", "hdbscan", "gaussian_mixture", "dirichlet_mixture", "hierarchical"])
def test_every_way_runs_from_the_pane(session: Session, method: str) -> None:
    pane = ClustersPane(session)
    pane.method.value = method
    pane.dial.value = 3
    pane.press()
    done(session)
    assert session.server.workspace.clusterings.get("latest").request.method.kind == method


def test_folded_curves_are_warped(session: Session) -> None:
    pane = ClustersPane(session)
    pane.method.value = "hierarchical dtw"
    pane.dial.value = 2
    pane.press()
    done(session)
    request = session.server.workspace.clusterings.get("latest").request
    assert (request.name, request.method.metric) == ("folded", "dtw")


def test_what_can_not_be_grouped_is_told(session: Session) -> None:
    pane = ClustersPane(session)
    pane.source.value = "parameters"
    session.server.workspace.parameters.table = lambda: session.table[[]]
    pane.press()
    assert "cross-match" in pane.job.line.object


def test_shapes_of_folded_curves_are_grouped(session: Session) -> None:
    pane = ClustersPane(session)
    pane.source.value = "shape"
    pane.dial.value = 2
    pane.press()
    done(session)
    kept = session.server.workspace.clusterings.get("latest")
    assert kept.request.name == "shape"
    assert kept.targets + kept.left_out == len(session.table)


def test_the_cluster_with_most_planets_stands_beside_chance(session: Session) -> None:
    pane = ClustersPane(session)
    pane.dial.value = 2
    pane.press()
    done(session)
    kept = session.server.workspace.clusterings.get("latest")
    label, found = best_of(session.server.workspace, kept, draws=400)
    assert f"<b>{found.hits} of {found.size}</b>" in pane.text.object
    assert f"Most {'/'.join(label)}" in pane.text.object
    assert "in the best cluster by chance" in pane.text.object
