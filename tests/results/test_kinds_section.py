"""The section of kinds: a row for each true kind, with the share of each answer."""

from clara_engine.results.kinds_section import kinds_section


def test_rows_have_the_share_of_each_answer_and_what_is_lost():
    row = {"kind": "planet", "generator": "own", "n": 20, "right": 0.75, "low": 0.6, "high": 0.9}
    kinds = {
        "says": 0.8,
        "is": 0.78,
        "classes": ["none", "planet"],
        "all": [row | {"as": {"planet": 0.75, "none": 0.25}}],
        "detected": [row | {"as": {"planet": 1.0}}, row | {"kind": "none", "as": {"none": 0.5}}],
        "areas": [{"kind": "planet", "auc": 0.9, "value": 0.02, "low": 0.01, "high": 0.03}],
    }
    text = kinds_section("real", kinds)
    assert "## What kind of star it is, real stars" in text
    assert "a chance of .80; it is right in .78 of all cases" in text
    assert "| planet | own | 20 | .75 (.60–.90) | .25 | .75 |" in text
    assert "| planet | own | 20 | .75 (.60–.90) | .00 | 1.00 |" in text
    assert "| none | – | 20 |" in text
    assert "| planet | .900 | .020 (.010–.030) |" in text
