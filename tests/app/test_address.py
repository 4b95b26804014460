from urllib.parse import parse_qs

import pytest

from clara_app.address import Address, area_of, parse_query, query_of
from clara_app.session import Session


def test_a_link_holds_what_is_on_the_screen_and_brings_it_back(session: Session) -> None:
    star = session.order[3]
    session.show(star)
    session.param.update(area="vet", colour_by="weirdness")
    session.type_period(1.5)
    query = query_of(session)
    assert parse_qs(query)["target"] == [star]
    assert "map" not in parse_qs(query)
    other = Session(session.server, author="other")
    Address(other, "?" + query)
    assert (other.target_id, other.area, other.colour_by, other.period_days) == (star, "vet", "weirdness", 1.5)
    assert query_of(other) == query


def test_a_link_holds_the_selection_the_axes_and_the_queue(session: Session) -> None:
    chosen = session.order[2:6]
    session.param.update(
        selection=chosen, axes=("tmag", "weirdness"), map_kind="axes", queue_shows="not by me", queue_order="learned"
    )
    query = query_of(session)
    assert len(parse_qs(query)["selection"][0]) == 12
    other = Session(session.server, author="other")
    Address(other, "?" + query)
    assert (sorted(other.selection), other.axes, other.map_kind) == (sorted(chosen), ("tmag", "weirdness"), "axes")
    assert (other.queue_shows, other.queue_order) == ("not by me", "learned")
    assert query_of(other) == query


def test_the_address_follows_the_session(session: Session) -> None:
    address = Address(session)
    session.show(session.order[2])
    assert parse_qs(address.query)["target"] == [session.order[2]]
    session.area = "compare"
    assert "area=compare" in address.query
    session.area = "explore"
    assert "area=" not in address.query


def test_going_back_resets_what_the_older_address_does_not_name(session: Session) -> None:
    address = Address(session)
    before = address.query
    session.param.update(area="data", colour_by="weirdness")
    address.go(before)
    assert (session.area, session.colour_by) == ("explore", "anomaly_score")


@pytest.mark.parametrize(
    "query",
    [
        "area=nowhere",
        "run=nope",
        "target=99",
        "period=long",
        "period=-1",
        "period=inf",
        "period=nan",
        "period=1e-300",
        "period=1e300",
        "epoch=nan",
        "epoch=-inf",
        "epoch=1e300",
        "epoch=12459000.5",
        "colour=nothing",
        "colour=target_id",
        "colour=label:nobody",
        "colour=cluster:nothing",
        "axes=product,path",
        "axes=tmag,target_id",
        "map=x",
        "star=<b>",
        "axes=tmag",
        "axes=a,b",
        "selection=nope",
        "queue=x",
        "list=x",
    ],
)
def test_what_a_link_asks_for_wrongly_is_left_out_and_told(session: Session, query: str) -> None:
    before = (session.area, session.run_id, session.target_id, session.period_days, session.star_tab)
    Address(session, query)
    assert (session.area, session.run_id, session.target_id, session.period_days, session.star_tab) == before
    assert "unknown here" in session.notice


def test_a_link_to_a_run_that_is_gone_says_which_is_shown_instead(session: Session, spec) -> None:
    gone = session.run_id
    kept = session.server.workspace.train(spec(name="kept"))
    session.poll()
    address = f"run={gone}&colour=rank_change"
    Address(session, f"run={kept.id}")
    assert session.run_id == kept.id
    session.server.workspace.runs.remove(gone)
    session.poll()
    Address(session, address)
    assert session.run_id == kept.id
    assert "it was removed, or is of another workspace; kept is shown" in session.notice


def test_the_colour_of_a_link_is_one_of_its_run(session: Session, spec) -> None:
    first = session.run_id
    second = session.server.workspace.train(spec(name="second"))
    session.poll()
    Address(session, f"run={first}")
    assert "rank_change" not in session.table
    Address(session, f"run={second.id}&colour=rank_change")
    assert (session.run_id, session.colour_by, session.notice) == (second.id, "rank_change", "")


def test_every_wrong_part_of_a_link_is_told_in_one_line(session: Session) -> None:
    Address(session, "period=inf&epoch=nan&colour=nothing")
    for words in ("period 'inf'", "epoch 'nan'", "colour 'nothing'"):
        assert words in session.notice
    assert "\n" not in session.notice


def test_halving_and_doubling_end_where_a_fold_ends(session: Session) -> None:
    session.type_period(1.5)
    for factor in (0.5, 2):
        for _ in range(80):
            session.scale_period(factor)
        assert 1e-4 <= session.period_days <= 1e5


def test_a_star_may_be_named_by_its_number(session: Session) -> None:
    tic = int(session.server.catalogue().loc[session.order[5], "tic"])
    values, problems = parse_query(session, f"target={tic}")
    assert values["target_id"] == session.order[5]
    assert not problems


@pytest.mark.parametrize(
    ("query", "area"),
    [("", "explore"), ("?area=vet&run=x", "vet"), ("?area=%3Cb%3E", "explore"), ("area=data", "data")],
)
def test_the_area_of_an_address(query: str, area: str) -> None:
    assert area_of(query) == area


def test_an_epoch_of_a_link_may_be_a_julian_date(session: Session) -> None:
    assert parse_query(session, "epoch=2459000.5") == parse_query(session, "epoch=2000.5")
    assert parse_query(session, "epoch=2459000.5")[0]["epoch_btjd"] == 2000.5


def test_an_epoch_of_a_link_is_in_the_days_of_its_star(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    kepler, tess = session.order[5], session.order[6]
    known = session.server.catalogue().copy()
    known.loc[kepler, "catalogue"] = "KIC"
    monkeypatch.setattr(type(session.server), "catalogue", lambda server: known)
    for typed in (541, 541 - 2167, 541 + 2454833):
        assert parse_query(session, f"target={kepler}&epoch={typed}")[0]["epoch_btjd"] == 541 - 2167
    assert parse_query(session, f"target={tess}&epoch=541")[0]["epoch_btjd"] == 541
