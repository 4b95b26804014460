"""No fault is silent: a full disk, a workspace that goes and comes back, overwritten files, links that can't be."""

import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from clara_engine.workspace import Workspace
from tests.app.browser import PATIENCE, Served, open_page, star_name, wait_for_star, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, bool]]:
    """A small disk of its own, and whether it is one; else any folder."""
    folder = tmp_path_factory.mktemp("disk")
    command = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(folder)]
    mounted = shutil.which("mount") is not None and subprocess.run(command, capture_output=True).returncode == 0
    yield folder, mounted
    if mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="module")
def served(workspace_template: Path, disk) -> Iterator[Served]:
    folder, _ = disk
    shutil.copytree(workspace_template, folder / "workspace")
    shutil.copytree(workspace_template.parent / "sector", folder / "sector")
    Workspace.open(folder / "workspace").roots.point("sector", folder / "sector")
    made = Served(folder / "workspace")
    yield made
    made.end()
    assert "Traceback" not in made.said(), made.said()


@pytest.fixture
def tab(chromium, served: Served):
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    made = context.new_page()
    made.set_default_timeout(PATIENCE)
    yield made
    context.close()


@contextmanager
def full(disk, served: Served) -> Iterator[None]:
    """Nothing more fits: on a disk of its own for everybody, else files of the server may not grow."""
    folder, mounted = disk
    if not mounted:
        limits = resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (4096, limits[1]))
        yield
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, limits)
        return
    filler = folder / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as out:
        while out.write(b"0" * 4096):
            pass
    yield
    filler.unlink()


def try_again(tab) -> None:
    """Send what was not stored; a page that had to wait for a busy server has done so by itself."""
    from playwright.sync_api import TimeoutError as TookTooLong

    again = tab.get_by_role("button", name="Try again")
    if again.is_visible():
        with suppress(TookTooLong):  # the button goes when the page sends by itself meanwhile
            again.click(timeout=5000)
    wait_until(tab, "() => !Object.keys(localStorage).some((name) => name.startsWith('clara verdict'))")
    tab.get_by_text("Not stored").wait_for(state="hidden")


def test_a_full_disk_keeps_star_and_note_and_tells_whoever_presses_retrain(tab, served: Served, disk) -> None:
    open_page(tab, f"{served.url}?area=vet")
    here = star_name(tab)
    with full(disk, served):
        tab.keyboard.press("c")
        tab.keyboard.type("the disk is full")
        tab.keyboard.press("Escape")
        tab.keyboard.press("3")
        tab.get_by_text("Not stored: flare").wait_for()
        assert star_name(tab) == here
        assert tab.get_by_role("textbox", name="note", exact=True).input_value() == "the disk is full"
        tab.keyboard.press("g")
        tab.keyboard.press("e")
        retrain = tab.get_by_role("button", name="Retrain")
        retrain.click()
        tab.get_by_text("can't be written").first.wait_for()
        wait_until(
            tab,
            """() => {
              const found = (node) => [...node.querySelectorAll("*")].some((child) =>
                (child.tagName === "BUTTON" && child.textContent === "Retrain" && !child.disabled)
                || (child.shadowRoot && found(child.shadowRoot)))
              return found(document)
            }""",
        )
        tab.keyboard.press("g")
        tab.keyboard.press("v")
        assert Workspace.open(served.folder).verdicts.history().empty
    try_again(tab)
    kept = Workspace.open(served.folder).verdicts.history()
    assert kept[["label", "note"]].to_numpy().tolist() == [["flare", "the disk is full"]]


def test_a_workspace_that_goes_is_told_once_and_comes_back(tab, served: Served) -> None:
    open_page(tab, served.url)
    away = served.folder.with_name("away")
    served.folder.rename(away)
    line = tab.get_by_role("status").filter(has_text="is not there any more")
    line.wait_for()
    tab.locator("tbody tr:visible").nth(4).click()
    tab.keyboard.press("3")
    tab.get_by_text("Not stored: flare").wait_for()
    fresh = tab.context.new_page()
    fresh.goto(served.url)
    fresh.get_by_text("The workspace can't be opened").wait_for()
    fresh.get_by_text("tries again by itself").wait_for()
    assert not served.folder.exists()
    away.rename(served.folder)
    line.wait_for(state="hidden")
    fresh.wait_for_selector("tbody tr[aria-selected=true]:visible")  # by itself
    try_again(tab)
    assert "Traceback" not in served.said()


def test_a_file_overwritten_by_another_stars_says_so(tab, served: Served) -> None:
    table = Workspace.open(served.folder).targets.frame().set_index("target_id")
    open_page(tab, f"{served.url}?area=vet")
    row = tab.locator("tbody tr:visible").nth(6)
    number = row.locator("td").nth(1).inner_text()
    path = Path(table.loc[table["tic"].astype(str) == number, "path"].iloc[0])
    other = Path(table.loc[table["tic"].astype(str) != number, "path"].iloc[0])
    whole = path.read_bytes()
    row.click()
    wait_for_star(tab, number)  # the server has it in memory now
    tab.keyboard.press("k")
    path.write_bytes(other.read_bytes())
    row.click()
    wait_for_star(tab, number)
    tab.get_by_text("now holds another star").first.wait_for()
    tab.keyboard.press("k")
    path.write_bytes(whole[:3000])
    row.click()
    wait_for_star(tab, f"SIM {number}")
    tab.get_by_text("now holds another star").first.wait_for(state="hidden")
    assert tab.locator(".chip", has_text="SIMULATED").count() > 3
    path.write_bytes(whole)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("period=inf", "period 'inf'"),
        ("epoch=nan", "epoch 'nan'"),
        ("period=1e-300", "period '1e-300'"),
        ("axes=product,path&map=axes&colour=x", "colour 'x'"),
    ],
)
def test_a_link_that_cant_be_shows_the_page_and_says_so(tab, served: Served, query: str, words: str) -> None:
    open_page(tab, f"{served.url}?{query}")
    tab.get_by_text(words).first.wait_for()
    assert star_name(tab)
    deadline = time.time() + 60
    while query.split("&")[0] in tab.url:
        assert time.time() < deadline, tab.url
        time.sleep(0.05)
