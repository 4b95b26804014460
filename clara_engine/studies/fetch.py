"""Bring light curves from the archive into a workspace."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from clara_engine.archives import Archive, Download, archives, download, sectors
from clara_engine.archives.download import expected_bytes, free_bytes, here
from clara_engine.archives.manifest import TargetList
from clara_engine.archives.mast import PRODUCTS, LightCurveFile, bulk_list, light_curves_near, light_curves_of
from clara_engine.errors import ArchiveError, Cancelled
from clara_engine.progress import Report, quiet
from clara_engine.store.archive_answers import ArchiveCache
from clara_engine.store.failures import DOWNLOAD, STAR
from clara_engine.store.targets import Ingested
from clara_engine.studies.fetch_plan import Cost, Fetched, Plan
from clara_engine.studies.ingest import ingest

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["Cost", "Fetched", "Fetcher", "Plan"]

LIST_DAYS = 60.0
STAR_DAYS = 7.0
DOWNLOADS = "downloads"
NOT_YET = "not downloaded yet"


class Fetcher:
    """Plans downloads and carries them out; what the archive said is kept in the workspace.

    Parameters
    ----------
    services : dict of Archive, optional
        By default those of the manifest.
    report : Report
        Learns of every stage; raising from it cancels, and what has come by then stays.
    """

    def __init__(self, workspace: Store, services: dict[str, Archive] | None = None, report: Report = quiet) -> None:
        self._workspace = workspace
        self._report = report
        self._services = services or archives()
        self._cache = ArchiveCache.of(workspace)
        self.folder = workspace.folder / DOWNLOADS

    def sector(
        self,
        number: int,
        *,
        cadence_s: int = 120,
        tics: Iterable[int] | None = None,
        limit: int | None = None,
        refresh: bool = False,
        product: str = "SPOC",
    ) -> Plan:
        """The light curves of a sector: all, those of some stars, or `limit` of them.

        `product` is a key of `PRODUCTS`; only SPOC has more than one cadence. A limit takes the stars in an order that
        has nothing to do with the sky and is always the same, so that a larger limit only adds.

        Parameters
        ----------
        number : int
            Of the sector.
        cadence_s : int
            [s].
        tics : iterable of int, optional
            Numbers of the stars; by default all.
        limit : int, optional
            At most so many light curves.
        refresh : bool
            Whether MAST is asked again for what is kept.
        product : str
            A key of `PRODUCTS`.
        """
        if tics is not None and product == "TGLC":  # its lists identify stars by Gaia DR3 numbers
            return self.stars(list(tics), limit=limit, refresh=refresh, product=product, sector=number)
        files, problem, asked_at = self._listed(number, cadence_s, refresh, product)
        missing: list[tuple[int, str]] = []
        if tics is not None:
            wanted = set(tics)
            files = [file for file in files if file.tic in wanted]
            reason = f"no {_kind(product, cadence_s)} light curve in sector {number}"
            missing = [(tic, reason) for tic in sorted(wanted - {file.tic for file in files})]
        if limit is not None:
            files = sorted(files, key=lambda file: hashlib.sha256(str(file.tic or file.name).encode()).digest())[:limit]
        return self._plan(files, missing, problem, asked_at)

    def stars(
        self,
        tics: Sequence[int],
        *,
        cadence_s: int = 120,
        limit: int | None = None,
        refresh: bool = False,
        product: str = "SPOC",
        sector: int | None = None,
    ) -> Plan:
        """Every light curve of some stars, in every sector or in one.

        Parameters
        ----------
        tics : sequence of int
            Numbers of the stars.
        cadence_s : int
            [s]; only SPOC has more than one.
        limit : int, optional
            At most so many light curves.
        refresh : bool
            Whether MAST is asked again for what is kept.
        product : str
            A key of `PRODUCTS`.
        sector : int, optional
            Only of this one; by default of every sector.
        """
        mast = self._services["mast"]
        self._report.stage("asking which light curves there are")
        answer = self._cache.answer(
            _kept_as("light-curves", product),
            list(tics),
            lambda some: light_curves_of(mast, some, product),
            max_age_days=STAR_DAYS,
            chunk=mast.chunk,
            refresh=refresh,
            question=f"{product} light curves by TIC",
            progress=self._report,
        )
        files = _chosen(answer.table, product, cadence_s, sector)
        found = {file.tic for file in files}
        none = f"MAST has no {_kind(product, cadence_s)} light curve of this star"
        none += f" in sector {sector}" if sector is not None else ""
        missing = [
            (tic, answer.problem if tic in answer.unanswered else none)
            for tic in dict.fromkeys(tics)
            if tic not in found
        ]
        return self._plan(files[:limit], missing, answer.problem, answer.oldest)

    def cone(
        self,
        ra: float,
        dec: float,
        radius_deg: float,
        *,
        cadence_s: int = 120,
        limit: int | None = None,
        refresh: bool = False,
        product: str = "SPOC",
    ) -> Plan:
        """Every light curve of the stars in a cone [deg, ICRS].

        Parameters
        ----------
        ra, dec : float
            Middle of the cone [deg, ICRS].
        radius_deg : float
            [deg].
        cadence_s : int
            [s]; only SPOC has more than one.
        limit : int, optional
            At most so many light curves.
        refresh : bool
            Whether MAST is asked again for what is kept.
        product : str
            A key of `PRODUCTS`.
        """
        key = f"{ra:.6f} {dec:.6f} {radius_deg:.6f}"
        self._report.stage("asking which light curves there are")

        def ask(_: list[str]) -> pd.DataFrame:
            found = light_curves_near(self._services["mast"], ra, dec, radius_deg, product)
            return found.reset_index(drop=True).set_axis([key] * len(found))

        answer = self._cache.answer(
            _kept_as("cones", product),
            [key],
            ask,
            max_age_days=STAR_DAYS,
            refresh=refresh,
            question=f"{product} light curves in a cone",
            progress=self._report,
        )
        files = _chosen(answer.table, product, cadence_s)
        return self._plan(files[:limit], [], answer.problem, answer.oldest)

    def listed(self, targets: TargetList, *, limit: int | None = None, refresh: bool = False) -> Plan:
        """The stars and files of a target list; its classes become the label family of its name.

        Parameters
        ----------
        targets : TargetList
        limit : int, optional
            At most so many light curves.
        refresh : bool
            Whether MAST is asked again for what is kept.
        """
        plans = []
        for number in sorted({star.sector for star in targets.star}):
            tics = {star.tic for star in targets.star if star.sector == number}
            plans.append(self.sector(number, cadence_s=targets.cadence_s, tics=tics, refresh=refresh))
        files = [file for plan in plans for file in plan.files]
        files += [Download(file.name, file.address, file.bytes, file.sha256) for file in targets.file]
        return Plan(
            tuple(files[:limit]),
            tuple(missing for plan in plans for missing in plan.missing),
            next((plan.problem for plan in plans if plan.problem), ""),
            ((targets.family or targets.name, {star.tic: star.star_class for star in targets.star}),)
            if targets.star
            else (),
            min((plan.asked_at for plan in plans if plan.asked_at is not None), default=None),
        )

    def pending(self) -> Plan:
        """What earlier plans asked for and has not arrived: they were stopped, or files failed."""
        kept = self._workspace.failures.kept(DOWNLOAD)
        files = [Download(name, again["address"], again["bytes"], again["sha256"]) for name, again in kept.items()]
        labels: dict[str, dict[int, str]] = {}
        for again in kept.values():
            for family, tic, value in again["labels"]:
                labels.setdefault(family, {})[tic] = value
        return Plan(tuple(files), labels=tuple(labels.items()))

    def cost(self, plan: Plan) -> Cost:
        """What a plan asks of the disk; asks nobody."""
        present = here(plan.files, self.folder)
        size = sum(expected_bytes(file) for file in plan.files if file.name not in present)
        return Cost(len(plan.files), len(present), size, free_bytes(self._workspace.folder))

    def run(
        self, plan: Plan, *, workers: int = 4, refresh: bool = False, free: Callable[[Path], int] = free_bytes
    ) -> Fetched:
        """Download what is planned, register it, and store the labels that belong to it.

        What has not arrived, because it failed or because this was stopped, is kept in the workspace (`pending`); what
        has come before a stop is registered.

        Parameters
        ----------
        plan : Plan
        workers : int
            Downloads at a time.
        refresh : bool
            Whether what is here is downloaded again.
        free : callable
            Room on the disk of a folder [bytes].

        Raises
        ------
        ArchiveError
            When there is nothing to download, no room for it, or not a single file could be had.
        """
        if not plan.files:
            reason = plan.missing[0][1] if plan.missing else "the archive has no such light curve"
            raise ArchiveError(f"nothing to download: {reason}")
        self._report.stage("downloading")
        self._keep(plan)
        try:
            downloaded = download(
                self._services["mast"],
                plan.files,
                self.folder,
                workers=workers,
                refresh=refresh,
                free=free,
                progress=self._report,
            )
        except ArchiveError as error:
            self._keep(plan, {file.name: str(error) for file in plan.files})
            self._workspace.failures.clear(DOWNLOAD, here(plan.files, self.folder))
            raise
        except (Cancelled, KeyboardInterrupt):
            came = here(plan.files, self.folder)  # a file that arrives later is not registered, and stays pending
            self._register(plan, came, quiet)
            self._workspace.failures.clear(DOWNLOAD, came)
            raise
        self._workspace.failures.clear(DOWNLOAD, here(plan.files, self.folder))
        self._keep(plan, dict(downloaded.failed))
        self._report.stage("reading light curves")
        ingested = self._register(plan, (*downloaded.new, *downloaded.present), self._report)
        return Fetched(plan, downloaded, ingested)

    def _register(self, plan: Plan, names: Iterable[str], report: Report) -> Ingested:
        ingested = ingest(self._workspace, [self.folder / name for name in sorted(names)], report)
        table = self._workspace.targets.frame().set_index("target_id")
        targets = table.loc[table["catalogue"] == "TIC", "tic"]
        for family, labels in plan.labels:
            of_targets = targets[targets.isin(labels.keys())].map(labels).to_dict()
            self._workspace.labels.add(family, of_targets, source=f"target list {family}")
        return ingested

    def _keep(self, plan: Plan, reasons: dict[str, str] | None = None) -> None:
        """Note what is still to come, with the reason where one is known."""
        wanted = plan.files if reasons is None else [file for file in plan.files if file.name in reasons]
        again = {
            file.name: {
                "address": file.address,
                "bytes": file.bytes,
                "sha256": file.sha256,
                "labels": [(family, tic, of[tic]) for family, of in plan.labels if (tic := _tic(file)) in of],
            }
            for file in wanted
        }
        book = self._workspace.failures
        book.keep(DOWNLOAD, {file.name: (reasons or {}).get(file.name, NOT_YET) for file in wanted}, again)
        book.keep(STAR, {f"TIC {tic}": reason for tic, reason in plan.missing})
        book.clear(STAR, {f"TIC {_tic(file)}" for file in plan.files})

    def _listed(
        self, number: int, cadence_s: int, refresh: bool, product: str
    ) -> tuple[list[LightCurveFile], str, float | None]:
        sectors().get(number)
        script = PRODUCTS[product].bulk_list
        path = script.format(sector=number) if script else sectors().bulk_list(number, cadence_s)
        self._report.stage(f"list of sector {number}")
        key = f"s{number:04d}-{product if script else cadence_s}"

        def ask(_: list[str]) -> pd.DataFrame:
            names = [file.name for file in bulk_list(self._services["mast-lists"], path, product)]
            return pd.DataFrame({"name": names}, index=[key] * len(names))

        answer = self._cache.answer(
            "bulk-lists", [key], ask, max_age_days=LIST_DAYS, refresh=refresh, question=path, progress=self._report
        )
        return _files(answer.table), answer.problem, answer.oldest

    def _plan(
        self, files: Iterable[LightCurveFile], missing: Iterable[tuple[int, str]], problem: str, asked_at: float | None
    ) -> Plan:
        mast = self._services["mast"]
        wanted = (Download(f"s{file.sector:04d}/{file.name}", file.address(mast)) for file in files)
        return Plan(tuple(wanted), tuple(missing), problem, asked_at=asked_at)


def _tic(file: Download) -> int | None:
    known = LightCurveFile.parse(file.name.rsplit("/", 1)[-1])
    return known.tic or None if known else None


def _kind(product: str, cadence_s: int) -> str:
    """What a person calls the light curves that are asked for."""
    return f"{cadence_s} s" if product == "SPOC" else product


def _kept_as(what: str, product: str) -> str:
    return what if product == "SPOC" else f"{what}-{product.lower()}"


def _chosen(table: pd.DataFrame, product: str, cadence_s: int, sector: int | None = None) -> list[LightCurveFile]:
    """The files of a table by TIC that are of this kind."""
    found = []
    for tic, name in zip(table.index, table.get("name", []), strict=False):
        file = LightCurveFile.parse(name)
        if file is None or file.product != product or sector not in (None, file.sector):
            continue
        if product != "SPOC" or file.cadence_s == cadence_s:
            found.append(replace(file, tic=int(tic)) if not file.tic and str(tic).isdecimal() else file)
    return found


def _files(table: pd.DataFrame) -> list[LightCurveFile]:
    return [file for name in table.get("name", []) if (file := LightCurveFile.parse(name))]
