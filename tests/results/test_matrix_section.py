"""The section of the matrix: the own event in bold, and what is behind another row."""

from clara_engine.results.matrix_section import matrix_section


def facts(flares_by_planets):
    areas = {("planets", "planets"): 0.9, ("planets", "flares"): flares_by_planets}
    areas |= {("flares", "planets"): 0.6, ("flares", "flares"): 0.8, ("P9", "planets"): 0.7, ("P9", "flares"): 0.5}
    ends = {f"{name}{end}": 0.5 for name in ("matched_auc", "recall_1", "recall_5") for end in ("", "_low", "_high")}
    matrix = [
        {"contrast": contrast, "event": event, "auc": auc, "auc_low": auc, "auc_high": auc, **ends}
        for (contrast, event), auc in areas.items()
    ]
    return {"matrix": matrix, "events": {"planets": {}, "flares": {}}, "detected": [], "by_strength": []}


def test_own_events_are_bold_and_ahead():
    text = matrix_section("real", facts(0.55))
    assert "## The steering matrix, real stars" in text
    assert "P3 and P9 are as published" in text
    assert "| planets | **.900** | .550 |" in text
    assert "On its own event each steered forest is ahead of every other row." in text


def test_a_row_behind_another_is_named():
    assert "Behind another row on their own event: flares (.800, planets .850)." in matrix_section("real", facts(0.85))
