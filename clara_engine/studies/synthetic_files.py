"""A synthetic set as files: light curves that lightkurve reads, their truth and their features."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clara_engine.csv_file import write_csv
from clara_engine.errors import ClaraError, DesignError
from clara_engine.features import feature_set
from clara_engine.files import check_writable, write_atomically
from clara_engine.lightcurve import LightCurve
from clara_engine.progress import Report, quiet
from clara_engine.readers import spoc_file_name, write_spoc
from clara_engine.studies.grouping import ids_in_group
from clara_engine.synthetic import SyntheticDesign, choose_hosts, generate_each
from clara_engine.text import counted

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["SyntheticFiles", "write_synthetic", "zip_synthetic"]

#: Numbers of the stars, by design and curve: no star of a catalogue has them.
FIRST_TIC, PER_DESIGN, DESIGNS = 8_000_000_000, 100_000, 9_999
#: Published sets begin at day 0, when there was no TESS: their files begin with sector 1 [BTJD, days].
START, EARLIEST = 1325.0, 1000.0
#: By which lightkurve knows a light curve of TESS.
HEADER = {"ORIGIN": "CLARA", "CREATOR": "CLARA LightCurve, synthetic"}
CURVES, TRUTH, FEATURES, DESIGN = "light_curves", "truth.csv", "features.parquet", "design.toml"


@dataclass(frozen=True, slots=True)
class SyntheticFiles:
    """What was written.

    Attributes
    ----------
    folder : Path
        With ``light_curves/`` (FITS), ``truth.csv``, ``features.parquet`` and ``design.toml``.
    curves : int
    features : int
        Rows of features; those of curves that have none are left out.
    problems : tuple of str
        Why curves have no features, a line each.
    """

    folder: Path
    curves: int
    features: int
    problems: tuple[str, ...] = ()


def write_synthetic(
    design: SyntheticDesign,
    folder: Path,
    *,
    store: Store | None = None,
    features: str = "flux_power",
    report: Report = quiet,
) -> SyntheticFiles:
    """Make every light curve of a design and write it as a FITS file in SPOC's layout, with truth and features.

    Files hold the flux as 4-byte numbers, as SPOC's do. Times of published sets begin at 0, in the files with BTJD
    1325, and the truth has ``epoch_btjd`` beside the ``epoch_days`` of the design. The features are of the exact light
    curves, as a forest has them.

    Parameters
    ----------
    design : SyntheticDesign
    folder : Path
        Made if need be; it must not hold such a set yet.
    store : Store, optional
        Whose light curves carry the signals, where the design asks for observed ones.
    features : str
        Feature set.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Raises
    ------
    DesignError
        When the design needs observed light curves and there are none, or the folder holds a set.
    """
    chosen = feature_set(features)
    hosts = _hosts(design, store)
    if (folder / TRUTH).exists():
        raise DesignError(f"{folder} holds a synthetic set already: name another folder, or remove it")
    (folder / CURVES).mkdir(parents=True, exist_ok=True)
    check_writable(folder / TRUTH)
    report.stage("synthetic light curves")
    first = FIRST_TIC + int(design.digest()[:12], 16) % DESIGNS * PER_DESIGN
    backgrounds = design.background.hosts(hosts, design.curves, design.seed)
    truth, rows, named, problems = [], [], [], []
    for index, (curve, event) in enumerate(generate_each(design, observed=hosts)):
        target = replace(curve.target, tic=first + index, catalogue="TIC", simulated=True)
        later = 0.0 if np.nanmin(curve.time) > EARLIEST else START
        written = replace(curve, target=target, time=curve.time + later)
        name = spoc_file_name(target, compressed=True)
        write_spoc(written, folder / CURVES / name, header=HEADER | {"DESIGN": design.name[:60]})
        host = backgrounds[index]
        facts = {"file": f"{CURVES}/{name}", "tic": target.tic, "index": index, "target": curve.target.id}
        facts |= {"background": host.target.id if host is not None else "", "epoch_btjd": event.epoch_days + later}
        truth.append(facts | asdict(event))
        try:
            rows.append(chosen.compute(curve))
            named.append(target.tic)
        except ClaraError as error:
            problems.append(f"curve {index}: {error}")
        report(index + 1, design.curves)
    table = pd.DataFrame(rows, columns=list(chosen.labels)) if rows else pd.DataFrame(columns=list(chosen.labels))
    table.insert(0, "tic", named)
    write_atomically(folder / FEATURES, lambda beside: table.to_parquet(beside, index=False))
    write_atomically(folder / DESIGN, lambda beside: beside.write_text(design.to_toml(), encoding="utf-8"))
    write_atomically(folder / TRUTH, lambda beside: write_csv(pd.DataFrame(truth), beside))
    return SyntheticFiles(folder, len(truth), len(rows), tuple(problems))


def zip_synthetic(
    design: SyntheticDesign,
    *,
    store: Store | None = None,
    features: str = "flux_power",
    report: Report = quiet,
) -> bytes:
    """What `write_synthetic` writes, as one zip file.

    Parameters
    ----------
    design : SyntheticDesign
    store : Store, optional
    features : str
        Feature set.
    report : Report
    """
    with tempfile.TemporaryDirectory(prefix="clara-synth-") as place:
        folder = Path(place) / "synthetic"
        write_synthetic(design, folder, store=store, features=features, report=report)
        packed = Path(shutil.make_archive(str(Path(place) / "set"), "zip", place, "synthetic"))
        try:
            return packed.read_bytes()
        except OSError as error:
            raise ClaraError(f"{packed}: can't be read ({error.strerror})") from None


def _hosts(design: SyntheticDesign, store: Store | None) -> Sequence[LightCurve]:
    """Light curves that carry the signals or give the times, drawn as for a run."""
    if design.is_paper or not (design.needs_observed or design.background.kind == "grid"):
        return ()
    ids = ids_in_group(store.targets.groups(), None) if store is not None else []
    if store is None or not ids:
        if not design.needs_observed:
            return ()
        raise DesignError(f"{design.name} is injected into observed light curves: name a workspace that holds some")
    chosen = choose_hosts(ids, min(design.curves, len(ids)), design.seed)
    found = []
    for target_id in chosen:
        try:
            found.append(store.targets.light_curve(target_id))
        except ClaraError:  # the file is gone: others carry the signals
            continue
    if not found and design.needs_observed:
        raise DesignError(f"none of {counted(len(chosen), 'light curve')} that would carry the signals can be read")
    return found
