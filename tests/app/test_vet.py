"""The vetting area without a browser: queue, labels, undo and redo, second opinions, reports, active learning."""

import io

import pandas as pd
import pytest

from clara_app.keys import help_html, shortcuts
from clara_app.page import ExplorerPage
from clara_app.panes.facts import FactsPane
from clara_app.panes.label_editor import LabelEditor
from clara_app.panes.opinions import OpinionsPane
from clara_app.panes.queue import QueuePane
from clara_app.panes.queue_rows import HIDDEN, line_of, queue_columns, spoken
from clara_app.panes.verdict import VerdictPane, agreement_html
from clara_app.session import Session
from clara_engine.store.vocabulary import VerdictLabel


@pytest.fixture
def vetting(session: Session) -> Session:
    session.area = "vet"
    return session


def finish(session: Session) -> None:
    """Wait for what was queued, and let the session hear of it."""
    for job in session.server.queue.active():
        session.server.queue.wait(job.id, 60)
    session.poll()


def test_a_verdict_brings_the_next_star_and_the_list_stays(vetting: Session) -> None:
    queue, verdict = QueuePane(vetting), VerdictPane(vetting)
    start = list(queue.order)
    assert vetting.order == start
    verdict.give("planet")
    assert vetting.target_id == start[1]
    assert queue.order == start
    assert queue.table.rows[0][-1] == "planet"
    assert f"<b>1</b> of {len(start)}" in queue.progress.object
    vetting.advance = False
    verdict.give("flare")
    assert vetting.target_id == start[1]
    vetting.step(-1)
    vetting.next_unreviewed()
    assert vetting.target_id == start[2]
    queue.make()
    assert queue.order == [*start[2:], *start[:2]]


def test_undo_and_redo_go_to_their_star(vetting: Session) -> None:
    queue, verdict = QueuePane(vetting), VerdictPane(vetting)
    first = vetting.target_id
    verdict.give("planet")
    vetting.undo_verdict()
    assert vetting.target_id == first
    assert queue.table.rows[0][-1] == ""
    vetting.show(queue.order[3])
    vetting.redo_verdict()
    assert vetting.target_id == first
    assert vetting.table["verdict"][first] == "planet"
    vetting.redo_verdict()
    assert vetting.notice == "nothing to redo"


def test_second_opinions_are_shown_side_by_side(vetting: Session) -> None:
    queue = QueuePane(vetting)
    first = vetting.target_id
    vetting.server.workspace.verdicts.add(first, "<b>flare", author="<i>bob")
    vetting.give_verdict("planet")
    words = VerdictPane(vetting).history.object
    assert "opinions differ" in words
    assert "<i>" not in words
    assert queue.table.rows[0][-1] == "≠ <i>bob: <b>flare, me: planet"  # the table writes text as text
    vetting.queue_shows = "split"
    assert queue.order == [first]
    vetting.author = "carl"
    vetting.queue_shows = "not by me"
    assert first in queue.order
    same = pd.DataFrame({"author": ["a", "b"], "label": ["planet", "planet"]})
    assert "agree" in agreement_html(same)
    assert spoken([("a", "planet"), ("b", "planet")], "a") == "planet ×2"


def test_the_queue_lists_a_selection_or_a_label(vetting: Session) -> None:
    queue = QueuePane(vetting)
    stars = vetting.order[4:7]
    vetting.server.workspace.selections.save("mine", stars)
    vetting.poll()
    queue.among.value = "named:mine"
    assert queue.order == stars
    assert vetting.target_id == stars[0]
    vetting.give_verdict("planet")
    queue.among.value = "label:planet"
    assert queue.order == stars[:1]


def test_labels_of_ones_own_have_buttons_and_keys(vetting: Session) -> None:
    page = ExplorerPage(vetting)
    editor = page.star.verdict.editor
    editor.open()
    editor.add(VerdictLabel("comet", "j"))
    editor.save()
    assert "something else" in editor.problem.object
    assert editor.dialog.open
    editor.lines[-1].key.param.update(value="x", value_input="x")
    editor.save()
    assert not editor.dialog.open
    assert page.star.verdict.bar.object.endswith(">x comet</button>")
    star = vetting.target_id
    page.keyboard.press("x")
    assert vetting.table["verdict"][star] == "comet"
    assert any("comet" in getattr(part, "object", "") for part in page.help.objects)
    assert VerdictLabel("comet", "x") in Session(vetting.server).labels


def test_an_editor_closed_without_save_changes_nothing(session: Session) -> None:
    editor = LabelEditor(session)
    editor.open()
    editor.remove(editor.lines[0])
    editor.dialog.open = False
    assert len(session.labels) == 9
    assert not (session.server.workspace.folder / "verdict_labels.json").exists()


def test_every_key_is_on_the_help_sheet_and_does_something_else(session: Session) -> None:
    listed = shortcuts(session, lambda label: None, lambda: None, lambda: None)
    keys = [key for one in listed for key in one.keys]
    assert len(keys) == len(set(keys))
    words = help_html(listed)
    for one in listed:
        assert one.what in words
    page = ExplorerPage(session)
    for key, area in (("g c", "compare"), ("g v", "vet"), ("g e", "explore")):
        page.keyboard.press(key)
        assert session.area == area
    assert set(page.keyboard.keys) == set(keys)


def test_active_learning_orders_the_queue_anew_after_a_verdict(vetting: Session) -> None:
    queue, verdict = QueuePane(vetting), VerdictPane(vetting)
    by_score = list(queue.order)
    vetting.queue_order = "learned"
    finish(vetting)
    assert "needs a verdict first" in queue.learning.line.object
    assert queue.order == by_score
    verdict.give("planet")
    finish(vetting)
    assert queue.learned is not None
    assert queue.order[-1] == by_score[0]  # reviewed
    assert queue.order[:-1] == [star for star in queue.learned.index if star != by_score[0]]
    before = queue.learned
    verdict.give("nothing")
    finish(vetting)
    assert not queue.learned.equals(before)
    vetting.queue_order = "score"
    seen = set(vetting.server.workspace.verdicts.latest().index)
    assert len(seen) == 2
    assert queue.order == sorted(by_score, key=lambda star: (star in seen, by_score.index(star)))


def test_a_report_and_tables_of_the_list(vetting: Session) -> None:
    queue = QueuePane(vetting)
    queue.export_bar.report_star()
    finish(vetting)
    assert queue.export_bar.save.visible
    assert "SIMULATED" in queue.export_bar.report_text
    assert queue.export_bar.report_text.count("<section") == 1
    table = pd.read_csv(io.BytesIO(queue.export_bar.table(".csv")))
    assert table["target_id"].tolist() == queue.order


def test_without_a_hub_the_line_says_what_to_start(vetting: Session, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    queue = QueuePane(vetting)
    queue.export_bar.samp()
    finish(vetting)
    assert "start TOPCAT or Aladin first" in queue.export_bar.sending.line.object


def test_a_verdict_is_for_the_star_it_was_given_on_and_comes_once(
    vetting: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    pane, answers = VerdictPane(vetting), []
    monkeypatch.setattr(pane.entry, "_send_msg", answers.append)
    first, second = vetting.order[:2]
    entry = {"token": "t1", "target": first, "label": "planet", "note": "<b>", "author": "ann", "tab": "a", "period": 2}
    vetting.show(second)
    for _ in range(2):
        pane.entry.receive({"give": entry})
    assert answers == [{"token": "t1", "stored": True}] * 2
    history = vetting.server.workspace.verdicts.history()
    assert history[["target_id", "label", "note", "author", "period_days"]].to_numpy().tolist() == [
        [first, "planet", "<b>", "ann", 2.0]
    ]
    assert vetting.target_id == second  # not the star that the verdict was on: nobody waits for the next
    pane.entry.receive({"give": {"token": "t2", "target": "", "label": "planet"}})
    assert answers[-1]["token"] == "t2"
    assert "can't be read" in answers[-1]["refused"]


def test_undo_takes_back_what_this_tab_gave_under_whatever_name(vetting: Session) -> None:
    pane = VerdictPane(vetting)
    pane.entry.receive({"tab": "a"})
    pane.give("planet")
    vetting.server.workspace.verdicts.add(vetting.order[3], "flare", author=vetting.author)
    vetting.author = "somebody else"
    pane.entry.receive({"action": "undo"})
    assert vetting.server.workspace.verdicts.latest()["label"].tolist() == ["flare"]
    pane.entry.receive({"action": "undo"})
    assert vetting.notice == "nothing to undo"


def test_what_others_said_is_seen_at_a_look(vetting: Session) -> None:
    queue, pane = QueuePane(vetting), VerdictPane(vetting)
    vetting.server.workspace.verdicts.add(vetting.order[0], "dipper", author="bob")
    vetting.server.poll()
    vetting.poll()
    assert queue.table.rows[0][-1] == "dipper"
    assert "bob" in pane.history.object


def test_a_workspace_that_went_is_told_until_it_is_back(vetting: Session) -> None:
    folder = vetting.server.workspace.folder
    away = folder.rename(folder.with_name("away"))
    vetting.server.poll()
    vetting.poll()
    assert "is not there any more" in vetting.trouble
    vetting.give_verdict("planet")
    assert "is not there any more" in vetting.notice
    assert not folder.exists()
    away.rename(folder)
    vetting.server.poll()
    vetting.poll()
    assert (vetting.trouble, vetting.notice) == ("", "")


def test_filters_leave_stars_out_and_say_what_they_refuse(vetting: Session) -> None:
    queue = QueuePane(vetting)
    everything = set(queue.order)
    queue.filter.value = True
    filters = queue.filters
    assert filters is not None
    tmag = vetting.table["tmag"]
    filters.faint.value = float(tmag.median())
    assert set(queue.order) == set(tmag.index[tmag <= tmag.median()]) < everything
    filters.label.value = "truth/planet"
    members = vetting.server.workspace.labels.members(list(vetting.table.index))["truth", "planet"]
    assert set(queue.order) == set(vetting.table.index[members & (tmag <= tmag.median())])
    filters.clear()
    filters.where.value = "rank <= 5"
    first = set(vetting.table.index[vetting.table["rank"] <= 5])
    assert set(queue.order) == first < everything
    assert f"of {len(first)} reviewed" in queue.progress.object
    filters.where.value = "rang <= 5"
    assert "no such column" in filters.why.object or "rang" in filters.why.object
    assert "refused" in filters.where.css_classes
    assert queue.order == []
    queue.filter.value = False
    assert set(queue.order) == everything


def test_a_blind_judge_sees_neither_score_nor_rank_before_the_verdict(vetting: Session) -> None:
    queue, facts, verdict = QueuePane(vetting), FactsPane(vetting), VerdictPane(vetting)
    by_score, score = list(queue.order), [column["name"] for column in queue.table.columns].index("score")
    vetting.blind, vetting.advance = True, False
    assert sorted(queue.order) == sorted(by_score) != queue.order
    star = queue.order[0]
    vetting.server.workspace.verdicts.add(star, "binary", author="bob")
    vetting.poll()
    vetting.show(star)
    assert {row[score] for row in queue.table.rows} == {HIDDEN}
    assert queue.table.line == -1
    assert "rank and score are hidden" in facts.html.object
    assert "binary" not in verdict.history.object + queue.table.rows[0][-1]
    verdict.give("planet")
    assert queue.table.rows[0][score] == f"{vetting.table['anomaly_score'][star]:.3f}"
    assert "<b>rank" in facts.html.object
    assert "bob" in verdict.history.object
    vetting.area = "explore"
    vetting.show(queue.order[1])
    assert "<b>rank" in facts.html.object


def test_the_queue_tells_what_the_run_claims(vetting: Session) -> None:
    ids = vetting.order[:4]
    claims = pd.DataFrame(
        {"star_p_value": 0.01, "star_q_value": [0.05, 0.1, 0.3, 0.6], "kind": "binary", "kind_probability": 0.9}, ids
    )
    vetting.table = vetting.table.drop(columns=list(claims), errors="ignore").join(claims)
    queue = QueuePane(vetting)
    assert [column["name"] for column in queue_columns(vetting.table)] == [
        *("place", "tic", "fold", "score", "p", "kind", "said")
    ]
    assert queue.table.rows[0][4:6] == ["0.01", "binary .90"]
    assert queue.table.line == line_of(queue.order, vetting.table) == 1
    assert line_of(ids[2:], vetting.table) == -1


def test_agreement_of_several_people_stands_beside_the_queue(vetting: Session) -> None:
    pane = OpinionsPane(vetting)
    assert "No two people" in pane.text.object
    log = vetting.server.workspace.verdicts
    for star, first, second in zip(vetting.order[:4], "pppb", "ppbb", strict=True):
        log.add(star, first, author="ann")
        log.add(star, second, author="<b>bob")
    vetting.poll()
    assert "75%" in pane.text.object
    assert "<b>0.50</b>" in pane.text.object
    assert "<b>bob" not in pane.text.object
    assert [row[1] for row in pane.list.rows] == ["ann: p, <b>bob: b"]  # the table writes text as text
    pane.row_clicked(0)
    assert vetting.target_id == vetting.order[2]
