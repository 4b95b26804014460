"""TOIs of both archives through their real clients, against a stand-in."""

import gzip

import numpy as np
import pandas as pd
import pytest

from clara_engine.archives.toi import exofop_tois, nasa_tois, one_a_star, toi_rows, with_signal_to_noise
from clara_engine.errors import ArchiveError
from tests.archives.answers import votable
from tests.stand_in import Reply

TOIS = pd.DataFrame(
    {
        "tid": [261136679, 1, 1, 2],
        "toi": ["144.01", "200.02", "200.01", "300.01"],
        "tfopwg_disp": ["CP", "FP", "PC", ""],
        "pl_orbper": [6.267832, 3.0, 4.0, np.nan],
        "pl_tranmid": [2458325.503, 2458330.0, 2458331.0, 2458332.0],
        "pl_trandurh": [2.95, 1.0, 2.0, 3.0],
        "pl_trandep": [321.0, 500.0, 600.0, 700.0],
        "pl_rade": [2.2, np.nan, np.nan, np.nan],
    }
)


EXOFOP = b"""TIC ID,TOI,TFOPWG Disposition,Period (days),Transit Epoch (BJD),Duration (hours),Depth (ppm),Planet SNR
261136679,144.01,CP,6.267832,2458325.503,2.95,321,45.5
1,200.02,FP,3,2458330,1,500,7
1,200.01,PC,4,2458331,2,600,9
2,300.01,,,2458332,3,700,
"""


def test_tois_of_both_archives_are_the_same(stand_in, services):
    stand_in.routes |= {"/nasa/sync": votable(TOIS), "/exofop/download_toi.php": Reply(EXOFOP, kind="text/csv")}
    nasa, exofop = nasa_tois(services["nasa-exoplanet-archive"]), exofop_tois(services["exofop"])
    apart = ["radius_rearth", "snr"]
    pd.testing.assert_frame_equal(nasa.drop(columns=apart), exofop.drop(columns=apart))
    first = nasa.iloc[0]
    assert (first.tic, first.toi, first.disposition) == (261136679, "144.01", "CP")
    assert first.epoch_btjd == pytest.approx(1325.503)


def test_a_star_with_several_tois_counts_once(stand_in, services):
    stand_in.routes["/nasa/sync"] = votable(TOIS)
    stars = one_a_star(nasa_tois(services["nasa-exoplanet-archive"]))
    assert stars.index.tolist() == [1, 2, 261136679]
    assert stars.loc[1, ["disposition", "toi", "tois"]].tolist() == ["PC", "200.01", 2]


def test_signal_to_noise_is_that_of_exofop_for_the_same_toi(stand_in, services):
    stand_in.routes |= {"/nasa/sync": votable(TOIS), "/exofop/download_toi.php": Reply(EXOFOP, kind="text/csv")}
    nasa, exofop = nasa_tois(services["nasa-exoplanet-archive"]), exofop_tois(services["exofop"])
    assert nasa["snr"].isna().all()
    joined = with_signal_to_noise(nasa, exofop.sample(frac=1, random_state=1)).set_index("toi")["snr"]
    assert joined[["144.01", "200.02", "200.01"]].tolist() == [45.5, 7, 9]
    assert pd.isna(joined["300.01"])


def test_the_real_exofop_table_tells_it(shared_data):
    table = pd.read_csv(shared_data / "real_more" / "tables" / "exofop_toi_export.csv.gz", comment="#")
    tois = toi_rows(table)
    assert tois["snr"].notna().mean() > 0.9
    assert tois.set_index("toi").loc["101.01", "snr"] == pytest.approx(151.72173)


def test_the_real_toi_table(stand_in, services, shared_data):
    with gzip.open(shared_data / "catalogues" / "toi_nasa_exoplanet_archive_2025-10-04.csv.gz") as file:
        table = pd.read_csv(file, comment="#")[list(TOIS)]
    stand_in.routes["/nasa/sync"] = votable(table.astype({"toi": str}))
    tois = nasa_tois(services["nasa-exoplanet-archive"])
    assert len(tois) == 7703
    assert one_a_star(tois).loc[261136679, "disposition"] == "CP"
    assert tois["epoch_btjd"].dropna().between(500, 5000).all()  # one was seen before TESS flew


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        (Reply(b"<html><body>maintenance</body></html>", kind="text/html"), "sent an answer that can't be read"),
        (Reply(b""), "sent an answer that can't be read"),
        (Reply(b"TIC ID,TOI\n1,2\n", kind="text/csv"), "sent an answer that can't be read"),
    ],
)
def test_answers_that_are_no_table(stand_in, services, reply, line):
    stand_in.routes |= {"/nasa/sync": reply, "/exofop/": reply}
    with pytest.raises(ArchiveError, match=f"the NASA Exoplanet Archive {line}"):
        nasa_tois(services["nasa-exoplanet-archive"])
    with pytest.raises(ArchiveError, match=f"ExoFOP {line}"):
        exofop_tois(services["exofop"])


def test_half_a_table_is_no_table(stand_in, services):
    whole = votable(TOIS)
    stand_in.routes["/nasa/sync"] = Reply(whole.body, kind=whole.kind, cut=len(whole.body) // 2)
    with pytest.raises(ArchiveError, match=r"broke off|can't be read"):
        nasa_tois(services["nasa-exoplanet-archive"])
