"""Makes the workspace of version 10 that the tests migrate, with CLARA as it was at commit 3bf268a.

    git worktree add old 3bf268a
    PYTHONPATH=OLDER_CHECKOUT python tests/store/old/make_version_10.py /data tests/store/old/version_10

The light curves lie in ``/data/sector``, ``/data/more`` and in the workspace ``/data/workspace``, which is copied.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np

from clara_engine import LightCurve, Target, Workspace
from clara_engine.readers import spoc_file_name, write_spoc
from clara_engine.studies.cluster import cluster_stars
from clara_engine.studies.embed import make_map

OUTSIDE, INSIDE = range(1000, 1004), 1005
DIP_DAYS, EPOCH_BTJD = 2.5, 1326.2


def star(tic: int) -> LightCurve:
    """A quiet star; the first has a dip every 2.5 days."""
    rng = np.random.default_rng(tic)
    time = np.arange(0, 13, 1 / 48)
    flux = 1 + rng.normal(0, 3e-4, time.size) + 1e-3 * np.sin(2 * np.pi * time / rng.uniform(2, 9))
    if tic == OUTSIDE[0]:
        flux[np.abs((time - 1.1) % DIP_DAYS - 0.1) < 0.1] -= 0.01
    target = Target(tic=tic, sector=1, tmag=10.0, teff=5500.0, cadence_s=1800.0, simulated=True)
    return LightCurve(time=time + 1325, flux=1e4 * flux, flux_err=np.full(time.size, 3.0), target=target)


def write_light_curves(data: Path) -> None:
    """The files outside of the workspace, always with the same content."""
    for folder in ("sector", "more"):
        (data / folder).mkdir(parents=True)
    for tic in OUTSIDE:
        write_spoc(star(tic), data / "sector" / spoc_file_name(star(tic).target))
    (data / "sector" / "broken.fits").write_bytes(b"no light curve")
    table = star(1010)
    rows = "\n".join(f"{a!r},{b!r}" for a, b in zip(table.time.tolist(), table.flux.tolist(), strict=True))
    (data / "more" / "TIC 1010 sector 1.csv").write_text(f"when,how_much\n{rows}\n")


def main(data: Path, kept: Path) -> None:
    """Make the workspace, and keep a copy of it without its caches."""
    from clara_engine.clusters import cluster_settings
    from clara_engine.forest import ForestSettings
    from clara_engine.periods import Ephemeris
    from clara_engine.store.clusterings import ClusterRequest
    from clara_engine.store.maps import MapRequest
    from clara_engine.synthetic import SyntheticDesign
    from clara_engine.workspace import RunSpec

    write_light_curves(data)
    (data / "tables").mkdir()
    (data / "tables" / "known.csv").write_text("tic,disposition,mass\n1000,planet,0.9\n1003,flare,1.1\n")
    ws = Workspace.open(data / "workspace")
    inside = ws.folder / "downloads" / "s0001" / spoc_file_name(star(INSIDE).target)
    inside.parent.mkdir(parents=True)
    write_spoc(star(INSIDE), inside)
    ws.ingest([inside, data / "sector"])
    ws.ingest([data / "more"], columns="time=when flux=how_much")
    ws.labels.import_table(data / "tables" / "known.csv", {"disposition": "toi"}, ["mass"])
    ws.failures.keep("download", {"s0001/pending.fits": "not downloaded yet"}, {"s0001/pending.fits": {"labels": []}})
    design = SyntheticDesign.paper(name="small", curves=12, span_days=13, cadence_minutes=30, noise_ppm=300)
    spec = RunSpec(name="small", design=design, forest=ForestSettings(n_estimators=8), training_size=4, seed=7)
    run = ws.train(spec)
    ids = ws.targets.ids()
    ws.verdicts.add(ids[0], "planet", author="ada", note="deep", run_id=run.id, period_days=DIP_DAYS)
    ws.verdicts.add(ids[1], "flare", author="bob", session="tab", token="t1")
    ws.verdicts.undo(author="bob")
    ws.verdicts.add("77-s0002-SPOC-120", "other", author="ada")
    ephemeris = Ephemeris(DIP_DAYS, EPOCH_BTJD, 0.2)
    ws.ephemerides.save(star(1000).target, ephemeris, author="ada", name="b", kind="dips", source="BLS")
    ws.selections.save("two", ids[:2], "ada")
    make_map(ws, MapRequest.of("leaves", "small", "pca"))
    cluster_stars(ws, ClusterRequest(title="two", method=cluster_settings("kmeans", clusters=2), components=2))
    shutil.copytree(ws.folder, kept, ignore=shutil.ignore_patterns("cache", "*-shm", "*-wal", "jobs"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
