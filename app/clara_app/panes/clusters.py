"""Groups of stars: how they are made, how good they are, and which labels gather in each."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

import pandas as pd
import panel as pn

from clara_app.action_text import ActionText
from clara_app.background_job import BackgroundJob, problem_html
from clara_app.colouring import CLUSTER
from clara_app.in_thread import LatestRequest
from clara_app.map_choice import request_of
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Button, IntInput, Select, TextInput
from clara_engine.clusters import METHODS, cluster_settings
from clara_engine.errors import ClaraError, FeatureError, WorkspaceError
from clara_engine.evaluate.best_cluster import BestCluster
from clara_engine.jobs import JobKind, Reporter
from clara_engine.store.sources import FEATURES, Source
from clara_engine.studies.cluster import FOLDED_SET, ClusterRequest, KeptClustering, cluster_enrichment, cluster_stars
from clara_engine.studies.clusters_again import clusters_again
from clara_engine.studies.extract import extract_features
from clara_engine.studies.findings import Found
from clara_engine.studies.headline import best_of

__all__ = ["ClustersPane", "clustering_html"]

TITLES = {
    "k-means": "kmeans",
    "DBSCAN": "dbscan",
    "HDBSCAN": "hdbscan",
    "Gaussian mixture": "gaussian_mixture",
    "Dirichlet mixture": "dirichlet_mixture",
    "hierarchical": "hierarchical",
    "HDBSCAN, DTW of folds": "hdbscan dtw",
    "hierarchical, DTW of folds": "hierarchical dtw",
}
#: The most important setting of each method, and its title.
DIALS = {
    "kmeans": ("clusters", "clusters"),
    "gaussian_mixture": ("clusters", "clusters"),
    "dirichlet_mixture": ("clusters", "at most"),
    "hierarchical": ("clusters", "clusters"),
    "dbscan": ("min_samples", "neighbours"),
    "hdbscan": ("min_cluster_size", "least size"),
}
SOURCES = {
    "features": "features",
    "shape of the fold": "shape",
    "folded light curve": "folded",
    "leaves of the forest": "leaves",
    "catalogue parameters": "parameters",
}
#: Feature sets among these; they are extracted when they are asked for.
FEATURE_SOURCES = ("shape", "folded")
SELECT, DELETE, AGAIN = "select:", "delete", "again"
TELLING = 0.05
DRAWS = 400  # of labels dealt out anew: somebody waits for it
QUALITY = {
    "silhouette": ("silhouette", "−1 to 1, higher is better; 0 when clusters overlap"),
    "calinski_harabasz": ("Calinski–Harabasz", "spread between over spread within clusters, higher is better"),
    "davies_bouldin": ("Davies–Bouldin", "lower is better"),
    "aic": ("AIC", "lower is better"),
    "bic": ("BIC", "lower is better"),
}


def clustering_html(
    kept: KeptClustering,
    sizes: pd.Series,
    table: pd.DataFrame,
    best: tuple[tuple[str, str], BestCluster] | None = None,
    again: pd.DataFrame | None = None,
) -> str:
    """Quality figures, a row a cluster with the labels that gather in it, and how far it is found again.

    Parameters
    ----------
    sizes : Series
        Stars by number of cluster.
    table : DataFrame
        As `clara_engine.evaluate.enrichment`.
    best : (label, BestCluster), optional
        The cluster that holds most of what the search is for.
    again : DataFrame, optional
        As `clara_engine.studies.clusters_again.clusters_again`.
    """
    quality = kept.quality
    figures = [
        (title, words, value)
        for name, (title, words) in QUALITY.items()
        if (value := getattr(quality, name)) is not None
    ]
    rows = [
        (number, name, int(sizes[number]), _gathered(table, number))
        for number, name in sorted(kept.names().items())
        if sizes.get(number, 0)
    ]
    return render(
        "clusters",
        kept=kept,
        quality=quality,
        figures=figures,
        rows=rows,
        actions={"delete": DELETE, "select": SELECT, "again": AGAIN},
        best=best,
        again=[] if again is None else again.to_dict("records"),
    )


def _gathered(table: pd.DataFrame, number: int) -> list[Any]:
    """The labels of one cluster that are more than chance."""
    found = table[(table["cluster"] == number) & (table["p_corrected"] < TELLING) & (table["lift"] > 1)]
    return list(found.head(4).itertuples())


class ClustersPane(pn.viewable.Viewer):
    """Makes clusterings, shows one, selects its clusters and names them."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.kept = Select(label="clustering", options={}, width=138)
        self.method = Select(label="way of clustering", options=TITLES, value="kmeans", width=106)
        self.source = Select(label="what is grouped", options=SOURCES, value="features", width=88)
        self.dial = IntInput(label="clusters", labelled=True, value=8, start=2, width=64)
        self.button = Button(label="Cluster", on_click=self.press)
        self.rename_field = TextInput(
            label="name of the cluster",
            placeholder="name the selected cluster …",
            width=170,
            max_length=40,
            visible=False,
        )
        self.job = BackgroundJob(session, self._done)
        self.comparing = BackgroundJob(session, lambda result: self._show())
        self.text = ActionText(self.on_action, css=":host{padding:2px 10px}", sizing_mode="stretch_both")
        self._number: int | None = None
        self._offering = False
        self._looking = LatestRequest(session)
        self._view = pn.Column(
            pn.FlexBox(
                self.kept,
                self.method,
                self.source,
                self.dial,
                self.button,
                self.rename_field,
                gap="6px",
                align_items="center",
                margin=(6, 10, 2, 10),
                sizing_mode="stretch_width",
            ),
            self.job.line,
            self.comparing.line,
            self.text,
            sizing_mode="stretch_both",
            margin=0,
        )
        self.method.param.watch(self._method_chosen, "value")
        self.kept.param.watch(self._chosen, "value")
        self.rename_field.enter(self.rename)
        session.follow(self._offer, "clusterings_changed")
        session.follow(self._show, "verdicts_changed", "studies_changed")
        session.follow(self._selection_changed, "selection")
        self._method_chosen()
        self._offer()
        self._chosen()
        self._selection_changed()

    def request(self) -> ClusterRequest:
        """The request as the widgets are set; for the selected stars only, when some are selected.

        Raises
        ------
        ClaraError
            When it can't be had.
        """
        session = self.session
        kind, _, metric = self.method.value.partition(" ")
        values: dict[str, Any] = {DIALS[kind][0]: self.dial.value} | ({"metric": metric} if metric else {})
        title = next(title for title, value in TITLES.items() if value == self.method.value)
        chosen = tuple(session.selection) if len(session.selection) > 1 else ()
        source: Source = FEATURES
        name = FOLDED_SET
        if self.source.value in FEATURE_SOURCES and not metric:
            name = self.source.value
        elif not metric:
            wanted = {"features": "pca"}.get(self.source.value, self.source.value)
            found = request_of(wanted, session.server.workspace, session.run)
            if found is None:
                raise ClaraError(f"no {self.source.value} here yet: they need a run, or a cross-match in the area Data")
            source, name = found.source, found.name
        return ClusterRequest(
            title=f"{title} {self.dial.value}" + (f" of {len(chosen):,}" if chosen else ""),
            source=source,
            name=name,
            method=cluster_settings(kind, **values),
            targets=chosen,
        )

    def press(self) -> None:
        """Queue the clustering."""
        try:
            request = self.request()
        except ClaraError as error:
            self.job.line.object = problem_html(str(error))
            return
        self.job.start(JobKind.CLUSTER, request.title, partial(self._make, request))

    def rename(self) -> None:
        """Call the cluster that is selected what was typed."""
        name = (self.rename_field.value_input or self.rename_field.value or "").strip()
        if self._number is None or not self.kept.value:
            return

        rename = self.session.server.workspace.clusterings.rename
        by = self.session.signature()
        self.session.write(
            partial(rename, self.kept.value, self._number, name, by), lambda nothing: self.rename_field.clear()
        )

    def _make(self, request: ClusterRequest, report: Reporter) -> str:
        workspace = self.session.server.workspace
        if request.source == FEATURES and request.name in FEATURE_SOURCES:
            extract_features(workspace, request.name, report)
        return cluster_stars(workspace, request, report).id

    def _compare(self, kept: KeptClustering, report: Reporter) -> Found:
        return Found(clusters_again(self.session.server.workspace, kept.request, report=report))

    def _done(self, clustering_id: str) -> None:
        self._offer()
        self.kept.value = clustering_id
        self.session.colour_by = f"{CLUSTER}{clustering_id}"

    def _method_chosen(self, *events: object) -> None:
        kind, _, metric = self.method.value.partition(" ")
        name, words = DIALS[kind]
        self.dial.param.update(label=words, value=METHODS[kind].model_fields[name].default)
        self.source.disabled = bool(metric)

    def _offer(self, *events: object) -> None:
        kept = self.session.server.groups.clusterings()
        options = {f"{one.request.title or one.request.method.kind} · {one.id[9:15]}": one.id for one in kept}
        value = self.kept.value if self.kept.value in options.values() else next(iter(options.values()), None)
        self._offering = True  # another user's clustering must not recolour the map
        self.kept.param.update(options=options, value=value, visible=bool(options))
        self._offering = False
        self._show()

    def _chosen(self, *events: object) -> None:
        self._number = None
        if self.kept.value and not self._offering:
            self.session.colour_by = f"{CLUSTER}{self.kept.value}"
        self._show()

    def _show(self, *events: object) -> None:
        self.rename_field.visible = self._number is not None
        if not self.kept.value:
            self._looking.cancel()
            self._tell(
                '<p class="quiet">Cluster groups the stars (those that are selected, or all), colours the map by '
                "group, and lists the labels that gather in each.</p>"
            )
        else:
            self._looking(partial(self._described, self.kept.value), self._tell, self._fail)

    def _described(self, clustering_id: str) -> str:
        server = self.session.server
        kept = server.groups.clustering(clustering_id)
        sizes = server.groups.clusters(kept).value_counts()
        best = None
        with suppress(WorkspaceError, FeatureError):  # without labels, or where every cluster is small
            best = best_of(server.workspace, kept, draws=DRAWS)
        again: Found | None = server.finding(JobKind.CLUSTERS_AGAIN, kept.id)
        compared = None if again is None else again.table
        return clustering_html(kept, sizes, cluster_enrichment(server.workspace, kept.id), best, compared)

    def _tell(self, words: str) -> None:
        self.text.object = words

    def _fail(self, why: str) -> None:
        self._tell(problem_html(why))

    def on_action(self, action: str) -> None:
        """Do what a button says."""
        server = self.session.server
        if action == DELETE:
            self.session.write(partial(server.workspace.clusterings.delete, self.kept.value))
        elif action == AGAIN:
            kept = server.groups.clustering(self.kept.value)
            work = partial(self._compare, kept)
            title = f"is {kept.request.title or kept.request.method.kind} found again?"
            stored = server.storing_result(JobKind.CLUSTERS_AGAIN, kept.id, work)
            self.comparing.start(JobKind.CLUSTERS_AGAIN, title, stored)
        elif action.startswith(SELECT):
            number = int(action.removeprefix(SELECT))
            numbers = server.groups.clusters(server.groups.clustering(self.kept.value))
            known = set(self.session.table.index)
            members = numbers.index[numbers == number]
            self._number = number
            self.session.selection = [target_id for target_id in members if target_id in known]
            self._show()

    def _selection_changed(self, *events: object) -> None:
        count = len(self.session.selection)
        self.button.label = f"Cluster the {count:,} selected" if count > 1 else "Cluster"

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
