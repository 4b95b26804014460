"""Synthetic sets as files: read by lightkurve and by CLARA, with the features of the publication."""

import io
import zipfile

import lightkurve as lk
import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import DesignError
from clara_engine.features import feature_set
from clara_engine.readers import read_light_curve
from clara_engine.studies.synthetic_files import write_synthetic, zip_synthetic
from clara_engine.synthetic import SyntheticDesign, generate, steering_design


@pytest.fixture(scope="module")
def design():
    return SyntheticDesign.paper(name="few", curves=4, span_days=13.5, cadence_minutes=10, noise_ppm=100)


def test_lightkurve_reads_what_was_made(design, tmp_path):
    made = write_synthetic(design, tmp_path / "set")
    assert (made.curves, made.features) == (4, 4)
    truth = pd.read_csv(made.folder / "truth.csv", float_precision="round_trip")
    exact = generate(design)
    for row, curve in zip(truth.itertuples(), exact.light_curves, strict=True):
        found = lk.read(made.folder / row.file)
        assert found.time.value == pytest.approx(curve.time + 1325, abs=1e-9)
        assert np.asarray(found.flux.value, float) == pytest.approx(curve.flux, rel=1e-6)
        ours = read_light_curve(made.folder / row.file)
        assert (ours.target.tic, ours.target.simulated) == (row.tic, True)
    assert (truth["epoch_btjd"] - truth["epoch_days"]).to_numpy() == pytest.approx(1325)
    assert truth["depth"].tolist() == exact.truth["depth"].tolist()
    assert SyntheticDesign.from_toml(made.folder / "design.toml") == design
    with pytest.raises(DesignError, match="already"):
        write_synthetic(design, tmp_path / "set")


def test_features_are_the_published_ones(shared_data, tmp_path):
    """The first curves of a published set, whose feature rows are known (METHOD section 3)."""
    name = "n100_d13_c2_n100ppm"
    order = (shared_data / "clara_published" / "synthetic_features" / f"{name}.order.txt").read_text().split("\n")
    published = np.load(shared_data / "clara_published" / "synthetic_features" / f"{name}.npy")
    design = SyntheticDesign.paper(curves=3, span_days=13.5, cadence_minutes=2, noise_ppm=100)
    made = write_synthetic(design, tmp_path / "set")
    ours = pd.read_parquet(made.folder / "features.parquet").drop(columns="tic").to_numpy()
    rows = {int(line.split()[0]): place for place, line in enumerate(filter(None, order))}
    for index in range(3):
        assert ours[index] == pytest.approx(published[rows[index]], abs=1e-8)


def test_events_are_put_on_light_curves_of_the_workspace(workspace, tmp_path):
    design = steering_design("planets", curves=3)
    made = write_synthetic(design, tmp_path / "set", store=workspace, features="flux_power")
    truth = pd.read_csv(made.folder / "truth.csv")
    assert set(truth["background"]) <= set(workspace.targets.ids())
    assert truth["tic"].is_unique
    added = workspace.ingest([made.folder])
    assert added.added == 3
    with pytest.raises(DesignError, match="observed light curves"):
        write_synthetic(design, tmp_path / "other")


def test_the_zip_holds_the_same(design):
    with zipfile.ZipFile(io.BytesIO(zip_synthetic(design))) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        table = pd.read_csv(io.BytesIO(archive.read("synthetic/truth.csv")))
    assert len(names) == 4 + 3
    assert set(table["file"].map(lambda file: f"synthetic/{file}")) <= set(names)
    assert feature_set("flux_power").size == 4000
