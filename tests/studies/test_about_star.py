"""What a workspace knows of a star, and what a run's forest takes it for."""

import math

from clara_engine.studies.about_star import forest_chances, star_facts


def test_facts_come_from_any_light_curve_of_the_star_and_from_archives(workspace):
    ws = workspace
    target = ws.targets.light_curve(ws.targets.ids()[0]).target
    before = star_facts(ws, target)
    assert before.teff == target.teff or (math.isnan(before.teff) and math.isnan(target.teff))
    import pandas as pd

    ws.labels.add_parameters(pd.DataFrame({"teff_k": 4321.0, "ruwe": 1.7}, index=[target.id]), "made up")
    ws.labels.add("gaia_non_single", {target.id: "eclipsing"}, source="made up")
    after = star_facts(ws, target)
    assert (after.teff, after.ruwe, after.gaia_non_single) == (4321.0, 1.7, "eclipsing")


def test_chances_are_sorted_and_missing_where_the_forest_was_not_asked():
    row = {"kind_planet": 0.2, "kind_binary": 0.7, "kind_none": float("nan"), "rank": 3}
    assert forest_chances(row) == {"binary": 0.7, "planet": 0.2}
    assert list(forest_chances(row)) == ["binary", "planet"]
    assert forest_chances({"rank": 3}) == {}
