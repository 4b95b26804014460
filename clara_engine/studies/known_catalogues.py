"""Catalogues of known planets, binaries and variable stars: how each is asked or read, and what it means."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from clara_engine.archives.ctoi import ctoi_rows, exofop_ctois
from clara_engine.archives.gaia_variables import gaia_variables
from clara_engine.archives.known_rows import known_rows
from clara_engine.archives.tess_ebs import eb_rows, vizier_ebs
from clara_engine.archives.toi import toi_rows
from clara_engine.archives.vsx import vizier_vsx, vsx_rows
from clara_engine.store.archive_answers import Answer, ArchiveCache
from clara_engine.studies.catalogues import SERVICES, TABLE_DAYS, CatalogueQuery, Service, Stored, positions

__all__ = ["FROM_FILE", "KNOWN", "SAME_ARCSEC", "TITLES"]

#: An entry this close to a star is taken for the star.
SAME_ARCSEC = 2.0
BINARY_DAYS = 90.0

#: What people call the catalogues that tell what is known of a star, in the order in which they are told.
TITLES = {"toi": "TOI", "ctoi": "CTOI", "eb": "TESS EB", "vsx": "VSX", "gaia_variables": "Gaia variables"}


def _whole(query: CatalogueQuery, name: str, ask: Callable[[], pd.DataFrame], days: float = TABLE_DAYS) -> Answer:
    return query.cache.whole(name, ask, max_age_days=days, refresh=query.refresh, question=name, progress=query.report)


def _ask_ctoi(query: CatalogueQuery, tics: list[int]) -> Answer:
    return _whole(query, "ctoi", lambda: exofop_ctois(query.archives["exofop"]))


def _ask_eb(query: CatalogueQuery, tics: list[int]) -> Answer:
    return _whole(query, "eb", lambda: vizier_ebs(query.archives["vizier"]), BINARY_DAYS)


def _ask_vsx(query: CatalogueQuery, tics: list[int]) -> Answer:
    stars = positions(query, tics)
    archive = query.archives["vizier"]
    return query.ask_stars("vsx", "vizier", tics, lambda some: vizier_vsx(archive, stars.loc[some]))


def _ask_gaia_variables(query: CatalogueQuery, tics: list[int]) -> Answer:
    gaia = query.cache.kept("gaia", tics)
    if gaia.unanswered and gaia.whole_at is None:
        gaia = SERVICES["gaia"].ask(query, tics)
    sources = gaia.table["source_id"] if len(gaia.table) else pd.Series(dtype=str)
    archive = query.archives["gaia"]
    answered = sorted(gaia.answered(tics))
    found = query.ask_stars(
        "gaia_variables",
        "gaia",
        answered,
        lambda some: gaia_variables(archive, sources[sources.index.isin(some)]),
    )
    missing = tuple(tic for tic in tics if tic not in found.answered(tics))
    return Answer(found.table, found.asked_at, missing, found.problem or gaia.problem, found.whole_at)


def _labelled(family: str, empty: str) -> Callable[[pd.DataFrame, list[int]], Stored]:
    """A label for each star that the catalogue has: the kind of its first entry, or `empty` where it gives none."""

    def read(table: pd.DataFrame, tics: list[int]) -> Stored:
        if table.empty:
            return Stored({}, pd.DataFrame(), {})
        own = table[table.index.isin(tics) & ~(table["separation_arcsec"] > SAME_ARCSEC)]
        first = own[~own.index.duplicated()]
        several = own.index.value_counts()
        notes = {int(tic): f"{count} entries; the first is the label" for tic, count in several[several > 1].items()}
        near = table[table.index.isin(tics) & (table["separation_arcsec"] > SAME_ARCSEC)]
        for tic, row in near[~near.index.duplicated()].iterrows():
            beside = f"{row['name']} ({row['kind']}) lies {row['separation_arcsec']:.0f}″ away, in the same pixel"
            notes[int(tic)] = f"{notes[int(tic)]}; {beside}" if int(tic) in notes else beside
        return Stored({family: first["kind"].replace("", empty)}, pd.DataFrame(), notes)

    return read


def _read_eb(table: pd.DataFrame, tics: list[int]) -> Stored:
    stored = _labelled("eb", "EB")(table, tics)
    if not stored.labels:
        return stored
    first = table[table.index.isin(tics) & ~table.index.duplicated()]
    labels = {"eb": pd.Series("EB", index=first.index)}
    return Stored(labels, first[["period_days", "epoch_btjd"]].add_prefix("eb_"), stored.notes)


def _read_gaia_variables(table: pd.DataFrame, tics: list[int]) -> Stored:
    if table.empty:
        return Stored({}, pd.DataFrame(), {})
    classified = table[table.index.isin(tics) & (table["source"] == "gaia-variables")]
    first = classified[~classified.index.duplicated()]
    return Stored({"gaia_class": first["kind"].str.replace(r" \(score.*", "", regex=True)}, pd.DataFrame(), {})


#: Beside `SERVICES`, by name; their tables are those of `clara_engine.archives.known_rows`.
KNOWN: dict[str, Service] = {
    "ctoi": Service("ExoFOP, community TOIs", _ask_ctoi, _labelled("ctoi", "CTOI")),
    "eb": Service("TESS eclipsing binaries", _ask_eb, _read_eb),
    "vsx": Service("Variable Star Index (VSX)", _ask_vsx, _labelled("vsx", "variable")),
    "gaia_variables": Service("Gaia DR3, variable sources", _ask_gaia_variables, _read_gaia_variables),
}


def _keep_whole(name: str, read: Callable[[pd.DataFrame, str], pd.DataFrame]) -> Callable[..., Answer]:
    def keep(query: CatalogueQuery, tics: list[int], table: pd.DataFrame, what: str) -> Answer:
        rows = read(table, what)
        return query.cache.whole(name, lambda: rows, refresh=True, question=f"file {what}")

    return keep


def _keep_vsx(query: CatalogueQuery, tics: list[int], table: pd.DataFrame, what: str) -> Answer:
    rows = vsx_rows(table, positions(query, tics), what)
    cache: ArchiveCache = query.cache
    return cache.answer(
        "vsx",
        tics,
        lambda some: rows[rows.index.isin(some)] if len(rows) else known_rows([]),
        chunk=max(len(tics), 1),
        refresh=True,
        question=f"file {what}",
    )


def _toi_by_star(table: pd.DataFrame, what: str) -> pd.DataFrame:
    tois = toi_rows(table, what)
    return tois.set_index(tois["tic"].to_numpy())


#: What keeps a table that lies in a file as if the catalogue had answered: called with the query, the stars that it is
#: about, the table, and its name for people.
FROM_FILE: dict[str, Callable[[CatalogueQuery, list[int], pd.DataFrame, str], Answer]] = {
    "toi": _keep_whole("toi", _toi_by_star),
    "ctoi": _keep_whole("ctoi", ctoi_rows),
    "eb": _keep_whole("eb", eb_rows),
    "vsx": _keep_vsx,
}
