"""The figures of the book: for each, what is kept is found, or computed when asked, and drawn as everywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from clara_engine import plots
from clara_engine.errors import ClaraError
from clara_engine.evaluate.population import CORRELATED, with_derived
from clara_engine.evaluate.rates import Measures
from clara_engine.jobs import JobKind
from clara_engine.plots.score_against_parameter import TITLES
from clara_engine.progress import Report, quiet
from clara_engine.report.export import ranking
from clara_engine.store.clusterings import ClusterRequest
from clara_engine.store.maps import MapRequest
from clara_engine.store.sources import FEATURES
from clara_engine.studies.cluster import cluster_enrichment, cluster_stars
from clara_engine.studies.embed import make_map
from clara_engine.studies.findings import Found, keep_finding, last_finding
from clara_engine.studies.population import correlations, star_colours
from clara_engine.studies.similar import LabelMatches, calibrated_similarity, keep_matches, match_title
from clara_engine.studies.steer import SteeringMatrix
from clara_engine.studies.steering_plan import SteeringPlan
from clara_engine.studies.sweep import Label, target_label
from clara_engine.studies.train import importances, measured_labels
from clara_engine.text import counted

if TYPE_CHECKING:
    from clara_engine.store.runs import Run
    from clara_engine.store.store import Store

__all__ = ["PIECES", "Figure", "Missing", "Piece", "Subject"]

SCORE = "anomaly score (0 to 1)"
#: Fewer stars than this with a parameter are no figure.
LEAST_STARS = 10
BARS = 40


class Missing(ClaraError):
    """A piece that can't be shown yet: why, and the command that makes it."""

    def __init__(self, reason: str, command: str = "") -> None:
        super().__init__(reason)
        self.command = command


@dataclass(frozen=True, eq=False)
class Figure:
    """One picture.

    Attributes
    ----------
    name : str
        Of its files, without ending.
    plot : holoviews.Overlay
    words : str
        What it shows, for a person who sees it or not.
    size : (float, float)
        Width and height [inches].
    """

    name: str
    plot: Any
    words: str
    size: tuple[float, float] = (6.4, 4.2)


@dataclass(frozen=True, eq=False)
class Piece:
    """Pictures and tables of one question.

    Attributes
    ----------
    made_from : str
        Which run, map, clustering … they show.
    stars : int
        How many stars they are of.
    figures : sequence of Figure
    tables : mapping of str to DataFrame
        By the name of the file, without ending.
    """

    made_from: str
    stars: int
    figures: Iterable[Figure] = ()
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(eq=False)
class Subject:
    """What a book is about.

    Attributes
    ----------
    store : Store
    run : Run
    label : (family, value), optional
        What is measured and matched; TOIs by default, or whatever there is.
    make : bool
        Whether what is missing is computed, where that asks no archive.
    report : Report
    """

    store: Store
    run: Run
    label: Label | None = None
    make: bool = False
    report: Report = quiet

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Scores of the run by target id."""
        return self.run.scores().set_index("target_id")

    @cached_property
    def about(self) -> str:
        """The run in words."""
        return f"run {self.run.name!r} ({self.run.id})"

    @cached_property
    def measured(self) -> Label:
        """The label that is measured."""
        try:
            return target_label(self.store, self.label)
        except ClaraError as error:
            raise Missing(str(error), "clara crossmatch --toi") from None

    def stars(self, ids: Iterable[str]) -> int:
        """How many stars some light curves are of."""
        return int(self.store.targets.stars().reindex(list(ids)).nunique())

    def plane(self) -> tuple[pd.DataFrame, str]:
        """The t-SNE map of the features of the run, by target id, and what it is in words."""
        name = self.run.spec.feature_set
        request = MapRequest.of(FEATURES, name, "tsne")
        if self.store.maps.find(request) is None and not self.make:
            raise Missing(f"no t-SNE map of {name} for the present light curves yet", f"clara map tsne --set {name}")
        places = make_map(self.store, request, self.report).set_index("target_id")
        quality = self.store.maps.facts(request).get("quality", {})
        told = f", trustworthiness {quality['trustworthiness']:.3f} (chance .5)" if quality else ""
        return places[["x", "y"]], f"t-SNE map of the features {name}{told}"


def the_ranking(book: Subject) -> Piece:
    """Every light curve with its score and all that is known."""
    return Piece(book.about, book.stars(book.scores.index), tables={"ranking": ranking(book.store, book.run)})


def performance(book: Subject) -> Piece:
    """Measures for the label, and a table of those for all labels."""
    label = "/".join(book.measured)
    found = measured_labels(book.store, book.run.scores())
    if label not in found:
        raise Missing(f"no light curve that {book.about} ranks carries {label}, or all do", "clara runs")
    rows = [{"label": name, **_rates(one)} for name, one in found.items()]
    known = found[label]
    words = f"measures of the ranking for {label}: {known.positives} of {counted(known.targets, 'light curve')}"
    figure = Figure("performance", plots.performance(known), words, (6.4, 3.2))
    ranked = book.scores.index[~book.scores["set_aside"]]
    return Piece(book.about, book.stars(ranked), [figure], {"performance": pd.DataFrame(rows)})


def the_map(book: Subject) -> Piece:
    """The map, coloured by score, and with labelled stars that stand out."""
    plane, told = book.plane()
    scores = book.scores["anomaly_score"].reindex(plane.index)
    shade = plots.Shade.of(scores, SCORE)
    figures = [Figure("map", plots.embedding(plane, shade), "the map; colour: the score, the strangest on top")]
    try:
        label = book.measured
    except Missing:
        pass
    else:
        chosen = plane.index[book.store.labels.members(list(plane.index))[label]]
        plot = plots.embedding(plane, shade, selection=set(chosen))
        words = f"the same with {counted(len(chosen), 'light curve')} of {'/'.join(label)} standing out"
        figures.append(Figure("map_labelled", plot, words))
    table = plane.assign(anomaly_score=scores).reset_index()
    return Piece(f"{told}; {book.about}", book.stars(plane.index), figures, {"map": table})


def clusters(book: Subject) -> Piece:
    """The newest clustering on the map, and the labels that gather in its clusters."""
    known = book.store.clusterings.list()
    if not known and not book.make:
        raise Missing("no clustering in this workspace yet", f"clara cluster --set {book.run.spec.feature_set}")
    request = ClusterRequest(name=book.run.spec.feature_set)
    kept = known[0] if known else cluster_stars(book.store, request, book.report)
    if kept.reason:
        raise Missing(kept.reason, "clara cluster")
    names, table = kept.names(), kept.labels().set_index("target_id")
    table["name"] = table["cluster"].map(names)
    plane, told = book.plane()
    shown = plane.join(table["name"].where(table["cluster"] >= 0))
    middles = {str(name): (part["x"].median(), part["y"].median()) for name, part in shown.groupby("name")}
    method = kept.request.method.kind.replace("_", " ")
    words = f"{counted(kept.quality.clusters, 'cluster')} by {method} on the map, each named at its middle"
    plot = plots.embedding(plane, shown["name"], names=middles)
    silhouette = kept.quality.silhouette
    width = "" if silhouette is None else f", silhouette {silhouette:.3f}"
    about = f"clustering {kept.request.title or kept.id} of {kept.request.name}{width}; {told}"
    tables = {
        "clusters": plane.join(table, how="right").reset_index(),
        "cluster_labels": cluster_enrichment(book.store, kept.id),
    }
    return Piece(about, book.stars(table.index), [Figure("clusters", plot, words)], tables)


def the_importances(book: Subject) -> Piece:
    """The features that the forest lives on."""
    found: Found | None = last_finding(book.store, JobKind.IMPORTANCES, book.run.id)
    if found is None and not book.make:
        raise Missing("importances of this run have not been computed yet", f"clara importances {book.run.id}")
    if found is None:
        found = Found(importances(book.store, book.run, report=book.report))
        keep_finding(book.store, JobKind.IMPORTANCES, book.run.id, found)
    rows = min(len(found.table), BARS)
    plot = plots.importances(found.table, most=BARS)
    words = f"the {rows} strongest of {counted(len(found.table), 'feature')}, beside the highest with shuffled labels"
    figure = Figure("importances", plot, words, (6.4, 1 + 0.17 * rows))
    trained = book.scores.index[book.scores["trained"]]
    return Piece(book.about, book.stars(trained), [figure], {"importances": found.table})


def similarity(book: Subject) -> Piece:
    """How well labelled stars are recognised by the others, and what each star is most like."""
    family = book.measured[0]
    title = match_title(family)
    found: LabelMatches | None = last_finding(book.store, JobKind.MATCH, title)
    if found is None and not book.make:
        raise Missing(f"stars have not been matched to those with a {family} label yet", f"clara match {family}")
    if found is None:
        book.report.stage("matching")
        found = calibrated_similarity(book.store, family)
        keep_matches(book.store, family, found)
        keep_finding(book.store, JobKind.MATCH, title, found)
    held = found.held_out
    assert held is not None
    words = (
        f"labelled stars (up) and what they were named by the others (across): {held.correct} of {held.total} right; "
        f"naming always the commonest label has {held.chance:.0%}"
    )
    side = 2 + 0.55 * len(held.confusion)
    figure = Figure("similarity", plots.similarity_classes(held, xrotation=35), words, (side + 1, side))
    tables = {"similarity": found.table, "similarity_confusion": held.confusion.reset_index()}
    about = f"{counted(found.references, 'light curve')} with a {family} label, {found.neighbours} neighbours vote"
    return Piece(about, book.stars(found.table["target_id"]), [figure], tables)


def gaia(book: Subject) -> Piece:
    """The colour–magnitude diagram, coloured by score, and with the strangest stars."""
    places = star_colours(book.store)
    placed = places[places["abs_g"].notna()].index
    if placed.empty:
        if book.store.simulated:
            raise Missing("simulated stars are in no catalogue: the diagram would stay empty")
        raise Missing("no star here has a colour and a parallax of Gaia", "clara crossmatch --gaia")
    scores = book.scores["anomaly_score"].reindex(places.index)
    top = set(book.scores.index[book.scores["percentile"] >= 95]) & set(placed)
    shade = pd.Series(scores, name=SCORE)
    figures = [
        Figure("gaia", plots.colour_magnitude(places, shade), "absolute G against colour; colour: the score"),
        Figure(
            "gaia_strangest",
            plots.colour_magnitude(places, selection=top),
            f"the same with the strangest 5 %, {counted(len(top), 'light curve')}, standing out",
        ),
    ]
    table = places.assign(anomaly_score=scores).rename_axis("target_id").reset_index()
    source = "simulated colours and parallaxes" if book.store.simulated else "colours and parallaxes of Gaia"
    return Piece(f"{source}; {book.about}", book.stars(placed), figures, {"gaia": table})


def score_against_parameters(book: Subject) -> Piece:
    """The score against each stellar parameter that is known, and their correlations."""
    known = with_derived(book.store.parameters.table()).reindex(book.scores.index)
    names = [name for name in TITLES if name in known and known[name].notna().sum() >= LEAST_STARS]
    if not names:
        raise Missing(f"fewer than {LEAST_STARS} stars have a stellar parameter", "clara crossmatch --gaia")
    table = correlations(book.store, book.run, tuple(dict.fromkeys((*CORRELATED, *names))), report=book.report)
    rho = table.set_index("parameter")
    figures = []
    for name in names:
        row = rho.loc[name]
        told = f"Spearman's rho {row['rho']:.3f} ({row['rho_low']:.3f} to {row['rho_high']:.3f}, 95 % interval)"
        words = f"score against {TITLES[name][0]}, with medians of eight equal parts; {told}; 0 by chance"
        plot = plots.score_against_parameter(book.scores["anomaly_score"], known[name])
        figures.append(Figure(f"score_against_{name}", plot, words, (5.2, 3.4)))
    some = known.index[known[names].notna().any(axis=1)]
    return Piece(book.about, book.stars(some), figures, {"correlations": table})


def steering(book: Subject) -> Piece:
    """The steering matrix of the workspace, as far as it has been measured."""
    matrix = SteeringMatrix(book.store, SteeringPlan())
    table = matrix.kept_table()
    if table.empty and book.make:
        table = SteeringMatrix(book.store, SteeringPlan(seeds=1)).table(book.report)
    if table.empty:
        raise Missing("the steering matrix of these stars has not been measured yet", "clara steer --seeds 1")
    events, sets = table["event"].nunique(), table["contrast"].nunique()
    words = "ROC-AUC with which each contrast set (up) finds each injected event (across); chance .5"
    plot = plots.steering_matrix(table)
    figure = Figure("steering_matrix", plot, words, (2.5 + 0.62 * events, 1.6 + 0.3 * sets))
    measured = {star for seed in range(int(table["seeds"].max())) for star in matrix.split(seed).measured}
    about = f"injection into stars that did not train, {counted(int(table['seeds'].max()), 'seed')}; of no single run"
    return Piece(about, book.stars(measured), [figure], {"steering_matrix": table})


def _rates(found: Measures) -> dict[str, Any]:
    """Measures in one row: each with its interval and chance level."""
    rates = {
        "roc_auc": found.roc_auc,
        "average_precision": found.average_precision,
        "recall": found.recall,
        "lift": found.lift,
        **{f"recall_top_{share * 100:g}_percent": rate for share, rate in found.recall_top.items()},
    }
    row: dict[str, Any] = {"labelled": found.positives, "light_curves": found.targets}
    row["anomaly_rate"] = found.anomaly_rate
    for name, rate in rates.items():
        row |= {name: rate.value, f"{name}_low": rate.low, f"{name}_high": rate.high, f"{name}_chance": rate.chance}
    return row


#: Titles, and what finds or makes each piece.
PIECES: Mapping[str, Callable[[Subject], Piece]] = {
    "Ranking": the_ranking,
    "Performance": performance,
    "Map": the_map,
    "Clusters": clusters,
    "Importances of features": the_importances,
    "Similarity to labelled stars": similarity,
    "Colour–magnitude diagram of Gaia": gaia,
    "Score against stellar parameters": score_against_parameters,
    "Steering matrix": steering,
}
