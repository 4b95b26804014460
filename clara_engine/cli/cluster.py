"""Commands that group stars and say what they are like: cluster, clusters, match."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clara_engine.cli.maps import FeatureSetName, Leaves, Options, Parameters, chosen_source, parsed_options
from clara_engine.cli.options import AsJson, Cluster, Folder, chosen_label, existing, filled, output
from clara_engine.cli.output import progress, say, show_json, show_table
from clara_engine.cli.runs import RunName, chosen_targets
from clara_engine.cli.where import Where, WhereRun, any_run, chosen_by
from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.text import counted

if TYPE_CHECKING:
    import pandas as pd

    from clara_engine.store.clusterings import KeptClustering
    from clara_engine.studies.similar import LabelMatches
    from clara_engine.workspace import Workspace

__all__ = ["COMMANDS"]

#: Feature set, neighbours, threshold and seed of a match that is not asked for in another way.
USUAL_MATCH = ("flux_power", None, 0.6, 0)

SHOWN = [
    "cluster",
    "family",
    "value",
    "size",
    "hits",
    "share",
    "share_low",
    "share_high",
    "chance",
    "lift",
    "p_corrected",
]


def cluster(
    method: Annotated[
        str,
        typer.Argument(
            help="kmeans, dbscan, hdbscan, gaussian_mixture (gmm), dirichlet_mixture (dpmm) or hierarchical."
        ),
    ] = "kmeans",
    feature_set: FeatureSetName = "flux_power",
    leaves: Leaves = None,
    parameters: Parameters = None,
    option: Options = None,
    components: Annotated[int, typer.Option(min=1, max=500, help="Principal components that are grouped.")] = 10,
    target: Annotated[list[str] | None, typer.Option(help="Only this TIC or target id; may be repeated.")] = None,
    within: Annotated[str | None, typer.Option(help="Only one cluster: CLUSTERING/NUMBER, e.g. latest/2.")] = None,
    where: Where = None,
    where_run: WhereRun = "latest",
    title: Annotated[str, typer.Option(help="What to call it.")] = "",
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 0,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Group stars, measure the groups, and list the labels that gather in them.

    Options: kmeans has clusters; gaussian_mixture clusters, covariance; dirichlet_mixture clusters, covariance,
    concentration; dbscan radius, min_samples, metric, window; hdbscan min_cluster_size, min_samples, selection, metric,
    window; hierarchical clusters, linkage, metric, window. metric is euclidean or dtw.

    For folded curves compared by dynamic time warping: `clara features --set folded`, then
    `clara cluster hdbscan --set folded -o metric=dtw`.
    """
    from clara_engine.clusters import cluster_settings
    from clara_engine.store.clusterings import ClusterRequest
    from clara_engine.studies.cluster import cluster_stars

    ws = filled(workspace)
    source, name = chosen_source(ws, feature_set, leaves, parameters)
    request = ClusterRequest(
        title=title,
        source=source,
        name=name,
        method=cluster_settings(method, **parsed_options(option)),
        components=components,
        seed=seed,
        targets=tuple(_selection(ws, target or [], within, chosen_by(ws, where, any_run(ws, leaves or where_run)))),
    )
    with progress() as report:
        kept = cluster_stars(ws, request, report)
    _show(ws, kept, as_json)


def clusters(
    name: Annotated[str | None, typer.Argument(help="Id or title of a clustering, or `latest`.")] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Group again by other seeds, settings and sectors: is it found again?")
    ] = False,
    seeds: Annotated[int, typer.Option(min=0, max=100, help="--again: other seeds that are tried.")] = 3,
    vary: Annotated[
        list[str] | None, typer.Option(help="--again: SETTING=VALUE,VALUE to try, e.g. clusters=4,6; may be repeated.")
    ] = None,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """List clusterings, or show one with the labels of today, or ask whether it is found again."""
    changes = {setting: [one.strip() for one in given.split(",")] for setting, given in parsed_options(vary).items()}
    ws = existing(workspace)
    if again:
        _again(ws, ws.clusterings.get(name or "latest"), seeds, changes, as_json)
        return
    if name is not None:
        _show(ws, ws.clusterings.get(name), as_json)
        return
    found = [_facts(kept) for kept in ws.clusterings.list()]
    if as_json:
        show_json(found)
    elif found:
        show_table(
            [{key: fact for key, fact in facts.items() if key not in ("request", "left_out")} for facts in found]
        )
    else:
        say("no clusterings yet: `clara cluster` makes one")


def match(
    family: Annotated[str, typer.Argument(help="Label family to match with: simbad, toi, eb, verdict …")],
    published: Annotated[bool, typer.Option("--published", help="PCA of the references, cosine, threshold.")] = False,
    feature_set: FeatureSetName = "flux_power",
    threshold: Annotated[float, typer.Option(min=-1, max=1, help="Published: an outlier below this cosine.")] = 0.6,
    neighbours: Annotated[
        int | None, typer.Option(min=1, help="References that vote; by default what is best.")
    ] = None,
    target: Annotated[list[str] | None, typer.Option(help="Show this TIC or target id; may be repeated.")] = None,
    where: Where = None,
    where_run: WhereRun = "latest",
    top: Annotated[int, typer.Option(min=0, help="How many to list, surest first.")] = 15,
    save: Annotated[Path | None, output("Table of all stars: .csv, .parquet or .vot.")] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 0,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Match every star to labelled stars by cosine similarity; a star never matches itself.

    What each star is most like is kept as labels: the family similar_FAMILY, and similar_FAMILY_group for the published
    groups. They colour the map, can be asked for with --where, and are exported; nothing is measured by them.
    """
    from clara_engine.jobs import JobKind
    from clara_engine.report.export import write_table
    from clara_engine.studies.findings import keep_finding
    from clara_engine.studies.similar import calibrated_similarity, keep_matches, match_title, published_similarity

    ws = filled(workspace)
    shown = chosen_targets(ws, target or [])
    meant = chosen_by(ws, where, any_run(ws, where_run))  # before anything is kept: it may be refused
    if published:
        found = published_similarity(ws, family, feature_set, threshold=threshold, seed=seed)
    else:
        found = calibrated_similarity(ws, family, feature_set, neighbours=neighbours, seed=seed)
    kept = keep_matches(ws, family, found)
    if (feature_set, neighbours, threshold, seed) == USUAL_MATCH:  # the page shows it too
        keep_finding(ws, JobKind.MATCH, match_title(family, published=published), found)
    table = found.table
    if meant is not None:
        table = table[table["target_id"].isin(meant)]
    if save is not None:
        write_table(table, save)
    if target:
        table = table[table["target_id"].isin(shown)]
    if as_json:
        show_json(_match_facts(found) | {"family": kept, "matches": table})
        return
    _tell_match(found, family)
    say(f"kept as labels of the family {kept}")
    surest = "similarity" if published else "probability"
    columns = ["target_id", "label", surest, "similarity", "reference_id", "reference_label"]
    columns += ["group"] if published else ["novelty"]
    listed = table[list(dict.fromkeys(columns))].sort_values(surest, ascending=False).head(top)
    show_table(listed.fillna({"reference_id": "–", "reference_label": "–"}), "matches")


def _again(ws: Workspace, kept: KeptClustering, seeds: int, changes: dict[str, list[str]], as_json: bool) -> None:
    from clara_engine.jobs import JobKind
    from clara_engine.studies.clusters_again import clusters_again
    from clara_engine.studies.findings import Found, keep_finding

    with progress() as report:
        table = clusters_again(ws, kept.request, seeds=seeds, changes=changes or None, report=report)
    keep_finding(ws, JobKind.CLUSTERS_AGAIN, kept.id, Found(table))
    if as_json:
        show_json({"clustering": kept.id, "again": table})
        return
    say(
        f"clustering {kept.id} against others of the same stars: adjusted Rand index, 1 for the same groups, 0 by "
        "chance; 95 % interval over stars; 95 % of random groupings lie below chance_high"
    )
    show_table(table)


def _selection(ws: Workspace, targets: list[str], within: str | None, where: list[str] | None) -> list[str]:
    chosen = chosen_targets(ws, targets)
    if where is not None:
        asked = [target_id for target_id in chosen if target_id in set(where)]
        if chosen and not asked:
            raise WorkspaceError("none of the targets that are named meets --where")
        chosen = asked or where
    if within is None:
        return chosen
    name, sign, number = within.rpartition("/")
    if not sign or not number.removeprefix("-").isdigit():
        raise DesignError(f"--within {within!r} can't be read: write CLUSTERING/NUMBER, e.g. latest/2")
    table = ws.clusterings.get(name).labels()
    inside: list[str] = table.loc[table["cluster"] == int(number), "target_id"].tolist()
    if not inside:
        raise WorkspaceError(f"clustering {name!r} has no cluster {number}")
    return [target_id for target_id in inside if not chosen or target_id in chosen]


def _facts(kept: KeptClustering) -> dict[str, Any]:
    request = kept.request
    return {
        "clustering": kept.id,
        "title": request.title,
        "method": request.method.kind,
        "of": request.name,
        "targets": kept.targets,
        "left_out": kept.left_out,
        "clusters": kept.quality.clusters,
        "noise": kept.quality.noise_share,
        "silhouette": kept.quality.silhouette,
        "seconds": kept.seconds,
        "request": request.model_dump(mode="json", exclude={"targets"}),
    }


def _show(ws: Workspace, kept: KeptClustering, as_json: bool) -> None:
    from clara_engine.studies.cluster import cluster_enrichment

    table = cluster_enrichment(ws, kept.id)
    quality = kept.quality
    figures = {
        "calinski_harabasz": quality.calinski_harabasz,
        "davies_bouldin": quality.davies_bouldin,
        "aic": quality.aic,
        "bic": quality.bic,
    }
    if as_json:
        show_json({**_facts(kept), **figures, "sizes": _sizes(kept), "reason": kept.reason, "enrichment": table})
        return
    known = {"silhouette": quality.silhouette, **figures}
    listed = ", ".join(f"{name.replace('_', '–')} {value:.4g}" for name, value in known.items() if value is not None)
    say(
        f"clustering {kept.id}: {counted(quality.clusters, 'cluster')} of {counted(kept.targets, 'target')}, "
        f"{quality.noise_share:.0%} "
        f"in none, {kept.left_out} left out, {kept.seconds:.1f} s{'; ' if listed else ''}{listed}"
    )
    say(f"sizes: {', '.join(f'{number}: {size}' for number, size in _sizes(kept).items()) or kept.reason}")
    if kept.reason:
        return
    if table.empty:
        say("no labels to compare with: `clara label FILE.csv --column COLUMN` adds some")
    else:
        say("share: 95 % interval; p_corrected: Fisher's exact test, Holm for the number of clusters")
        show_table(table[SHOWN].head(15), "labels that gather in a cluster, most significant first")


def _sizes(kept: KeptClustering) -> dict[str, int]:
    counts: pd.Series = kept.labels()["cluster"].value_counts().sort_index()
    return {str(number): int(count) for number, count in counts.items() if isinstance(number, int) and number >= 0}


def _match_facts(found: LabelMatches) -> dict[str, Any]:
    facts: dict[str, Any] = {"references": found.references, "ambiguous": found.ambiguous}
    if found.held_out is not None:
        held = found.held_out
        facts |= {
            "neighbours": found.neighbours,
            "accuracy": held.correct / held.total,
            "chance": held.chance,
            "balanced_accuracy": held.balanced_accuracy,
            "log_loss": held.log_loss,
            "chance_log_loss": held.chance_log_loss,
            "calibration_error": held.calibration_error,
            "confusion": held.confusion.reset_index(),
        }
    return facts


def _tell_match(found: LabelMatches, family: str) -> None:
    from clara_engine.evaluate.rates import wilson_interval

    several = f", {found.ambiguous} with several labels left out" if found.ambiguous else ""
    say(f"{counted(found.references, 'star')} with a {family} label to match with{several}")
    if found.held_out is None:
        return
    held = found.held_out
    low, high = wilson_interval(held.correct, held.total)
    say(
        f"held-out references: {held.correct / held.total:.2f} right ({low:.2f}–{high:.2f}; most common label alone "
        f"{held.chance:.2f}), mean recall {held.balanced_accuracy:.2f} (chance {1 / len(held.confusion):.2f}), "
        f"log loss {held.log_loss:.2f} (chance {held.chance_log_loss:.2f}), {found.neighbours} neighbours"
    )
    say("held-out references, true label by predicted label:")
    show_table(held.confusion.reset_index())


def headline(
    run: RunName = "latest",
    label: Annotated[
        str | None, typer.Option(help="FAMILY or FAMILY/VALUE that counts as a transit; TOIs by default.")
    ] = None,
    top: Annotated[float, typer.Option(min=0.1, max=100, help="Candidates: the strangest so many %.")] = 10.0,
    where: Where = None,
    feature_set: Annotated[str, typer.Option("--set", help="Feature set that is clustered.")] = "shape",
    components: Annotated[int, typer.Option(min=2, max=100, help="Of the mixture.")] = 3,
    gaussian: Annotated[
        bool, typer.Option("--gaussian", help="A Gaussian mixture instead of a Dirichlet process.")
    ] = False,
    least: Annotated[int, typer.Option(min=1, help="Smaller clusters are not chosen.")] = 10,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 0,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Run the published headline again: of the candidates in one mixture cluster, how many are transits.

    The publication has 16 of 114 in one cluster. The share of the best cluster stands beside what the best of as many
    clusters of these sizes has by chance. --where takes other candidates than the strangest.
    """
    from clara_engine.studies.headline import headline as study
    from clara_engine.studies.sweep import target_label

    ws = filled(workspace, cluster)
    found_run = ws.runs.get(run)
    chosen = target_label(ws, chosen_label(ws, label))
    targets = chosen_by(ws, where, found_run)
    with progress() as report:
        found = study(
            ws,
            found_run,
            chosen,
            targets=targets,
            top=top / 100,
            features=feature_set,
            clusters=components,
            dirichlet=not gaussian,
            least=least,
            seed=seed,
            report=report,
        )
    if as_json:
        show_json({"run": found_run.id, **asdict(found)})
        return
    best = found.found
    say(
        f"cluster {best.cluster} of {found.clustering}: {best.hits} of {counted(best.size, 'candidate')} are "
        f"{found.label}, {best.share:.1%} (95 % interval {best.low:.1%}–{best.high:.1%}); published 16 of 114, "
        f"{found.published_share:.1%} ({found.published_low:.1%}–{found.published_high:.1%})"
    )
    say(
        f"among all {counted(best.stars, 'candidate')} {best.chance:.1%}; the best cluster by chance has "
        f"{best.best_by_chance:.1%}, and as much as this with p = {best.p_value:.2g}; {found.left_out} left out"
    )


COMMANDS = (cluster, clusters, match, headline)
