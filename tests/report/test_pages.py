"""The printable report: everything in one file, with units, and nothing that people wrote is markup."""

import base64
import re
import shutil
from html.parser import HTMLParser

import pytest

from clara_engine import Workspace
from clara_engine.errors import WorkspaceError
from clara_engine.report.pages import MOST_STARS, report_html
from clara_engine.report.templates import rendered


class Tags(HTMLParser):
    """What a browser would make of it."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def ws(trained, tmp_path):
    return Workspace.open(shutil.copytree(trained.folder, tmp_path / "ws"))


def test_a_report_of_two_stars_has_everything_and_escapes_it(ws):
    first, second = ws.targets.ids()[:2]
    evil = "<script>alert(1)</script>"
    ws.verdicts.add(first, "planet", author=evil, note=evil, period_days=2.5)
    ws.verdicts.add(first, "flare", author="bob")
    run = ws.runs.get("latest")
    page = report_html(ws, [first, second], run, title=evil)
    tags = Tags()
    tags.feed(page)
    names = [tag for tag, _ in tags.found]
    assert "script" not in names
    assert names.count("section") == 2
    addresses = [attributes["src"] for tag, attributes in tags.found if tag == "img"]
    assert len(addresses) == 8  # light curve, periodogram, fold and reasons of each
    for address in addresses:
        assert base64.b64decode(address.removeprefix("data:image/png;base64,")).startswith(b"\x89PNG")
    assert not re.search(r"https?://", page)
    text = re.sub("<[^>]*>", "", page)
    score = run.scores().set_index("target_id").loc[first, "anomaly_score"]
    for words in (
        "SIMULATED",
        "opinions differ",
        "period 2.5 d",
        f"{score:.3f}",
        "10.00 mag",
        "5500 K",
        run.id,
        "truth: dip",
        "by chance",
        "every 2.5",
    ):
        assert words in text, words
    assert "@media print" in page


def test_without_a_run_there_are_no_scores(workspace):
    page = report_html(workspace, workspace.targets.ids()[:1])
    assert "No run" in page
    assert "Why it is strange" not in page


def test_a_light_curve_that_is_gone_is_told(ws):
    target_id = ws.targets.ids()[0]
    ws.targets.light_curve = lambda name: (_ for _ in ()).throw(OSError("file is <gone>"))
    assert "file is &lt;gone&gt;" in report_html(ws, [target_id], ws.runs.get("latest"))


MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;"


def test_markup_in_every_text_of_a_report_stays_text():
    """Of a run, a star, its facts, reasons, labels and verdicts, and of what went wrong."""

    def spoiled(value):
        match value:
            case str():
                return MARKUP if not value.startswith("data:image/png") else value
            case dict():
                return {key if key in KEYS else spoiled(key): spoiled(each) for key, each in value.items()}
            case list() | tuple():
                return [spoiled(each) for each in value]
        return value

    rate = {"value": 0.9, "low": 0.8, "high": 0.95}
    run = {
        "name": "",
        "id": "",
        "trained": 10,
        "targets": 12,
        "created": 0.0,
        "spec": {"variant": "", "feature_set": "", "seed": 1, "forest": {"n_estimators": 100}},
        "measures": {"family/value": {"positives": 1, "targets": 10, "roc_auc": rate, "average_precision": rate}},
    }
    why = {
        "problem": "",
        "score": 0.5,
        "base": 0.5,
        "blocks": {"block": 0.1},
        "ranked": 0.4,
        "picture": "",
        "strongest": [{"feature": "", "value": 1.0, "contribution": 0.1}],
    }
    star = {
        "name": "",
        "target_id": "",
        "sector": "",
        "product": "",
        "simulated": True,
        "score": {"rank": 1, "ranked": 2, "anomaly_score": 0.5, "anomaly_spread": 0.1, "weirdness": 0.2},
        "facts": [("", "")],
        "light_curve": "",
        "periodogram": "",
        "fold": "",
        "sentences": (),
        "event": "",
        "plot_problem": "",
        "why": why,
        "labels": [{"family": "", "value": "", "source": ""}],
        "opinions_differ": True,
        "verdicts": [{"label": "", "note": "", "author": "", "created": 0.0, "period_days": 1.5}],
    }
    KEYS = {*run, *run["spec"], *run["spec"]["forest"], *run["measures"]["family/value"], *rate, *why, *star}
    KEYS |= {*why["strongest"][0], *star["score"], *star["labels"][0], *star["verdicts"][0]}
    both = [spoiled(star), spoiled(star | {"why": {"problem": ""}})]
    both[0]["why"]["problem"] = ""  # the one tells why it is strange, the other why that can't be told
    given = {"heading": "", "origin": "", "version": "", "when": "", "workspace": "", "run": run}
    page = rendered("stars.html", **{name: spoiled(value) for name, value in given.items()}, stars=both)
    tags = Tags()
    tags.feed(page)
    assert "script" not in [tag for tag, _ in tags.found]
    pictures = [attributes for tag, attributes in tags.found if tag == "img"]
    assert len(pictures) == 7  # three of each star, and the reasons of one
    assert all(set(attributes) == {"alt", "src"} for attributes in pictures)
    assert page.count("&lt;script&gt;") > 40
    assert "<script" not in page


@pytest.mark.parametrize(("count", "why"), [(0, "select some first"), (MOST_STARS + 1, "select fewer")])
def test_how_many_stars_a_report_takes(ws, count, why):
    with pytest.raises(WorkspaceError, match=why):
        report_html(ws, ws.targets.ids()[:1] * count)


class Steps:
    """What a report tells while it is made."""

    def __init__(self):
        self.told = []

    def stage(self, name, step=None):
        self.told.append(name)

    def __call__(self, done, total):
        self.told.append((done, total))


def test_a_report_tells_how_far_each_star_is(ws):
    steps = Steps()
    report_html(ws, ws.targets.ids()[:2], ws.runs.get("latest"), report=steps)
    assert steps.told == ["writing the report", *[(done, 8) for done in range(1, 9)]]
