"""Commands that look into a forest, and questions in SQL."""

import pytest

from clara_engine.forest import ForestSettings
from clara_engine.jobs import JobKind
from clara_engine.studies.findings import last_finding


@pytest.fixture
def at(trained):
    return ("--workspace", trained.folder)


def test_tune_lists_settings_and_saves_the_best_for_train(clara, at, tmp_path, small_design):
    design, best = tmp_path / "small.toml", tmp_path / "best.toml"
    design.write_text(small_design.to_toml())
    trials = clara("tune", "--design", design, "--draws", 3, "--folds", 2, "--save", best, *at, "--json").json()
    assert len(trials) == 3
    accuracies = [trial["accuracy"] for trial in trials]
    assert accuracies == sorted(accuracies, reverse=True)
    saved = ForestSettings.from_toml(best)
    assert saved.n_estimators == trials[0]["n_estimators"]
    assert saved.max_depth == trials[0]["max_depth"]
    made = clara("train", "--design", design, "--forest", best, "--trees", 5, "--name", "tuned", *at, "--json")
    assert made.code == 0
    assert made.json()["trees"] == 5


def test_explain_adds_up(clara, at, trained):
    top = trained.runs.get("small").scores().iloc[0]
    told = clara("explain", "small", top["target_id"], "--top", 4, *at, "--json").json()
    assert told["score"] == pytest.approx(top["anomaly_score"])
    assert told["base"] + sum(told["blocks"].values()) == pytest.approx(told["score"])
    assert len(told["features"]) == 4
    assert "power" in clara("explain", "small", top["target_id"], *at).out


def test_similar_and_importances(clara, at, trained):
    target_id = trained.targets.ids()[0]
    near = clara("similar", "small", target_id, "--top", 3, *at, "--json").json()["similar"]
    assert len(near) == 3
    assert near[0]["proximity"] >= near[-1]["proximity"] > 0
    listed = clara("importances", "small", "--top", 5, "--repeats", 1, *at, "--json").json()["importances"]
    assert [set(row) for row in listed] == [{"feature", "importance", "chance"}] * 5
    kept = last_finding(trained, JobKind.IMPORTANCES, trained.runs.get("small").id)  # the page shows it
    assert kept.table["feature"].head(5).tolist() == [row["feature"] for row in listed]
    refused = clara("explain", "small", "nobody", *at)
    assert refused.code == 1
    assert "no target nobody" in refused.err


def test_questions_are_answered_and_nothing_else(clara, at, trained):
    sql = "SELECT l.value, count(*) AS n FROM scores s JOIN labels l USING (target_id) WHERE s.run = 'small' GROUP BY 1"
    assert clara("query", sql, *at, "--json").json() == [{"value": "dip", "n": 4}, {"value": "quiet", "n": 36}]
    for bad, words in [
        ("DELETE FROM labels", "only SELECT"),
        ("DROP TABLE labels", "only SELECT"),
        (f"ATTACH '{trained.folder / 'clara.sqlite'}' AS w", "only SELECT"),
        ("SELECT * FROM stars", "no such table: stars; tables: targets"),
        ("SELECT 1; SELECT 2", "one statement"),
        ("", "no question"),
    ]:
        answer = clara("query", bad, *at)
        assert answer.code == 1, bad
        assert words in answer.err, answer.err
        assert len(answer.err.strip().splitlines()) == 1
    assert len(trained.labels.frame()) == 40
