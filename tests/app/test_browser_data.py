"""The Data area in headless Chromium: from an empty workspace to light curves, and a job that is cancelled."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from clara_engine.workspace import Workspace
from tests.app.browser import PATIENCE, serve

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def tab(chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    """The page of an empty workspace."""
    folder = tmp_path_factory.mktemp("data") / "empty"
    Workspace.open(folder)
    with serve(folder) as url:
        context = chromium.new_context(viewport={"width": 1280, "height": 800})
        tab = context.new_page()
        problems: list[str] = []
        tab.on("pageerror", lambda error: problems.append(str(error)))
        tab.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        tab.set_default_timeout(PATIENCE)
        tab.goto(url)
        tab.get_by_text("This workspace is empty").wait_for()
        tab.get_by_text("None yet").first.wait_for()
        yield tab
        context.close()
    assert problems == []


def test_an_empty_workspace_is_filled_from_a_folder(tab, workspace_template: Path) -> None:
    path = tab.get_by_label("Folder or file on the machine of the server")
    path.fill(str(workspace_template.parent / "sector"))
    path.press("Enter")
    tab.get_by_text("30 files").first.wait_for()
    tab.get_by_role("button", name="Register 30 files").click()
    tab.get_by_text("30 registered").wait_for()
    tab.get_by_role("cell", name="SPOC SIMULATED").wait_for()  # the inventory counts anew


def _choose(tab, button: str, files: dict[str, str]) -> None:
    with tab.expect_file_chooser() as chooser:
        tab.get_by_text(button).click()
    chooser.value.set_files(
        [{"name": name, "mimeType": "text/csv", "buffer": text.encode()} for name, text in files.items()]
    )


def _table(rows: int) -> str:
    return "time,flux\n" + "\n".join(f"{1325 + i / 720:.9f},{1 + 1e-3 * (i % 7):.9f}" for i in range(rows))


def test_a_few_files_are_uploaded_a_large_one_in_parts(tab) -> None:
    _choose(tab, "Choose light curves", {"TIC42.csv": _table(200), "TIC43.csv": _table(150_000)})
    tab.get_by_text("2 registered").wait_for()


def test_labels_of_a_table_are_ticked_and_stored(tab) -> None:
    _choose(tab, "Choose a table of labels", {"mine.csv": "tic,kind,colour\n42,planet,red\n43,flare,blue\n"})
    tab.get_by_role("group", name="Columns with labels").get_by_label("kind").check()
    tab.get_by_role("button", name="Store").click()
    tab.get_by_text("stored labels kind: 2").wait_for()


def test_features_are_a_job_that_can_be_cancelled(tab) -> None:
    tab.get_by_role("button", name="Jobs", exact=True).click()
    tab.get_by_role("button", name="compute steering features").click()
    tab.get_by_role("button", name="cancel steering features").click()
    tab.get_by_text("Nothing is being computed").wait_for()
    tab.get_by_role("cell", name="cancelled").first.wait_for()


def test_what_is_typed_wrong_is_told_at_once(tab) -> None:
    tab.get_by_role("button", name="Fetch", exact=True).click()
    tab.get_by_role("combobox", name="What").select_option("TIC numbers")
    tab.get_by_role("button", name="Look up").click()
    tab.get_by_text("type TIC numbers").wait_for()


def test_the_page_opens_on_what_came(tab) -> None:
    tab.get_by_role("link", name="load this page again").click()
    tab.get_by_text("This workspace is empty").wait_for(state="hidden")
    tab.get_by_role("cell", name="SPOC SIMULATED").wait_for()
    tab.get_by_role("button", name="Explore").click()
    tab.wait_for_selector("tbody tr[aria-selected=true]")
