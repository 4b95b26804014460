"""A run frozen for an archive beside a paper: a folder or zip file that is the same whenever it is written."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pandas as pd

from clara_engine.errors import UnreadableLightCurve, WorkspaceError
from clara_engine.files import check_writable, reading, whole_folder, write_atomically, write_zip
from clara_engine.progress import Report, quiet
from clara_engine.readers.remote import local_copy
from clara_engine.report.export import table_bytes
from clara_engine.report.ro_crate import METADATA, Part, ro_crate
from clara_engine.studies.transfer import export_forest
from clara_engine.text import agreeing, counted

if TYPE_CHECKING:
    from clara_engine.store.runs import Run
    from clara_engine.store.store import Store

__all__ = ["ZIP", "Bundle", "Difference", "bundle", "bundle_zip", "verify", "write_bundle"]

ZIP = ".zip"
#: As ``sha256sum -c`` reads it.
CHECKSUMS = "checksums.sha256"
FOREST = "forest.clara-forest"
LARGEST_BYTES = 1 << 33
EVERY = 20
CSV, JSON = "text/csv", "application/json"


@dataclass(frozen=True)
class Bundle:
    """The content of a bundle.

    Attributes
    ----------
    files : mapping of str to bytes
        By name, in their order.
    missing : tuple of str
        Light curves whose files are not there, so that they have no checksum.
    """

    files: Mapping[str, bytes]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """A file of a bundle that is not what it was, and how: "changed", "missing", "not listed"."""

    file: str
    what: str


def bundle(store: Store, run: Run, *, license_url: str = "", report: Report = quiet) -> Bundle:
    """Freeze a run: spec, design, scores, verdicts, labels, versions, seeds, forest, and checksums of the light curves.

    The only time in it is that of the run and of the verdicts, so the same run gives the same bits.

    Parameters
    ----------
    store : Store
    run : Run
    license_url : str
        Under which it is passed on.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.
    """
    scores = run.every_score()
    ids = sorted(scores["target_id"])
    curves = _light_curves(store, ids, report)
    report.stage("writing the bundle")
    missing = tuple(curves.loc[curves["sha256"] == "", "target_id"])
    labels = store.labels.frame(guessed=False)
    parts = [
        Part("light_curves.csv", "every light curve with the checksum of its file", CSV, _csv(curves), True),
        Part("run.json", "all that fixed the run, its versions, seeds and measures", JSON, _facts(run)),
        Part(FOREST, "the trees, with what fixed them, for clara import-forest", "application/zip", _forest(run)),
        Part("scores.csv", "score, rank, p-value and kind of every light curve", CSV, _csv(scores)),
        Part("verdicts.csv", "the standing verdict of each person", CSV, _csv(_verdicts(store, ids))),
        Part("labels.csv", "labels of catalogues and tables", CSV, _csv(labels[labels["target_id"].isin(ids)])),
    ]
    if run.spec.design is not None:
        design = run.spec.design.to_toml().encode()
        parts.insert(1, Part("design.toml", "the design of the contrast set", "application/toml", design, True))
    claims = run.folder / "claims.json"
    if claims.exists():
        with reading(claims):
            parts.append(Part("claims.json", "what the p-values rest on", JSON, claims.read_bytes()))
    readme = _readme(run, len(ids), missing).encode()
    parts.append(Part("README.md", "what this is, and how to check and to use it", "text/markdown", readme))
    files = {part.name: part.content for part in parts}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    files[METADATA] = ro_crate(run, parts, digests, license_url=license_url).encode()
    digests[METADATA] = hashlib.sha256(files[METADATA]).hexdigest()
    files[CHECKSUMS] = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())).encode()
    return Bundle(dict(sorted(files.items())), missing)


def bundle_zip(made: Bundle) -> bytes:
    """A bundle as the content of a zip file."""
    content = io.BytesIO()
    write_zip(content, made.files, level=6)
    return content.getvalue()


def write_bundle(made: Bundle, path: Path) -> None:
    """Write a bundle as a zip file, or as a folder that is not there yet.

    Parameters
    ----------
    made : Bundle
    path : Path
        Ends in ``.zip`` for a zip file.

    Raises
    ------
    WorkspaceError
        The folder is there already, or can't be written.
    """
    path = path.absolute()
    if path.suffix.lower() == ZIP:
        check_writable(path)
        write_atomically(path, lambda beside: beside.write_bytes(bundle_zip(made)))
        return
    if path.exists():
        raise WorkspaceError(f"{path} is there already: name a folder that is not, or a file that ends in {ZIP}")
    with whole_folder(path) as beside:
        for name, content in made.files.items():
            (beside / name).write_bytes(content)


def verify(path: Path) -> list[Difference]:
    """Compare every file of a bundle with its checksum; nothing where all are what they were.

    Parameters
    ----------
    path : Path
        A zip file or folder.

    Raises
    ------
    WorkspaceError
        It is no bundle.
    """
    digests = _digests_of(path)
    with reading(path):
        listed = digests.pop(CHECKSUMS, None)
    if listed is None:
        raise WorkspaceError(f"{path} is no bundle: it has no {CHECKSUMS}; `clara bundle RUN FILE{ZIP}` writes one")
    lines = [line.split("  ", 1) for line in listed.splitlines() if "  " in line]
    known = {name: digest for digest, name in lines}
    found = [Difference(name, "missing") for name in known if name not in digests]
    found += [Difference(name, "not listed") for name in digests if name not in known]
    found += [Difference(name, "changed") for name in known if name in digests and digests[name] != known[name]]
    return sorted(found, key=lambda one: one.file)


def _digests_of(path: Path) -> dict[str, str]:
    """SHA-256 of every file of a bundle by its name; of the list of checksums its text."""
    found: dict[str, str] = {}
    with reading(path):
        if path.is_dir():
            names = [file for file in sorted(path.rglob("*")) if file.is_file()]
            for file in names:
                with file.open("rb") as stream:
                    found[str(file.relative_to(path).as_posix())] = _digest_or_text(file.name, stream)
            return found
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > LARGEST_BYTES:
                raise WorkspaceError(f"{path}: too large for a bundle")
            for item in archive.infolist():
                if not item.is_dir():
                    with archive.open(item) as stream:
                        found[item.filename] = _digest_or_text(item.filename, stream)
    return found


def _digest_or_text(name: str, stream: IO[bytes]) -> str:
    if name == CHECKSUMS:
        return stream.read(1 << 20).decode()
    digest = hashlib.sha256()
    while block := stream.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _light_curves(store: Store, ids: list[str], report: Report) -> pd.DataFrame:
    """Star, sector, product and file of each light curve, with its size and SHA-256; no path of this machine."""
    report.stage("checksums of the light curves")
    names = ["catalogue", "tic", "sector", "product", "cadence_s", "procver", "data_release", "simulated"]
    table = store.targets.frame().set_index("target_id").reindex(ids)
    rows = []
    kept: dict[str, tuple[int | None, str]] = {}
    for done, path in enumerate(table["path"].fillna("")):
        if done % EVERY == 0:
            report(done, len(ids))
        if path not in kept:
            kept[path] = _size_and_digest(Path(path))
        rows.append((Path(path).name, *kept[path]))
    report(len(ids), len(ids))
    files = pd.DataFrame(rows, columns=["file", "bytes", "sha256"], index=table.index)
    return table[names].join(files.astype({"bytes": "Int64"})).rename_axis("target_id").reset_index()


def _size_and_digest(path: Path) -> tuple[int | None, str]:
    try:
        with open(local_copy(path), "rb") as file:
            return os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, UnreadableLightCurve):
        return None, ""


def _verdicts(store: Store, ids: list[str]) -> pd.DataFrame:
    table = store.verdicts.opinions()
    table = table[table["target_id"].isin(ids)]
    times = [datetime.fromtimestamp(unix_s, UTC).isoformat(timespec="seconds") for unix_s in table["created"]]
    names = ["target_id", "label", "note", "author", "period_days", "sector", "run_id"]
    return table[names].assign(created_utc=times)


def _facts(run: Run) -> bytes:
    """What does not change when a person renames, pins or removes other runs."""
    names = ("fingerprint", "targets", "trained", "scoring", "timings", "versions", "measures", "catalogues")
    facts = {"id": run.id, "created": run.created, "notes": list(run.notes), "spec": run.spec.model_dump(mode="json")}
    return json.dumps(facts | {name: getattr(run, name) for name in names}, indent=1).encode()


def _forest(run: Run) -> bytes:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / FOREST
        export_forest(run, path)
        with reading(path):
            return path.read_bytes()


def _csv(table: pd.DataFrame) -> bytes:
    return table_bytes(table, ".csv")


def _readme(run: Run, curves: int, missing: tuple[str, ...]) -> str:
    made = datetime.fromtimestamp(run.created, UTC).isoformat(timespec="seconds")
    lost = (
        f"{counted(len(missing), 'file')} of light curves {agreeing(len(missing), 'were')} not there when this was "
        "written, and "
        f"{agreeing(len(missing), 'have')} no checksum.\n\n"
        if missing
        else ""
    )
    return f"""# Run {run.name} of CLARA

{run.id}, made {made} with CLARA {run.versions.get("clara-astro", "unknown")}: {run.spec.variant}, features
{run.spec.feature_set}, seed {run.spec.seed}, {counted(curves, "light curve")}.

| file | what it holds |
|---|---|
| `run.json` | all that fixed the run: settings, seeds, versions of CLARA and of its libraries; measures |
| `design.toml` | the design of the contrast set, where it has one |
| `{FOREST}` | the forest, as plain arrays in a zip file; nothing in it is executed |
| `scores.csv` | score (0 to 1), rank, p-value and kind of every light curve |
| `verdicts.csv`, `labels.csv` | what people decided, and what catalogues say |
| `light_curves.csv` | star, sector, product and file of each light curve, with its size [bytes] and SHA-256 |
| `{METADATA}` | all of this for archives (RO-Crate 1.2) |

{lost}Check that nothing has changed: `clara bundle --verify FOLDER` (or the zip file), or without CLARA
`sha256sum -c {CHECKSUMS}`.

Use the forest on other light curves, in a workspace that `clara ingest` has filled: unpack, then
`clara import-forest {FOREST}`. It scores every light curve and is a run like any other; on the same files it gives
the scores of this run. To train it anew from the same light curves: `clara train --design design.toml` with the
settings of `run.json`.
"""
