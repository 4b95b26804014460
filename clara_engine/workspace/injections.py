"""Features of synthetic light curves, kept block by block: nothing is computed twice, and work resumes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine import synthetic
from clara_engine.errors import DesignError
from clara_engine.features import FeatureSet, FeatureStore, feature_rows
from clara_engine.files import reading, write_atomically
from clara_engine.lightcurve import LightCurve
from clara_engine.progress import Progress, Report, quiet
from clara_engine.synthetic import SyntheticDesign, generate_each
from clara_engine.workspace.targets import TargetCatalog

__all__ = ["Injected", "InjectionShelf", "generators_digest", "save_array"]

BLOCK = 100
TRUTH = [
    "kind", "shape", "period_days", "duration_hours", "depth", "epoch_days", "signal_to_noise", "redraws",
    "of_neighbour", "dilution",
]  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Injected:
    """Synthetic light curves as features.

    Attributes
    ----------
    rows : ndarray of float32, shape (k, d)
    truth : DataFrame
        A row for each of them: index (in the design), background (target id or ""), tmag (of the background),
        kind, shape, period_days, duration_hours, depth, epoch_days, signal_to_noise, redraws, of_neighbour and dilution
        (see `clara_engine.synthetic.signals.Event`).
    """

    rows: NDArray[np.float32]
    truth: pd.DataFrame


class InjectionShelf:
    """Computes and keeps the features of designs.

    Curve number i of a design is the same however many curves it has. So blocks are shared by designs that differ in
    nothing else, and a longer design continues a shorter one.
    """

    def __init__(self, folder: Path, targets: TargetCatalog) -> None:
        self._folder = folder
        self._targets = targets

    def get(
        self, design: SyntheticDesign, store: FeatureStore, hosts: Sequence[str] = (), report: Report = quiet
    ) -> Injected:
        """Features of a design.

        Parameters
        ----------
        store : FeatureStore
            Of the feature set that is wanted; it tells when a host's light curve has changed.
        hosts : sequence of target ids
            Whose light curves the signals are injected into, where the design asks for that.

        Raises
        ------
        DesignError
            When more than half of the curves have no features; fewer are left out.
        """
        folder = self._folder / _key(design, store, hosts)
        edges = [(at, min(at + BLOCK, design.curves)) for at in range(0, design.curves, BLOCK)]
        if not all(_kept(folder, *edge) for edge in edges):
            self._fill(folder, edges, design, store.feature_set, hosts, report)
        blocks = [_read(folder, *edge) for edge in edges]
        truth = pd.concat([block.truth for block in blocks], ignore_index=True)
        failed = truth["failure"] != ""
        if failed.mean() > 0.5:
            raise DesignError(
                f"design {design.name!r}: {failed.sum()} of {design.curves} curves have no features: "
                f"{truth['failure'][failed].iloc[0]}"
            )
        rows = np.concatenate([block.rows for block in blocks])
        return Injected(rows, truth[~failed].drop(columns="failure").reset_index(drop=True))

    def _fill(
        self, folder: Path, edges: list[tuple[int, int]], design: SyntheticDesign, features: FeatureSet,
        hosts: Sequence[str], report: Report,
    ) -> None:  # fmt: skip
        observed = list(self._observed(hosts, report))
        placed = design.background.hosts(observed, design.curves, design.seed)
        curves = generate_each(design, observed=observed)
        report.stage(f"{design.name}: light curves and features")
        for start, stop in edges:
            if _kept(folder, start, stop):
                for _ in islice(curves, stop - start):
                    pass
                continue
            report(start, design.curves)
            made, facts = [], []
            for index, (curve, event) in zip(range(start, stop), curves, strict=False):
                host = placed[index]
                made.append(curve)
                facts.append(
                    {"index": index, "background": host.target.id if host else "", "tmag": curve.target.tmag}
                    | {name: value for name, value in asdict(event).items() if name in TRUTH}
                )
                report(start + (index - start) // 4, design.curves)
            found = feature_rows(made, features, progress=_after(start, design.curves, report))
            truth = pd.DataFrame(facts).assign(failure=[found.failures.get(i, "") for i in range(len(made))])
            _write(folder, start, stop, Injected(found.rows, truth))
            if len(found.failures) == len(made):
                raise DesignError(
                    f"design {design.name!r}: {len(made)} curves of {design.curves} have no features: "
                    f"{next(iter(found.failures.values()))}"
                )

    def _observed(self, hosts: Sequence[str], report: Report) -> Iterator[LightCurve]:
        """Light curves of the hosts; one whose median is not above 0 can't carry a relative signal."""
        if hosts:
            report.stage("reading background stars")
        for place, target_id in enumerate(hosts):
            report(place, len(hosts))
            curve = self._targets.light_curve(target_id)
            good = np.isfinite(curve.flux)
            if good.any() and np.median(curve.flux[good]) > 0:
                yield curve


@cache
def generators_digest() -> str:
    """Hash of the code that makes synthetic light curves: what one generator made is not taken for another's."""
    folder = Path(synthetic.__file__).parent
    code = hashlib.blake2b(version("clara-astro").encode(), digest_size=16)
    for path in sorted(folder.rglob("*.py")):
        code.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return code.hexdigest()


def save_array(path: Path, array: NDArray[Any]) -> None:
    """Write an array without pickle."""
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)


def _after(start: int, curves: int, report: Report) -> Progress:
    """Progress of the features of a block, three quarters of its work."""
    return lambda done, total: report(start + (total + 3 * done) // 4, curves)


def _key(design: SyntheticDesign, store: FeatureStore, hosts: Sequence[str]) -> str:
    """All that fixes each curve and its features, generators included; the order of the hosts counts."""
    light_curves = store.fingerprint(hosts)
    facts = [generators_digest(), store.feature_set.id, design.changed(curves=1).digest(), list(hosts), light_curves]
    return hashlib.blake2b(json.dumps(facts).encode(), digest_size=16).hexdigest()


def _files(folder: Path, start: int, stop: int) -> tuple[Path, Path]:
    name = f"{start:06d}-{stop:06d}"
    return folder / f"{name}.npy", folder / f"{name}.parquet"


def _kept(folder: Path, start: int, stop: int) -> bool:
    return all(path.exists() for path in _files(folder, start, stop))


def _read(folder: Path, start: int, stop: int) -> Injected:
    rows, truth = _files(folder, start, stop)
    with reading(rows.parent):
        return Injected(np.load(rows, allow_pickle=False), pd.read_parquet(truth))


def _write(folder: Path, start: int, stop: int, block: Injected) -> None:
    rows, truth = _files(folder, start, stop)
    home = folder.parents[2]
    write_atomically(rows, lambda beside: save_array(beside, block.rows), home=home)
    write_atomically(truth, lambda beside: block.truth.to_parquet(beside, index=False), home=home)
