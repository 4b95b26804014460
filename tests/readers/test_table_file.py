"""Light curves in CSV, text and Parquet, objects of lightkurve, and sectors stitched."""

import gzip

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clara_engine import LightCurve, Target
from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import read_light_curve, read_light_curves, read_target

TIME = 1325 + np.arange(200) / 720


FLUX = 1 + 1e-3 * np.sin(np.arange(200))


def table(path, **columns):
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


def test_a_plain_csv(tmp_path):
    path = table(tmp_path / "TIC42_s0003.csv", time=TIME, flux=FLUX, flux_err=FLUX * 1e-4, quality=np.arange(200))
    curve = read_light_curve(path)
    np.testing.assert_allclose(curve.time, TIME)
    np.testing.assert_allclose(curve.flux, FLUX)
    np.testing.assert_allclose(curve.flux_err, FLUX * 1e-4)
    np.testing.assert_array_equal(curve.quality, np.arange(200))
    assert curve.target.id == read_target(path).id == "42-s0003-table-120"
    assert curve.flux_unit == "relative"


def test_comments_name_the_star_and_its_facts(tmp_path):
    path = tmp_path / "star.txt"
    rows = "\n".join(f"{t:.6f}\t{1e4 * f:.6f}" for t, f in zip(TIME, FLUX, strict=True))
    path.write_text(f"# TIC: 77\n# sector = 12\n# teff: 5800\n# product: mine\nBTJD\tFlux [e-/s]\n{rows}\n")
    curve = read_light_curve(path)
    assert (curve.target.tic, curve.target.sector, curve.target.teff) == (77, 12, 5800.0)
    assert (curve.target.product, curve.flux_unit) == ("mine", "e-/s")


@pytest.mark.parametrize("header", ["", "# time flux err\n"])
def test_numbers_without_names(tmp_path, header):
    path = tmp_path / "TIC 9.dat.gz"
    rows = "\n".join(f"{t:.6f} {f:.6f} 0.001" for t, f in zip(TIME, FLUX, strict=True))
    path.write_bytes(gzip.compress((header + rows).encode()))
    curve = read_light_curve(path)
    np.testing.assert_allclose(curve.flux, FLUX, atol=1e-6)
    assert np.all(curve.flux_err == 0.001)


def test_parquet_with_metadata(tmp_path):
    whole = pa.table({"time": TIME, "flux": 1e3 * FLUX, "sap_flux": 9e2 * FLUX})
    pq.write_table(whole.replace_schema_metadata({"tic": "5", "sector": "2"}), tmp_path / "a.parquet")
    assert read_light_curve(tmp_path / "a.parquet").target.id == "5-s0002-table-120"
    assert np.median(read_light_curve(tmp_path / "a.parquet", flux="sap").flux) == pytest.approx(900, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "zero"),
    [
        ("time", 0),
        ("time", 2457000),
        ("bjd", 2457000),
        ("time", 56999.5),
        ("mjd", 56999.5),
        ("bkjd", 2167),
        ("time_bkjd", 2167),
        ("btjd", 0),
        ("BJD [d]", 2457000),
    ],
)
def test_the_zero_point_of_time(tmp_path, name, zero):
    path = table(tmp_path / "TIC1.csv", **{name: TIME + zero, "flux": FLUX})
    np.testing.assert_allclose(read_light_curve(path).time, TIME, atol=1e-8)


@pytest.mark.parametrize(
    ("name", "values", "unit"),
    [
        ("flux", FLUX, "relative"),
        ("flux_ppm", (FLUX - 1) * 1e6, "relative"),
        ("Flux [ppt]", (FLUX - 1) * 1e3, "relative"),
        ("flux (percent)", (FLUX - 1) * 1e2, "relative"),
        ("pdcsap_flux", FLUX * 500, "e-/s"),
        ("flux [relative]", FLUX, "relative"),
    ],
)
def test_the_unit_of_flux(tmp_path, name, values, unit):
    curve = read_light_curve(table(tmp_path / "TIC1.csv", **{"time": TIME, name: values}))
    assert curve.flux_unit == unit
    np.testing.assert_allclose(curve.flux / np.median(curve.flux), FLUX / np.median(FLUX), rtol=1e-9)


def test_rows_out_of_order_are_sorted(tmp_path):
    order = np.random.default_rng(3).permutation(200)
    curve = read_light_curve(table(tmp_path / "TIC1.csv", time=TIME[order], flux=FLUX[order]))
    np.testing.assert_allclose(curve.flux, FLUX)


BAD = {
    "no time column": {"when": TIME, "flux": FLUX},
    "magnitudes must be made flux": {"time": TIME, "mag": FLUX},
    "is around zero; name its unit": {"time": TIME, "flux": FLUX - 1},
    "is in 'mag'": {"time": TIME, "flux [mag]": FLUX},
    "is in 'min'; days": {"time [min]": TIME, "flux": FLUX},
    "a Julian date, a modified one, or BTJD": {"time": TIME * 1e4, "flux": FLUX},
    "flux: 200 of 200 cells are no numbers, such as 'x'": {"time": TIME, "flux": ["x"] * 200},
    "time: 200 of 200 cells are no numbers, such as 'x'": {"time": ["x"] * 200, "flux": FLUX},
    "flux is NaN throughout": {"time": TIME, "flux": ["nan", "--"] * 100},
    "time is NaN throughout": {"time": [""] * 200, "flux": FLUX},
    "flux is constant": {"time": TIME, "flux": np.ones(200)},
    "does not advance": {"time": np.full(200, 1325.0), "flux": FLUX},
}


@pytest.mark.parametrize("message", BAD)
def test_bad_tables_are_a_line(tmp_path, message):
    path = table(tmp_path / "TIC1.csv", **BAD[message])
    with pytest.raises(UnreadableLightCurve, match=rf"^TIC1\.csv: .*{message}") as caught:
        read_light_curve(path)
    assert "\n" not in str(caught.value)


def refusal(read, path):
    """What a reader says against a file; empty when it reads it."""
    try:
        read(path)
    except UnreadableLightCurve as error:
        return str(error)
    return ""


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(text=st.text(max_size=300) | st.lists(st.text("0123456789.,;\t -+enaimflux#:\n", max_size=60)).map("\n".join))
def test_any_text_ends_in_a_line_or_a_light_curve(tmp_path, text):
    path = tmp_path / "TIC1.csv"
    path.write_bytes(text.encode(errors="surrogatepass"))
    said = refusal(read_light_curve, path)
    if said:
        assert said.startswith("TIC1.csv: ")
        assert len(said.splitlines()) == 1
    else:
        assert np.isfinite(read_light_curve(path).flux).sum() >= 2


def sector(number, level, samples=100, tic=7, cadence_s=120.0, **more):
    rng = np.random.default_rng(number)
    time = 1325 + 27 * number + np.arange(samples) * cadence_s / 86400
    target = Target(tic=tic, sector=number, cadence_s=cadence_s)
    return LightCurve(time=time, flux=level * rng.normal(1, 1e-3, samples), target=target, **more)


def test_ecsv_with_units_and_meta(tmp_path):
    from astropy import units as u
    from astropy.table import Table

    table = Table({"time": TIME * u.day, "flux": (FLUX - 1) * 1e6}, meta={"KIC": 77, "sector": 4})
    table.rename_column("flux", "flux_ppm")
    table.write(tmp_path / "a.ecsv", format="ascii.ecsv")
    curve = read_light_curve(tmp_path / "a.ecsv")
    np.testing.assert_allclose(curve.flux, FLUX, atol=1e-9)
    assert (curve.target.name, curve.target.sector) == ("KIC 77", 4)
    (tmp_path / "b.ecsv").write_text("# %ECSV 1.0\n# ---\n# nonsense\na b\n1 2\n")
    with pytest.raises(UnreadableLightCurve, match=r"b\.ecsv: damaged or no ECSV file"):
        read_light_curve(tmp_path / "b.ecsv")


def test_thousands_of_light_curves_of_a_few_samples_are_none(tmp_path):
    rows = [f"{1 + i // 3},{1325 + i / 720},{1 + i % 7}" for i in range(3 * 1100)]
    (tmp_path / "stars.csv").write_text("\n".join(["tic,time,flux", *rows]))
    for read in (read_light_curve, read_light_curves):
        with pytest.raises(UnreadableLightCurve, match="1,100 light curves of 3 samples on average"):
            read(tmp_path / "stars.csv")
