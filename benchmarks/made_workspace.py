"""Workspaces of many simulated stars that share the light curves of some hundred, made within minutes."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from clara_engine.features import extract, feature_set
from clara_engine.forest import PRESETS as FORESTS
from clara_engine.readers import read_light_curve
from clara_engine.readers.spoc_writer import spoc_file_name, write_spoc
from clara_engine.simulate import simulate_sector
from clara_engine.store.database import Database
from clara_engine.studies.embed import usual_map
from clara_engine.synthetic import PRESETS
from clara_engine.workspace import RunSpec, Workspace

__all__ = ["build", "fill"]

FILES = 120
BLOCK = 2000
FEATURES = "flux_power"
FIRST_TIC = 9_100_000_000
#: The strangest of each run that have light curves of their own, and can be read: more than a benchmark clicks on.
READABLE = 60


def build(folder: Path, count: int, sector: Path) -> None:
    """A workspace of `count` stars with features (see `fill`), two runs and the PCA map.

    A file has to hold the star that it is registered for, so the strangest stars of each run get copies that name them;
    the files of all others can't be read.

    Parameters
    ----------
    folder : Path
    count : int
    sector : Path
        Where the simulated light curves lie; they are made when it is missing.
    """
    workspace = fill(folder, count, sector)
    strangest = set[str]()
    for number, name in enumerate(("first", "second")):
        run = workspace.train(
            RunSpec(name=name, design=PRESETS["P9"].changed(seed=number), forest=FORESTS["P9"], seed=number)
        )
        strangest |= set(run.scores()["target_id"].head(READABLE))
    _give_own_files(Database(folder / "clara.sqlite"), folder / "readable", _files(sector), sorted(strangest))
    usual_map(workspace, "pca", FEATURES)


def fill(folder: Path, count: int, sector: Path) -> Workspace:
    """A workspace of `count` stars whose features are mixtures of those of `FILES` simulated stars; see `build`."""
    if not sector.exists():
        simulate_sector(sector, stars=FILES, seed=1)
    files = _files(sector)
    rows = np.array(
        [
            row
            for _, row in extract([(str(path), path) for path in files], feature_set(FEATURES))
            if not isinstance(row, Exception)
        ],
        np.float32,
    )
    workspace = Workspace.open(folder)
    database, store = Database(folder / "clara.sqlite"), workspace.features.rows(FEATURES)
    rng = np.random.default_rng(2)
    for first in range(0, count, BLOCK):
        numbers = np.arange(first, min(first + BLOCK, count))
        ids = [f"{FIRST_TIC + number}-s0001-SPOC-120" for number in numbers]
        records = [
            (name, FIRST_TIC + int(number), str(files[number % len(files)]), *map(float, facts))
            for name, number, facts in zip(
                ids, numbers, rng.uniform((6, 3000, 0), (15, 9000, 360), (len(ids), 3)), strict=True
            )
        ]
        with database.transaction() as connection:
            connection.executemany(
                "INSERT INTO targets (target_id, tic, sector, cadence_s, product, simulated, path, bytes, modified_ns,"
                " tmag, teff, ra) VALUES (?, ?, 1, 120.0, 'SPOC', 1, ?, 0, 0, ?, ?, ?)",
                records,
            )
        other = rng.integers(0, len(rows), len(ids))
        share = rng.random((len(ids), 1), dtype=np.float32) ** 2
        store.append(ids, (1 - share) * rows[numbers % len(rows)] + share * rows[other])
    return workspace


def _files(sector: Path) -> list[Path]:
    return sorted(sector.glob("*.fits*"))


def _give_own_files(database: Database, place: Path, files: list[Path], ids: list[str]) -> None:
    """Write a light curve that names the star for each target, and register it."""
    place.mkdir(exist_ok=True)
    rows = []
    for target_id in ids:
        tic = int(target_id.partition("-")[0])
        curve = read_light_curve(files[(tic - FIRST_TIC) % len(files)])
        noise = 1e-5 * np.random.default_rng(tic).standard_normal(len(curve))  # no two of them are the same
        named = replace(curve, target=replace(curve.target, tic=tic), flux=curve.flux * (1 + noise))
        path = write_spoc(named, place / spoc_file_name(named.target, compressed=True))
        rows.append((str(path.absolute()), target_id))
    with database.transaction() as connection:
        connection.executemany("UPDATE targets SET path = ? WHERE target_id = ?", rows)


if __name__ == "__main__":
    build(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
