"""One run against another, on the same stars, in another sector, and in another workspace."""

from dataclasses import replace

import pytest
from scipy.stats import spearmanr

from clara_engine import Workspace
from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.readers import spoc_file_name, write_spoc
from clara_engine.studies.validate import validate
from clara_engine.workspace import RunSpec
from tests.small_workspace import star


@pytest.fixture(scope="module")
def two_sectors(tmp_path_factory, light_curve_folder, small_spec):
    """The forty stars of sector 1, and thirty of them in sector 2 with other noise."""
    folder = tmp_path_factory.mktemp("sector2")
    for i in range(30):
        curve = star(1000 + i, seed=100 + i, dip=0.01 if i < 4 else 0.0)
        curve = replace(curve, time=curve.time + 28, target=replace(curve.target, sector=2))
        write_spoc(curve, folder / spoc_file_name(curve.target))
    ws = Workspace.open(tmp_path_factory.mktemp("two"))
    ws.ingest([light_curve_folder, folder])
    tics = ws.targets.frame().set_index("target_id")["tic"]
    ws.labels.add("truth", {id: "dip" if tic < 1004 else "quiet" for id, tic in tics.items()}, source="test")
    for sector in (1, 2):
        values = small_spec.model_dump() | {"name": f"s{sector}", "training_sectors": (sector,), "training_size": None}
        ws.train(RunSpec(**values))
    return ws


def test_only_the_named_sectors_train(two_sectors):
    sectors = two_sectors.targets.frame().set_index("target_id")["sector"]
    for sector, stars in ((1, 40), (2, 30)):
        scores = two_sectors.runs.get(f"s{sector}").scores()
        assert len(scores) == 70
        trained = scores.loc[scores["trained"], "target_id"]
        assert len(trained) == stars
        assert (sectors[trained] == sector).all()
    spec = two_sectors.runs.get("s1").spec
    with pytest.raises(DesignError, match="fewer than two light curves are of these"):
        two_sectors.train(RunSpec(**spec.model_dump() | {"training_sectors": (7,)}))


def test_sectors_are_compared_star_by_star(two_sectors):
    runs = [two_sectors.runs.get(name) for name in ("s1", "s2")]
    table = validate(two_sectors, *runs, labels=[("truth", "dip")], draws=50)
    table = table.set_index(["stars_of", "measure", "label", "ranking"])
    stars = table.loc[(slice(None), "Spearman", "", ""), "stars"].droplevel([1, 2, 3])
    expected = {"same light curves": 40, "sector 1": 40, "sector 2": 30, "sector 1 against sector 2": 30}
    assert stars.to_dict() == expected

    one, two = (run.scores().set_index("target_id")["anomaly_score"] for run in runs)
    both = spearmanr(one, two.loc[one.index]).statistic
    found = table.loc[("same light curves", "Spearman", "", "")]
    assert found["value"] == pytest.approx(both)
    assert found["low"] <= both <= found["high"]
    sector = two_sectors.targets.frame().set_index("target_id")[["tic", "sector"]]
    pairs = sector[sector["sector"] == 1].reset_index().merge(sector[sector["sector"] == 2].reset_index(), on="tic")
    across = spearmanr(one.loc[pairs["target_id_x"]], two.loc[pairs["target_id_y"]]).statistic
    assert table.loc[("sector 1 against sector 2", "Spearman", "", ""), "value"] == pytest.approx(across)
    assert table.loc[("same light curves", "ROC-AUC", "truth/dip", "first"), "value"] > 0.7


def test_nothing_in_common_is_one_line(two_sectors, tmp_path, light_curve_folder, small_spec):
    few = Workspace.open(tmp_path)
    few.ingest(sorted(light_curve_folder.iterdir())[:6])
    run = two_sectors.runs.get("s1")
    with pytest.raises(WorkspaceError, match="6 light curves are in common, at least 10"):
        validate(few, run, run)
