"""The commands sweep and wrss."""

import pytest


def test_sweep_and_wrss(clara, at, tmp_path, small_design):
    grid = tmp_path / "two.toml"
    grid.write_text(
        '[base]\nforest = {n_estimators = 10}\n[base.design]\nname = "d"\ncurves = 20\n'
        "background = {span_days = 13, cadence_minutes = 10, noise_ppm = 300}\n"
        '[axes]\n"design.background.noise_ppm" = [100, 300]\n'
    )
    table = clara("sweep", grid, "--alpha", 0.3, *at, "--json").json()
    assert table["alpha"] == 0.3
    assert len(table["runs"]) == 2
    assert {"recall", "t10_part", "objective"} <= set(table["runs"][0])
    told = clara("sweep", grid, "--objective", "auc", "--label", "truth/planet", *at)
    assert "4 of 40 targets with label truth/planet" in told.err
    sets = clara("sweep", grid, "--objective", "published", "--test-sets", 4, *at)
    assert "standard deviation over 4 test sets of 10 targets" in sets.err
    assert "importance: signal-to-noise unknown" in sets.err or "no catalogue tells" in sets.err
    assert "measured as published" in sets.out
    assert clara("sweep", "paper37", *at).code == 1
    unknown = clara("sweep", grid, "--label", "planet", *at)
    assert unknown.code == 1
    assert "truth/planet" in unknown.err
    assert clara("sweep", grid, "--objective", "luck", *at).code == 2

    joined = clara("wrss", "small", "other", *at, "--json").json()
    assert joined["weights"] == [0.8, 0.2]
    assert joined["common"] == 40 >= joined["set"] >= len(joined["targets"])
    assert "0 and 1 stand for raw" in clara("wrss", "small", "other", *at).err


@pytest.mark.heavy
def test_mapping_tells_what_moves_the_measures(clara, at, tmp_path):
    grid = tmp_path / "eight.toml"
    grid.write_text(
        '[base]\nforest = {n_estimators = 4}\n[base.design]\nname = "d"\ncurves = 20\n'
        "background = {span_days = 13, cadence_minutes = 10, noise_ppm = 300}\n"
        '[axes]\n"design.background.noise_ppm" = [100, 200, 300, 400]\n"design.curves" = [10, 20]\n'
    )
    assert clara("sweep", grid, *at).code == 0
    found = clara("mapping", "eight", "--draws", 20, "--save", tmp_path / "shares.csv", *at, "--json").json()
    assert (found["runs"], found["objective"]) == (8, "published_auc")
    assert {row["parameter"] for row in found["shares"]} == {"axis design.curves", "axis design.background.noise_ppm"}
    assert len([row for row in found["shares"] if row["measure"] == "objective"]) == 22
    assert (tmp_path / "shares.csv").read_text().startswith("measure,alpha,parameter,forest")
    told = clara("mapping", "eight", "--draws", 20, "--alpha", 0.5, *at)
    assert "0.330" in told.out  # the published share of noise
    assert "95 % intervals by drawing runs" in told.err
    missing = clara("mapping", "nine", *at)
    assert missing.code == 1
    assert "no sweep 'nine'" in missing.err
