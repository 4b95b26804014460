"""The workspace as the pages see it: read once for all pages of a server, and kept in memory until it changes."""

from __future__ import annotations

import logging
import os
from collections.abc import Hashable
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd

from clara_app.formatting import counted, light_curve_names
from clara_app.group_cache import GroupCache
from clara_app.hover_card import curve_thumbnail
from clara_app.label_cache import LabelCache
from clara_app.map_choice import request_of
from clara_app.measured_events import MeasuredEvents
from clara_app.star_view import sectors_of
from clara_app.stars import Facts, StarCache
from clara_app.verdict_cache import VerdictCache
from clara_engine.archives.intervals import BadInterval, BadIntervals, bad_intervals
from clara_engine.caching import remembered
from clara_engine.errors import ClaraError, WorkspaceUnavailable
from clara_engine.groups import group_names
from clara_engine.jobs import JobKind, Reporter
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import (
    Ephemeris,
    Evidence,
    FlareSearch,
    PeriodSearch,
    StarFacts,
    find_flares,
    find_periods,
    gather_evidence,
)
from clara_engine.periods.known_intervals import intervals_of
from clara_engine.readers import stitch
from clara_engine.store.known_ephemerides import KnownEphemeris, known_ephemerides
from clara_engine.store.maps import MapRequest
from clara_engine.store.versions import Topic
from clara_engine.store.vocabulary import STANDARD, VerdictLabel
from clara_engine.studies.about_star import star_facts
from clara_engine.studies.claims import kept_claims
from clara_engine.studies.extract import median_features
from clara_engine.studies.findings import last_finding
from clara_engine.studies.joined_event import JoinedEvent, joined_event
from clara_engine.studies.recover import kept_completeness
from clara_engine.synthetic import choose_hosts
from clara_engine.workspace import Run, Workspace

__all__ = ["FEATURE_SET", "CachedWorkspace"]

FEATURE_SET = "flux_power"
TABLES_IN_MEMORY = 8
FINDINGS_IN_MEMORY = 32
TRANSITS_IN_MEMORY = 32
STARS_IN_MEMORY = 500
PICTURES_IN_MEMORY = 2000
#: What the table of targets depends on.
CATALOGUED = (Topic.TARGETS, Topic.LABELS)
#: What the number of targets without features depends on.
FEATURED = (Topic.TARGETS, Topic.FEATURES)
#: What the map of the targets depends on.
MAPPED = (Topic.TARGETS, Topic.LABELS, Topic.FEATURES, Topic.MAPS)

log = logging.getLogger(__name__)


class CachedWorkspace:
    """A workspace with a cache in memory. Every method may be called from any thread.

    Attributes
    ----------
    workspace : Workspace
    versions : dict
        The change counter of each topic when the workspace was last read; the cache has the state of that time.
    runs : list of Run
    vocabulary : list of VerdictLabel
    verdicts : VerdictCache
    star : callable
        ``target_id -> Star``, from memory if it was shown lately.
    sectors : callable
        ``target_id -> Series``, as `clara_app.star_view.sectors_of` says.
    ephemerides : callable
        ``target -> DataFrame``: the saved ephemerides of a star that stand, indexed by number.
    labels : LabelCache
    groups : GroupCache
    claims, completeness : callable
        ``run -> ...``: see `clara_engine.studies.claims.kept_claims` and
        `clara_engine.studies.recover.kept_completeness`.
    map_facts : callable
        ``request -> dict``: see `clara_engine.store.maps.MapStore.facts`.
    lacking : callable
        ``feature_set -> int``: how many targets have no row of a feature set.
    transit : MeasuredEvents
        ``light_curve, ephemeris -> Transit``: the event on the period of its orbit, measured once for all panes.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.versions: dict[Topic, int] = {}
        self.runs: list[Run] = []
        self.vocabulary: list[VerdictLabel] = list(STANDARD)
        self.verdicts = VerdictCache(workspace.verdicts)
        self.star = StarCache(workspace.targets.light_curve, facts=self.facts, table=self.bad_intervals)
        self.labels = LabelCache(workspace.labels, lambda: self.versions[Topic.LABELS])
        self.groups = GroupCache(workspace, lambda topic: self.versions[topic])
        self.claims = remembered(TABLES_IN_MEMORY, key=self._scores_key)(kept_claims)
        self.completeness = remembered(TABLES_IN_MEMORY, key=self._completeness_key)(kept_completeness)
        self.lacking = remembered(TABLES_IN_MEMORY, key=partial(self._as_of, FEATURED))(self._count_lacking)
        self._catalogue = pd.DataFrame()
        self._known: dict[str, tuple[KnownEphemeris, ...]] = {}
        self._reading = Lock()
        self._scores = remembered(TABLES_IN_MEMORY, key=self._scores_key)(_read_scores)
        self._table = remembered(TABLES_IN_MEMORY, key=self._table_key)(self._make_table)
        self._map = remembered(TABLES_IN_MEMORY, key=self._map_key)(self._read_map)
        self.map_facts = remembered(TABLES_IN_MEMORY, key=self._map_key)(workspace.maps.facts)
        self._search = remembered(TABLES_IN_MEMORY, key=self._search_key)(self._search_together)
        self.sectors = remembered(STARS_IN_MEMORY, key=partial(self._as_of, CATALOGUED))(self._sectors_of)
        self.ephemerides = remembered(STARS_IN_MEMORY, key=self._ephemerides_key)(workspace.ephemerides.of)
        self.transit = MeasuredEvents(TRANSITS_IN_MEMORY)
        self._joined = remembered(TRANSITS_IN_MEMORY, key=self._joined_key)(self._join)
        self._evidence = remembered(TRANSITS_IN_MEMORY)(self._gathered)
        self._picture = remembered(PICTURES_IN_MEMORY)(self._draw)
        self._finding = remembered(FINDINGS_IN_MEMORY, key=self._finding_key)(partial(last_finding, workspace))
        self.read()

    def read(self) -> None:
        """Read what any process has written since the last time; this may wait for the disk.

        Raises
        ------
        ClaraError
            When the workspace can't be read now.
        """
        with self._reading:
            now = self.workspace.versions()
            changed = {topic for topic in Topic if now[topic] != self.versions.get(topic)}
            if Topic.VERDICTS in changed:
                self.verdicts.read()
            if Topic.RUNS in changed:
                self.runs = self.workspace.runs.list()
            if Topic.VOCABULARY in changed:
                self._read_vocabulary()
            if changed & set(CATALOGUED):
                self._catalogue = self._read_catalogue()
                self._known = known_ephemerides(self.workspace.labels.every_parameter())
            self.versions = now
            if changed & {Topic.SELECTIONS, Topic.CLUSTERINGS}:
                self.groups.read()

    def first_table(self) -> pd.DataFrame:
        """The ranking that a new page shows, of the newest run; it may wait for the disk.

        Raises
        ------
        ClaraError
            When the workspace can't be read now.
        """
        self.read()
        run, older = (*self.runs, None, None)[:2]
        return self.table(run, older)

    def read_first(self) -> None:
        """Read and measure the star that a new page shows, so that it finds it in memory; see `first_table`."""
        table = self.first_table()
        if len(table):
            self.read_whole(str(table.index[0]))

    def read_whole(self, target_id: str) -> None:
        """Read a star and measure its event, so that a page finds them in memory."""
        star = self.star(target_id)
        if star.light_curve is not None and star.best is not None:
            with suppress(ClaraError):  # the page says why
                self.transit(star.light_curve, star.best)
                if len(self.sectors(target_id)) > 1:
                    self.joined_event(target_id, star.best)

    def _read_vocabulary(self) -> None:
        try:
            self.vocabulary = list(self.workspace.vocabulary.labels())
        except WorkspaceUnavailable:
            raise
        except ClaraError as error:  # the file is damaged: the labels read before stay
            log.warning("%s", error)

    def catalogue(self) -> pd.DataFrame:
        """Targets with their catalogue parameters, indexed by target id, as they were when last read.

        ``which`` tells light curves of the same star apart, ``group`` what may be ranked together.
        """
        return self._catalogue

    def _read_catalogue(self) -> pd.DataFrame:
        table = self.workspace.targets.frame().set_index("target_id")
        parameters = self.workspace.labels.parameters()
        table = table.join(parameters[[name for name in parameters if name not in table]])
        like = self.workspace.labels.guesses()
        if len(like):
            table["like"] = like.reindex(table.index)
        table["which"] = light_curve_names(table)
        table["group"] = group_names(table)
        return table

    def _sectors_of(self, target_id: str) -> pd.Series:
        return sectors_of(self.catalogue(), target_id)

    def _as_of(self, topics: tuple[Topic, ...], name: str) -> Hashable:
        return name, *(self.versions[topic] for topic in topics)

    def _ephemerides_key(self, target: Target) -> Hashable:
        return target.name, self.versions[Topic.EPHEMERIDES]

    def known_ephemerides(self, target_id: str) -> tuple[KnownEphemeris, ...]:
        """What catalogues say of when a target has events, as it was when last read."""
        return self._known.get(target_id, ())

    def facts(self, target_id: str) -> Facts:
        """Name of a target, whether it is simulated, and the state of its file."""
        known = self.catalogue()
        if target_id not in known.index:
            return Facts(target_id)
        row = known.loc[target_id]
        simulated = bool(row["simulated"])
        name = f"{'SIM' if simulated else row['catalogue']} {row['tic']}"
        try:
            about = os.stat(row["path"])
        except OSError:
            return Facts(name, simulated)
        return Facts(name, simulated, (row["path"], about.st_mtime_ns, about.st_size))

    def scores(self, run: Run) -> pd.DataFrame:
        """Scores of a run, indexed by target id, strangest first."""
        return self._scores(run)

    def _scores_key(self, run: Run) -> Hashable:
        return run.id, self.versions[Topic.CLAIMS]

    def _completeness_key(self, run: Run) -> Hashable:
        return run.id, self.versions[Topic.STUDIES]

    def table(self, run: Run | None, older: Run | None) -> pd.DataFrame:
        """Targets with scores and catalogue parameters, strangest first, by target id; columns are shared, not copied.

        What made the contrast set itself comes last: the forest has learned to find it. With an older run,
        ``rank_change`` has the places gained since.
        """
        return (self.catalogue() if run is None else self._table(run, older)).copy(deep=False)

    def _table_key(self, run: Run, older: Run | None) -> Hashable:
        topics = (Topic.CLAIMS, Topic.TARGETS, Topic.LABELS)
        return run.id, older.id if older is not None else "", *(self.versions[topic] for topic in topics)

    def _make_table(self, run: Run, older: Run | None) -> pd.DataFrame:
        table = self.scores(run).join(self.catalogue(), how="inner")
        if older is not None:
            table["rank_change"] = self.scores(older)["rank"].reindex(table.index) - table["rank"]
        return table.sort_values("set_aside", kind="stable") if table["set_aside"].any() else table

    def _count_lacking(self, name: str) -> int:
        return len(self.workspace.targets) - len(self.workspace.features.ids(name))

    def bad_intervals(self) -> BadIntervals:
        """Times at which light curves are known to be bad, those that the workspace names among them."""
        return bad_intervals(self.workspace.folder)

    def joined_event(self, target_id: str, ephemeris: Ephemeris) -> JoinedEvent:
        """The event in all light curves of the star of a target, as exports have it; measured once for all pages.

        Parameters
        ----------
        target_id : str
        ephemeris : Ephemeris
            As it is known from that target.
        """
        return self._joined(target_id, ephemeris)

    def _join(self, target_id: str, ephemeris: Ephemeris) -> JoinedEvent:
        alone, curve = None, self.star(target_id).light_curve
        with suppress(ClaraError):
            alone = self.transit(curve, ephemeris) if curve is not None else None
        return joined_event(self.workspace, target_id, ephemeris, alone=alone)

    def _joined_key(self, target_id: str, ephemeris: Ephemeris) -> Hashable:
        return target_id, ephemeris, self.versions[Topic.TARGETS]

    def evidence(
        self, light_curve: LightCurve, search: PeriodSearch | None, flares: FlareSearch | None = None
    ) -> Evidence:
        """What tells kinds of stars apart, with what catalogues know; from memory if it was asked for lately.

        Parameters
        ----------
        light_curve : LightCurve
        search, flares : PeriodSearch, FlareSearch or None
            Of this light curve, where they have been made.
        """
        known = intervals_of(light_curve, self.bad_intervals())
        return self._evidence(light_curve, star_facts(self.workspace, light_curve.target), search, flares, known)

    def _gathered(
        self,
        light_curve: LightCurve,
        facts: StarFacts,
        search: PeriodSearch | None,
        flares: FlareSearch | None,
        known: tuple[BadInterval, ...],
    ) -> Evidence:
        event = None
        if search is not None and search.best is not None:
            with suppress(ClaraError):
                event = self.transit(light_curve, search.best.ephemeris)
        return gather_evidence(light_curve, facts, search=search, event=event, flares=flares, bad_intervals=known)

    def search_again(
        self, target_ids: tuple[str, ...], without: tuple[Ephemeris, ...], keep_bad: bool, report: Reporter
    ) -> tuple[PeriodSearch, FlareSearch]:
        """Periods and flares of one star in several sectors, without what is known, or in its bad times, too.

        They come from memory if they were searched for lately.

        Parameters
        ----------
        target_ids : tuple of str
            Its light curves; several are stitched.
        without : tuple of Ephemeris
            What is left out.
        keep_bad : bool
            Whether times that are known to be bad are searched.
        report : Reporter
        """
        return self._search(target_ids, without, keep_bad, report)

    def _search_key(
        self, target_ids: tuple[str, ...], without: tuple[Ephemeris, ...], keep_bad: bool, report: Reporter
    ) -> Hashable:
        known = tuple(repr(ephemeris) for ephemeris in without)  # a period of NaN equals none
        return keep_bad, known, tuple((target_id, self.facts(target_id).stamp) for target_id in target_ids)

    def _search_together(
        self, target_ids: tuple[str, ...], without: tuple[Ephemeris, ...], keep_bad: bool, report: Reporter
    ) -> tuple[PeriodSearch, FlareSearch]:
        several = len(target_ids) > 1
        report.stage(
            f"searching {counted(len(target_ids), 'sector')} for periods" if several else "searching for periods"
        )
        curves = [self.workspace.targets.light_curve(target_id) for target_id in target_ids]
        curve = stitch(curves) if several else curves[0]
        found = find_periods(
            curve, progress=report, table=self.bad_intervals(), keep_bad_intervals=keep_bad, without=without
        )
        return found, find_flares(curve)

    def some_stars(self, count: int) -> list[LightCurve]:
        """Light curves of a few targets, always the same ones, to show what an injected event looks like."""
        ids = self.workspace.targets.ids()
        chosen = choose_hosts(ids, min(count, len(ids) - 2), seed=0) if len(ids) > 2 else []
        stars = [self.star(target_id).light_curve for target_id in chosen]
        return [curve for curve in stars if curve is not None]

    def real_median(self) -> np.ndarray | None:
        """Median feature row of the targets; None before there are features."""
        try:
            return median_features(self.workspace, FEATURE_SET)
        except ClaraError:
            return None

    def stored_map(self, kind: str, run: Run | None = None) -> pd.DataFrame | None:
        """A map that has been computed for the present targets, indexed by target id, else None."""
        request = self.map_request(kind, run)
        if request is None:
            return None
        try:
            return self._map(request)
        except ClaraError:
            return None

    def _map_key(self, request: MapRequest) -> Hashable:
        return request.model_dump_json(), *(self.versions[topic] for topic in MAPPED)

    def _read_map(self, request: MapRequest) -> pd.DataFrame:
        table = self.workspace.maps.find(request)
        if table is None:  # an exception, so that the cache does not keep "missing"
            raise ClaraError("this map has not been computed")
        return table.set_index("target_id")

    def map_request(self, kind: str, run: Run | None = None) -> MapRequest | None:
        """The request for a kind of map of a run; None where there is no such map."""
        try:
            return request_of(kind, self.workspace, run)
        except ClaraError:
            return None

    def finding(self, kind: JobKind, asked: str = "") -> Any:
        """The result of the last job of a kind, on whatever server it ran; see `clara_engine.studies.findings`."""
        return self._finding(kind, asked)

    def _finding_key(self, kind: JobKind, asked: str) -> Hashable:
        return kind, asked, self.versions[Topic.STUDIES]

    def picture(self, target_id: str) -> str:
        """A small picture of a light curve as SVG; an empty string when it can't be read."""
        try:
            return self._picture(target_id, self.facts(target_id).stamp)
        except (ClaraError, OSError):
            return ""

    def _draw(self, target_id: str, stamp: Hashable) -> str:
        return curve_thumbnail(self.workspace.targets.light_curve(target_id))


def _read_scores(run: Run) -> pd.DataFrame:
    return run.scores().set_index("target_id")
