"""Ephemerides of catalogues: read from tables as they are published, kept in BTJD, and given back by target."""

from pathlib import Path

import numpy as np
import pytest
from astropy import units as u
from astropy.table import QTable
from astropy.time import Time

from clara_engine.errors import WorkspaceError
from clara_engine.periods import Ephemeris
from clara_engine.store.known_ephemerides import import_ephemerides, known_ephemerides
from clara_engine.workspace import Workspace

NASA = """tid,toi,pl_tranmid,pl_orbper,pl_trandurh
1001,101.01,2458326.25,3.5,2.4
1001,101.02,2458330.5,8.25,
1002,102.01,,5.5,3
"""
VILLANOVA = "tess_id,signal_id,bjd0,period,prim_width_pf\n1001,1,1326.25,2.0,0.05\n1003,1,1400.5,4.0,\n"


def known(workspace: Workspace) -> dict[str, list[tuple[str, Ephemeris]]]:
    found = known_ephemerides(workspace.labels.every_parameter())
    return {target_id.split("-")[0]: [(one.name, one.ephemeris) for one in each] for target_id, each in found.items()}


def test_epochs_are_kept_in_btjd_and_durations_in_hours(workspace: Workspace, tmp_path: Path) -> None:
    nasa, villanova = tmp_path / "toi.csv", tmp_path / "eb.csv"
    nasa.write_text(NASA)
    villanova.write_text(VILLANOVA)
    tois = import_ephemerides(workspace.labels, nasa, "toi", {})
    assert (tois.stored, tois.targets) == (2, 1)  # one has no epoch
    assert "epoch from pl_tranmid, now BTJD, duration from pl_trandurh [hours]" in tois.said
    binaries = import_ephemerides(workspace.labels, villanova, "eb", {})
    assert "prim_width_pf [share of the period]" in binaries.said
    found = known(workspace)
    assert set(found) == {"1001", "1003"}
    eb, first, second = sorted(found["1001"], key=lambda one: one[0])
    for (name, one), title, period in ((eb, "EB", 2.0), (first, "TOI", 3.5)):
        assert (name, one.period_days, one.epoch_btjd) == (title, period, 1326.25)
        assert one.duration_days == pytest.approx(0.1)
    assert (second[0], second[1].period_days, second[1].epoch_btjd) == ("TOI 2", 8.25, 1330.5)
    assert np.isnan(second[1].duration_days)


def test_a_new_version_of_a_table_replaces_the_old_one(workspace: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "toi.csv"
    table.write_text(NASA)
    import_ephemerides(workspace.labels, table, "toi", {})
    table.write_text("\n".join(NASA.splitlines()[:2]).replace("3.5", "3.6"))
    import_ephemerides(workspace.labels, table, "toi", {})
    assert [(name, one.period_days) for name, one in known(workspace)["1001"]] == [("TOI", 3.6)]


def test_columns_are_named_and_what_has_no_unit_is_no_duration(workspace: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("tic,P,when,duration\n1002,3.25,2458326.5,2\n")
    with pytest.raises(WorkspaceError, match="called like a period"):
        import_ephemerides(workspace.labels, table, "mine", {})
    done = import_ephemerides(workspace.labels, table, "mine", {"period": "P", "epoch": "when"})
    assert done.said.endswith("no duration")
    assert known(workspace)["1002"][0][1].epoch_btjd == 1326.5
    with pytest.raises(WorkspaceError, match="no name of a catalogue"):
        import_ephemerides(workspace.labels, table, "My EBs", {})


@pytest.mark.parametrize(
    ("head", "columns", "scale"),
    [
        ("period,t0", {}, 1.0),
        ("period [h],t0", {}, 24.0),
        ("P_hr,t0", {"period": "P_hr"}, 24.0),
        ("P,t0", {"period": "P [s]"}, 86400.0),
        ("period,t0 [MJD]", {}, 1.0),
    ],
)
def test_periods_and_epochs_have_units(workspace: Workspace, tmp_path: Path, head, columns, scale) -> None:
    table = tmp_path / "mine.csv"
    table.write_text(f"tic,{head}\n1001,{3.5 * scale},{58326 if 'MJD' in head else 2458326.5}\n")
    import_ephemerides(workspace.labels, table, "eb", columns)
    ((_, one),) = known(workspace)["1001"]
    assert (one.period_days, one.epoch_btjd) == (pytest.approx(3.5), 1326.5)


def test_units_of_typed_tables(workspace: Workspace, tmp_path: Path) -> None:
    epoch = Time([2458326.5], format="jd", scale="tdb")
    columns = {"tic": [1001], "period": [84.0] * u.h, "epoch": epoch, "duration": [180.0] * u.min}
    QTable(columns).write(tmp_path / "a.ecsv")
    assert "[hours], epoch from epoch" in import_ephemerides(workspace.labels, tmp_path / "a.ecsv", "eb", {}).said
    ((_, one),) = known(workspace)["1001"]
    assert (one.period_days, one.epoch_btjd, one.duration_days) == (3.5, 1326.5, 0.125)


@pytest.mark.parametrize(
    ("head", "rows", "said"),
    [
        ("period,t0", "1001,302400,2458326.5\n1002,86400,2458326.5", "2 of 2 periods are above 10,000 days"),
        ("period_s,t0", "1001,3.5,2458326.5", r"period_s may be in seconds; say its unit: period_s \[s\]"),
        ("period [1/d],t0", "1001,3.5,2458326.5", "is in '1/d'; days, hours"),
        ("period,bjd0", "1001,3.5,58326.5", "half a day"),
        ("period,t0,t0", "1001,3.5,2458326.5,2458327.5", r"t0\.1, t0\.2 mean the same and hold other cells"),
    ],
)
def test_periods_and_epochs_that_may_be_another_unit_are_refused(workspace, tmp_path, head, rows, said):
    (tmp_path / "mine.csv").write_text(f"tic,{head}\n{rows}\n")
    named = {"period": head.split(",")[0]}
    with pytest.raises(WorkspaceError, match=said):
        import_ephemerides(workspace.labels, tmp_path / "mine.csv", "eb", named)


def test_a_few_long_periods_are_told(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("tic,period,t0\n1001,3,2458326.5\n1002,5,2458327\n1003,43200,2458327\n")
    done = import_ephemerides(workspace.labels, tmp_path / "mine.csv", "eb", {})
    assert "[days; 1 of 3 periods is above 10,000 days]" in done.said


def test_the_catalogue_of_binaries_meets_the_light_curves(shared_data: Path, tmp_path: Path) -> None:
    """Two eclipsing binaries of sector 1 by Prša 2022, against the minima of their own light curves."""
    path = shared_data / "catalogues" / "tess_ebs_villanova_4584.csv.gz"
    workspace = Workspace.open(tmp_path / "w")
    minima = {"117544915": (2.9691, 1327.30), "261746657": (1.3169, 1325.986)}
    folder = shared_data / "spoc_s0001_2min"
    workspace.ingest([next(folder.glob(f"*{int(tic):016d}*")) for tic in minima])
    assert import_ephemerides(workspace.labels, path, "eb", {}).targets == 2
    for tic, ((_, ephemeris), *_rest) in known(workspace).items():
        period, middle = minima[tic]
        assert ephemeris.period_days == pytest.approx(period, rel=1e-3)
        off = abs(float(ephemeris.away_days(np.array([middle]))[0]))
        assert min(off, abs(off - period / 2)) < 0.05
