"""Text that people or files wrote is text on the page, whatever it holds."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace as Made

import pandas as pd
import pytest
from jinja2 import UndefinedError

import clara_app
from clara_app import rendering
from clara_app.hover_card import hover_html
from clara_app.panes.autosteer import steered_html
from clara_app.panes.compare_runs import measures_table_html
from clara_app.panes.failures import failures_html
from clara_app.panes.fetch import fetched_html, plan_html
from clara_app.panes.gaia import correlations_html
from clara_app.panes.ingest import ingested_html, survey_html
from clara_app.panes.known_line import known_html
from clara_app.panes.label_match import held_out_html, match_html
from clara_app.panes.recovery import summary_html
from clara_app.panes.verdict import agreement_html, history_html
from clara_app.panes.why import reason_html
from clara_app.theme import PALETTES
from clara_engine.studies.known import Entry, Known

MARKUP, TEXT = '<b title="x">', "&lt;b title=&#34;x&#34;&gt;"
TEMPLATES = sorted((Path(rendering.__file__).parent / "templates").glob("*.html"))


def rate() -> Made:
    return Made(value=0.5, low=0.4, high=0.6, chance=0.05)


def measures() -> Made:
    return Made(roc_auc=rate(), recall_top={0.05: rate()}, targets=1000, positives=10)


def verdicts(note: str) -> pd.DataFrame:
    now = time.time()
    said = [(None, now, 1.5, note, "planet", "me", True), (None, now, float("nan"), "", note, note, False)]
    return pd.DataFrame(said, columns=["retracts", "created", "period_days", "note", "label", "author", "standing"])


def known(note: str) -> Known:
    nan = float("nan")
    entry = Entry("vsx", note, note, 1.5, nan, 0.5, "position", note, note, note, 0.0, note)
    return Known((entry,), {"vsx": 0.0})


def trials() -> pd.DataFrame:
    return pd.DataFrame({"design": [MARKUP], "curves": [1000], "objective": [0.5]})


def of_two(label: str) -> pd.DataFrame:
    found = [("a", 10, label, "recall", one, 0.1, 0.05, 0.2, 0.05) for one in ("first", "second", "difference")]
    names = ["stars_of", "stars", "label", "measure", "ranking", "value", "low", "high", "chance"]
    return pd.DataFrame(found, columns=names)


SHOWN: dict[str, Callable[[], str]] = {
    "failures": lambda: failures_html(
        pd.DataFrame([["file", MARKUP, MARKUP, 0.0]], columns=["kind", "name", "reason", "created"])
    ),
    "verdicts": lambda: history_html(verdicts(MARKUP)),
    "known": lambda: known_html(known(MARKUP), MARKUP, MARKUP),
    "agreement": lambda: agreement_html(pd.DataFrame({"author": [MARKUP, "b"], "label": ["p", MARKUP]})),
    "correlations": lambda: correlations_html(
        pd.DataFrame([{"parameter": MARKUP, "rho": float("nan"), "reason": MARKUP}]), MARKUP
    ),
    "steered": lambda: steered_html(
        Made(
            spec=Made(name=MARKUP),
            searched=0.5,
            objective=0.4,
            measures=measures(),
            published=measures(),
            trials=trials(),
        )
    ),
    "plan": lambda: plan_html(
        Made(problem=MARKUP, asked_at=0.0, missing=[(1, MARKUP)]), Made(files=10, here=2, bytes=1e9, free_bytes=1e6)
    ),
    "fetched": lambda: fetched_html(
        Made(
            downloaded=Made(new=[1], bytes=1e6, present=[], changed=[], not_tried=0, failed=[("a", MARKUP)]),
            ingested=Made(added=2, unreadable=[("p", MARKUP)]),
        )
    ),
    "survey": lambda: survey_html(
        Made(looked_at=5, files=10, products={MARKUP: 1000}, bytes=1e6, unreadable=[MARKUP], other_tables=0)
    ),
    "ingested": lambda: ingested_html(
        Made(added=1, known=2, duplicates=[(f"/a/{MARKUP}.fits", MARKUP)], other_tables=(), unreadable=()),
        {MARKUP: 3},
        [MARKUP],
    ),
    "two runs": lambda: measures_table_html(of_two(MARKUP)),
    "match": lambda: match_html(
        pd.Series({"label": MARKUP, "group": MARKUP, "similarity": 0.7, "reference_label": MARKUP}),
        Made(neighbours=5, references=1000, ambiguous=0),
    ),
    "held out": lambda: held_out_html(
        Made(
            correct=8,
            total=10,
            chance=0.4,
            balanced_accuracy=0.5,
            calibration_error=0.1,
            confusion=pd.DataFrame([[8, 2], [0, 0]], index=[MARKUP, "b"], columns=[MARKUP, "b"]),
        )
    ),
    "recovery": lambda: summary_html(
        Made(overall=rate(), injected=pd.DataFrame({"found": [True]}), stars=2, threshold=0.5, quiet=1000),
        Made(injected_design=lambda: Made(name=MARKUP), top_percent=5.0),
        Made(name=MARKUP),
    ),
    "opinions": lambda: rendering.render(
        "opinions",
        found=None,
        pairs=[Made(first=MARKUP, second=MARKUP, count=1, agreed=1.0, chance=1.0, kappa=1.0, low=1.0, high=1.0)],
    ),
    "hover": lambda: hover_html(
        pd.Series({"tic": 1, "which": MARKUP, "verdict": MARKUP}), MARKUP, MARKUP, "<svg></svg>"
    ),
    "reason": lambda: reason_html(
        Made(
            score=0.5,
            base=0.4,
            by_block=lambda: {MARKUP: 0.1},
            strongest=lambda count: pd.DataFrame({"feature": [MARKUP], "value": [1.0], "contribution": [0.1]}),
        ),
        0.7,
        PALETTES[False],
    ),
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_people_wrote_is_shown_as_text(name: str) -> None:
    html = SHOWN[name]()
    assert MARKUP not in html
    assert TEXT in html


def test_a_picture_that_the_page_drew_is_no_text() -> None:
    assert "<svg></svg>" in SHOWN["hover"]()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_turns_escaping_off(template: Path) -> None:
    source = template.read_text("utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape", source)


def test_a_value_that_is_missing_is_a_fault_and_not_an_empty_place() -> None:
    with pytest.raises(UndefinedError):
        rendering.render("quiet")


def test_text_is_escaped_by_templates_alone() -> None:
    """Who escapes by hand forgets it somewhere."""
    written = {file: file.read_text("utf-8") for file in Path(clara_app.__file__).parent.rglob("*.py")}
    found = [str(file) for file, text in written.items() if re.search(r"\bimport escape\b|\bescape\(", text)]
    assert found == []
