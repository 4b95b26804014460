"""Commands that ask archives: fetch, crossmatch."""

from __future__ import annotations

import logging
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clara_engine.cli.options import AsJson, Folder, filled, opened
from clara_engine.cli.output import complain, progress, say, show_json, show_table
from clara_engine.cli.where import Where, WhereRun, any_run, chosen_by
from clara_engine.errors import ArchiveError
from clara_engine.text import agreeing, counted

if TYPE_CHECKING:
    from clara_engine.studies.fetch import Fetched, Fetcher, Plan

__all__ = ["COMMANDS", "crossmatch", "fetch"]

SHOWN = 20
Archives = Annotated[
    Path | None,
    typer.Option("--archives", envvar="CLARA_ARCHIVES", help="TOML file with other addresses, for a mirror."),
]
Refresh = Annotated[bool, typer.Option("--refresh", help="Ask again for what is kept, and tell what has changed.")]


def fetch(
    sector: Annotated[int | None, typer.Option(min=1, help="A whole sector, or --limit of it.")] = None,
    tic: Annotated[list[int] | None, typer.Option(min=1, help="A star, in every sector; may be repeated.")] = None,
    cone: Annotated[str | None, typer.Option(help='A circle on the sky: "RA DEC RADIUS" in degrees.')] = None,
    manifest: Annotated[str | None, typer.Option(help="A target list of the manifest, or a TOML file.")] = None,
    cadence: Annotated[int, typer.Option(help="Seconds: 120, or 20 from sector 27 on.")] = 120,
    product: Annotated[
        str, typer.Option(help="Pipeline: SPOC; of the full-frame images TESS-SPOC, QLP or TGLC.")
    ] = "SPOC",
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many light curves.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=8, help="Downloads at a time.")] = 4,
    resume: Annotated[bool, typer.Option("--resume", help="What earlier downloads did not bring.")] = False,
    refresh: Refresh = False,
    verify: Annotated[bool, typer.Option("--verify", help="Only check what was downloaded before.")] = False,
    archives: Archives = None,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Download light curves from MAST and register them; resumes where it stopped."""
    chosen = [name for name, value in (("tic", tic), ("cone", cone), ("manifest", manifest)) if value]
    if len(chosen) > 1 or (chosen and chosen != ["tic"] and sector):
        raise typer.BadParameter("choose one of --sector, --tic, --cone and --manifest (--tic goes with --sector)")
    if not (chosen or sector or verify or resume):
        raise typer.BadParameter(
            "say what: --sector 1 --limit 1500, --tic 261136679, --cone, or --manifest first_light"
        )
    circle = _circle(cone) if cone else None

    from clara_engine.archives.manifest import archives as known_archives
    from clara_engine.archives.mast import PRODUCTS
    from clara_engine.studies.fetch import Fetcher

    if product.upper() not in PRODUCTS:
        raise typer.BadParameter(f"no product {product!r}: choose one of {', '.join(PRODUCTS)}")
    product = product.upper()
    _hush()
    ws = opened(workspace)
    if verify:
        _verify(Fetcher(ws).folder, as_json)
        return
    with progress() as report:
        fetcher = Fetcher(ws, known_archives(archives), report)
        plan = (
            fetcher.pending()
            if resume
            else _plan(
                fetcher, sector, tic, circle, manifest, cadence_s=cadence, limit=limit, refresh=refresh, product=product
            )
        )
        if resume and not plan.files:
            say("earlier downloads are complete")
            return
        fetched = fetcher.run(plan, workers=workers, refresh=refresh)
    if as_json:
        show_json(_summary(fetched))
    else:
        _tell(fetched, len(ws.targets))
    if fetched.downloaded.not_tried:
        raise ArchiveError(
            f"{counted(fetched.downloaded.not_tried, 'file')} {agreeing(fetched.downloaded.not_tried, 'were')} "
            "left, because MAST stopped answering: run again to go on"
        )


def _circle(text: str) -> tuple[float, float, float]:
    try:
        ra, dec, radius = (float(part) for part in text.replace(",", " ").split())
    except ValueError:
        raise typer.BadParameter(f'{text!r} is not "RA DEC RADIUS" in degrees') from None
    if not (0 <= ra <= 360 and -90 <= dec <= 90 and 0 < radius <= 10):
        raise typer.BadParameter("RA is 0 to 360, DEC -90 to 90, and the radius up to 10 degrees")
    return ra, dec, radius


def _plan(
    fetcher: Fetcher,
    sector: int | None,
    tics: list[int] | None,
    circle: tuple[float, float, float] | None,
    manifest: str | None,
    **more: Any,
) -> Plan:
    from clara_engine.archives.manifest import target_list

    if manifest:
        return fetcher.listed(target_list(manifest), limit=more["limit"], refresh=more["refresh"])
    if circle:
        return fetcher.cone(*circle, **more)
    if sector:
        return fetcher.sector(sector, tics=tics, **more)
    return fetcher.stars(tics or [], **more)


def _verify(folder: Path, as_json: bool) -> None:
    from clara_engine.archives.receipts import altered, receipts

    with progress() as report:
        report.stage("checking")
        names = altered(folder, report)
    total = len(receipts(folder))
    if as_json:
        show_json({"checked": total, "altered": names})
    else:
        say(f"{counted(total, 'downloaded file')} checked, {len(names)} no longer as they came")
    if names:
        raise ArchiveError(f"{names[0]} is not what was downloaded: fetch it again with --refresh")


def _summary(fetched: Fetched) -> dict[str, object]:
    got = fetched.downloaded
    return {
        "folder": str(got.folder),
        "new": got.new,
        "present": got.present,
        "changed": got.changed,
        "failed": got.failed,
        "not_tried": got.not_tried,
        "bytes": got.bytes,
        "missing": fetched.plan.missing,
        "problem": fetched.plan.problem,
        "added": fetched.ingested.added,
        "unreadable": fetched.ingested.unreadable,
        "duplicates": fetched.ingested.duplicates,
    }


def _tell(fetched: Fetched, total: int) -> None:
    got = fetched.downloaded
    if fetched.plan.problem:
        complain(f"{fetched.plan.problem}; the list that was kept is used")
    lines = [f"TIC {tic}: {reason}" for tic, reason in fetched.plan.missing]
    lines += [f"{name} has changed since it was downloaded before" for name in got.changed]
    lines += [reason for _, reason in got.failed] + [reason for _, reason in fetched.ingested.unreadable]
    lines += [f"{path}: the same target as {first}" for path, first in fetched.ingested.duplicates]
    for line in lines[:SHOWN]:
        complain(line)
    if len(lines) > SHOWN:
        complain(f"and {len(lines) - SHOWN} more; --json lists them all")
    say(
        f"{len(got.new)} downloaded ({got.bytes / 1e6:.1f} MB), {len(got.present)} were here, "
        f"{len(got.failed)} failed; {fetched.ingested.added} added, the workspace holds {counted(total, 'target')}"
    )


def crossmatch(
    toi: Annotated[bool, typer.Option("--toi", help="TESS Objects of Interest: label family toi.")] = False,
    gaia: Annotated[bool, typer.Option("--gaia", help="Gaia DR3: parameters, and two label families.")] = False,
    simbad: Annotated[bool, typer.Option("--simbad", help="SIMBAD types: label family simbad.")] = False,
    tic: Annotated[bool, typer.Option("--tic", help="TESS Input Catalog: stellar parameters.")] = False,
    known: Annotated[
        bool, typer.Option("--known", help="TOI, community TOI, TESS EB, VSX and Gaia's variable stars.")
    ] = False,
    table: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=FILE", help="A table downloaded before: toi, ctoi, eb or vsx. May be repeated."),
    ] = None,
    target: Annotated[list[int] | None, typer.Option(min=1, help="Only this TIC; may be repeated.")] = None,
    where: Where = None,
    where_run: WhereRun = "latest",
    refresh: Refresh = False,
    archives: Archives = None,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Ask archives what they know of the stars of the workspace; without an option: TIC, TOI, Gaia and SIMBAD.

    `clara known` tells what came of --known. With --table nobody is asked: the file is read in its place.
    """
    from clara_engine.archives.manifest import archives as known_archives
    from clara_engine.studies.crossmatch import crossmatch as ask
    from clara_engine.studies.known_catalogues import TITLES

    _hush()
    asked = {"tic": tic, "toi": toi, "gaia": gaia, "simbad": simbad}
    files = dict(_named_file(text) for text in table or [])
    chosen = any(asked.values()) or known or bool(files)
    services = [name for name, wanted in asked.items() if wanted or not chosen]
    services += [name for name in TITLES if known and name not in (*services, *files)]
    ws = filled(workspace)
    if where is not None:
        meant = chosen_by(ws, where, any_run(ws, where_run))
        tics = ws.targets.frame().set_index("target_id").loc[meant, "tic"]
        target = [int(tic) for tic in tics.unique() if not target or tic in target]
    with progress() as report:
        result = ask(
            ws,
            services,
            tics=target,
            addresses=known_archives(archives),
            tables=files,
            refresh=refresh,
            report=report,
        )
    columns = ("service", "stars", "found", "unanswered", "labels", "parameters", "age_days", "problem")
    rows = [{name: getattr(outcome, name) for name in columns} for outcome in result.outcomes]
    if as_json:
        show_json({"services": rows, "notes": result.notes})
    else:
        shown = [
            {**row, "age_days": math.nan if row["age_days"] is None else round(row["age_days"], 2)} for row in rows
        ]
        show_table([{name: value for name, value in row.items() if name != "problem"} for row in shown])
        for row in rows:
            if row["problem"]:
                used = "" if row["age_days"] is None else f"; answers {row['age_days']:.0f} days old are used"
                complain(f"{row['service']}: {row['problem']}{used}")
        for note in result.notes.head(SHOWN).itertuples():
            say(f"TIC {note.tic}, {note.service}: {note.note}")
        if len(result.notes) > SHOWN:
            say(f"and {len(result.notes) - SHOWN} more notes; --json lists them all")
    if any(outcome.asked_at is None for outcome in result.outcomes):
        failed = ", ".join(o.service for o in result.outcomes if o.asked_at is None)
        raise ArchiveError(f"no answer for {failed}: run again later; what the others gave is stored")


def _named_file(text: str) -> tuple[str, Path]:
    name, sign, file = text.partition("=")
    if not (sign and name.strip() and file.strip()):
        raise typer.BadParameter(f"{text!r} is no NAME=FILE, such as vsx=vsx.csv")
    return name.strip(), Path(file.strip()).expanduser()


def _hush() -> None:
    """Silence urllib3's message for every retry; the outcome is reported in one line."""
    logging.getLogger("urllib3").setLevel(logging.ERROR)


COMMANDS = (fetch, crossmatch)
