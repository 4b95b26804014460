"""Tests for the five steps through the page."""

from clara_app.page import ExplorerPage
from clara_app.session import Session


def outlined(page: ExplorerPage) -> list[object]:
    boxes = [
        page.wheel.__panel__(),
        page.areas["explore"].map.__panel__(),
        page.areas["explore"].below,
        page.place("star"),
    ]
    boxes += [page.shown["vet"]] if "vet" in page.shown else []
    return [number for number, box in enumerate(boxes) if box.styles.get("outline")]


def test_each_step_outlines_the_part_that_it_speaks_of(session: Session) -> None:
    page = ExplorerPage(session)
    assert not page.tour.on
    session.area, page.shell.side_open = "data", False
    page.tour.begin()
    for number, title in enumerate(["The wheel", "The map", "The ranking", "The star", "Vet"]):
        assert title in page.tour.__panel__().object
        assert f"{number + 1} of 5" in page.tour.__panel__().object
        assert outlined(page) == [number]
        assert session.area == ("vet" if title == "Vet" else "explore")
        assert page.shell.side_open or title == "Vet"
        page.tour.turn("next")
    assert not page.tour.on
    assert outlined(page) == []


def test_it_goes_back_and_ends_at_any_step(session: Session) -> None:
    page = ExplorerPage(session)
    page.tour.begin()
    page.tour.turn("next")
    page.tour.turn("back")
    assert outlined(page) == [0]
    page.tour.turn("end")
    assert outlined(page) == []
    assert not page.tour.on
