"""The section on "What is it?": every number in it is one that was measured."""

from clara_engine.results.what_is_it_section import what_is_it_section


def test_the_section_says_what_was_measured():
    row = {"label": "planet_host", "light_curves": 9, "stars": 5, "chance": 0.3, "low": 0.5, "high": 0.97}
    facts = {
        "tables": ["labels.csv"],
        "light_curves": 20,
        "stars": 12,
        "seed": 20,
        "hosts": 11,
        "hosts_detectable": 9,
        "by_kind": [row | {"half": "all", "right": 8 / 9}, row | {"half": "held out", "right": 0.75}],
        "answers": [
            {"label": "unlabelled", "light_curves": 9, "stars": 7, "as": {"rotator": 9}},
            {"label": "planet_host", "light_curves": 11, "stars": 6, "as": {"planet candidate": 8, "rotator": 3}},
        ],
        "wrong": [{"file": "a/b.fits", "label": "planet_host", "answer": "rotator", "runner_up": "", "problem": "x"}],
    }
    page = what_is_it_section(facts)
    assert "## What is it?" in page
    assert ".89 (.50–.97)" in page
    assert "**no**" in page
    assert "9 of 11" in page
    assert page.index("| planet host | 6 |") < page.index("| unlabelled | 7 |")
    assert "b.fits" in page
