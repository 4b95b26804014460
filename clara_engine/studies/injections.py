"""Features of synthetic light curves, kept block by block: nothing is computed twice, and work resumes."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine import synthetic
from clara_engine.errors import DesignError
from clara_engine.features import FeatureSet, FeatureStore, feature_rows
from clara_engine.files import write_atomically
from clara_engine.injected import Host, InjectedRow, injected_rows
from clara_engine.package_versions import code_digest
from clara_engine.progress import Progress, Report, quiet
from clara_engine.sealed import read_array, read_table, save_array, write_table
from clara_engine.store.cache_folder import CacheFolder
from clara_engine.store.database import DATABASE_FILE
from clara_engine.store.targets import TargetCatalog
from clara_engine.synthetic import SyntheticDesign, generate_each
from clara_engine.synthetic.signals import Event
from clara_engine.text import agreeing, counted
from clara_engine.workers import Workers

if TYPE_CHECKING:
    from clara_engine.store import Store

__all__ = ["Injected", "contrast_features", "generators_digest", "injected_features"]

BLOCK = 100
TRUTH = [
    "kind",
    "shape",
    "period_days",
    "duration_hours",
    "depth",
    "epoch_days",
    "signal_to_noise",
    "redraws",
    "of_neighbour",
    "dilution",
]


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


def injected_features(
    store: Store, design: SyntheticDesign, name: str, report: Report = quiet, *, backgrounds: Sequence[str] = ()
) -> Injected:
    """Features of a synthetic set with what was put into each curve; computed once for a design and its backgrounds.

    Parameters
    ----------
    store : Store
    design : SyntheticDesign
    name : str
        Feature set.
    report : Report
    backgrounds : sequence of target ids
        Whose light curves the signals are injected into, where the design asks for that.

    Raises
    ------
    DesignError
        When more than half of the curves have no features; fewer are left out.
    """
    kept_rows = InjectionStore(store.cache, store.targets, store.workers)
    return kept_rows.get(design, store.features.rows(name), backgrounds, report)


def contrast_features(
    store: Store, design: SyntheticDesign, name: str, report: Report = quiet, *, backgrounds: Sequence[str] = ()
) -> NDArray[np.float32]:
    """Features of a synthetic set alone, shape (curves, d); see `injected_features`.

    Parameters
    ----------
    store : Store
    design : SyntheticDesign
    name : str
        Feature set.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.
    backgrounds : sequence of str
        Target ids that carry the signals, where the design asks for such.
    """
    return injected_features(store, design, name, report, backgrounds=backgrounds).rows


class InjectionStore:
    """Computes and keeps the features of designs.

    Curve number i of a design is the same however many curves it has. So blocks are shared by designs that differ in
    nothing else, and a longer design continues a shorter one.
    """

    def __init__(self, cache: CacheFolder, targets: TargetCatalog, workers: Workers) -> None:
        self._cache = cache
        self._workers = workers
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
        folder = self._cache.place("injected", _key(design, store, hosts))
        edges = [(at, min(at + BLOCK, design.curves)) for at in range(0, design.curves, BLOCK)]
        if not all(_kept(folder, *edge) for edge in edges):
            self._fill(folder, edges, design, store.feature_set, hosts, report)
        blocks = [_read(folder, *edge) for edge in edges]
        truth = pd.concat([block.truth for block in blocks], ignore_index=True)
        failed = truth["failure"] != ""
        if failed.mean() > 0.5:
            raise DesignError(
                f"design {design.name!r}: {failed.sum()} of {counted(design.curves, 'curve')} "
                f"{agreeing(failed.sum(), 'have')} no features: "
                f"{truth['failure'][failed].iloc[0]}"
            )
        rows = np.concatenate([block.rows for block in blocks])
        return Injected(rows, truth[~failed].drop(columns="failure").reset_index(drop=True))

    def _fill(
        self,
        folder: Path,
        edges: list[tuple[int, int]],
        design: SyntheticDesign,
        features: FeatureSet,
        hosts: Sequence[str],
        report: Report,
    ) -> None:
        report.stage(f"{design.name}: light curves and features")
        missing = [edge for edge in edges if not _kept(folder, *edge)]
        if design.needs_observed:
            blocks = self._on_observed(design, missing, features, hosts, report)
        else:
            blocks = self._on_blanks(design, missing, features, hosts, report)
        for start, stop, block in blocks:
            _write(folder, start, stop, block)
            if (block.truth["failure"] != "").all():
                raise DesignError(
                    f"design {design.name!r}: {stop - start} curves of {design.curves} have no features: "
                    f"{block.truth['failure'].iloc[0]}"
                )

    def _on_observed(
        self,
        design: SyntheticDesign,
        missing: list[tuple[int, int]],
        features: FeatureSet,
        hosts: Sequence[str],
        report: Report,
    ) -> Iterator[tuple[int, int, Injected]]:
        """Each missing block when all of its curves are made."""
        facts = self._targets.frame().set_index("target_id")
        known = [
            Host(row.Index, row.tmag, Path(row.path), row.columns)
            for row in facts.loc[list(hosts), ["tmag", "path", "columns"]].itertuples()
        ]
        wanted = [index for edge in missing for index in range(*edge)]
        block_of = {index: edge for edge in missing for index in range(*edge)}
        waiting: dict[tuple[int, int], list[InjectedRow]] = defaultdict(list)
        for made in injected_rows(design, features, known, wanted, report, self._workers):
            edge = block_of[made.index]
            waiting[edge].append(made)
            if len(waiting[edge]) == edge[1] - edge[0]:
                yield *edge, _block(sorted(waiting.pop(edge), key=lambda row: row.index), features)

    def _on_blanks(
        self,
        design: SyntheticDesign,
        missing: list[tuple[int, int]],
        features: FeatureSet,
        hosts: Sequence[str],
        report: Report,
    ) -> Iterator[tuple[int, int, Injected]]:
        """Each missing block of a design whose curves are generated one after the other."""
        observed = [self._targets.light_curve(target_id) for target_id in hosts]
        placed = design.background.hosts(observed, design.curves, design.seed)
        curves = generate_each(design, observed=observed)
        at = 0
        for start, stop in missing:
            for _ in islice(curves, start - at):
                pass
            at = stop
            report(start, design.curves)
            made, facts = [], []
            for index, (curve, event) in zip(range(start, stop), curves, strict=False):
                host = placed[index]
                made.append(curve)
                facts.append(_facts(index, host.target.id if host else "", curve.target.tmag, event))
                report(start + (index - start) // 4, design.curves)
            found = feature_rows(made, features, workers=self._workers, progress=_after(start, design.curves, report))
            truth = pd.DataFrame(facts).assign(failure=[found.failures.get(i, "") for i in range(len(made))])
            yield start, stop, Injected(found.rows, truth)


def _facts(index: int, background: str, tmag: float, event: Event | None) -> dict[str, Any]:
    shown = asdict(event) if event else {}
    return {"index": index, "background": background, "tmag": tmag} | {name: shown.get(name) for name in TRUTH}


def _block(made: Sequence[InjectedRow], features: FeatureSet) -> Injected:
    """Curves of observed designs in their order."""
    facts = [_facts(one.index, one.host.target_id, one.host.tmag, one.event) for one in made]
    rows = [one.row for one in made if one.row is not None]
    found = np.array(rows, np.float32).reshape(-1, features.size)
    return Injected(found, pd.DataFrame(facts).assign(failure=[one.failure for one in made]))


@cache
def generators_digest() -> str:
    """Hash of the code that makes synthetic light curves: what one generator made is not taken for another's."""
    return code_digest(Path(synthetic.__file__).parent.rglob("*.py"))


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
    found = read_table(truth, ("index", "background", "failure"))
    made = int((found["failure"] == "").sum())
    return Injected(read_array(rows, (made, None), "float32"), found)


def _write(folder: Path, start: int, stop: int, block: Injected) -> None:
    rows, truth = _files(folder, start, stop)
    home = folder.parents[2] / DATABASE_FILE
    write_atomically(rows, lambda beside: save_array(beside, block.rows), home=home)
    write_atomically(truth, lambda beside: write_table(block.truth, beside), home=home)
