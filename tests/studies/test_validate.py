"""One run against another, on the same stars, in another sector, and in another workspace."""

import pytest
from scipy.stats import spearmanr

from clara_engine import Workspace
from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.studies.validate import validate
from clara_engine.workspace import RunSpec


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
