"""The Data area in headless Chromium: from an empty workspace to light curves, and a job that is cancelled."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli_w

from clara_engine.workspace import Workspace
from tests.app.browser import PATIENCE, faults_of, serve
from tests.stand_in import Reply, StandIn, at

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


QLP = "hlsp_qlp_tess_ffi_s0001-{:016d}_tess_v01_llc.fits"


@pytest.fixture(scope="module")
def mast() -> Iterator[StandIn]:
    """An archive that has the list of sector 1 of QLP."""
    server = StandIn()
    lines = "\n".join(f"curl -o {QLP.format(tic)} https://example.org/{QLP.format(tic)}" for tic in range(1, 6))
    server.routes["/lists/hlsps/qlp/download_scripts/hlsp_qlp_tess_ffi_s0001_tess_v01_llc-fits.sh"] = Reply(
        lines.encode()
    )
    yield server
    server.close()


@pytest.fixture(scope="module")
def tab(chromium, mast: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    """The page of an empty workspace."""
    folder = tmp_path_factory.mktemp("data") / "empty"
    Workspace.open(folder)
    addresses = {name: one.model_dump(exclude={"name"}) for name, one in at(mast).items()}
    (folder.parent / "archives.toml").write_text(tomli_w.dumps(addresses))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLARA_ARCHIVES", str(folder.parent / "archives.toml"))
        yield from opened(chromium, folder)


def opened(chromium, folder: Path) -> Iterator:
    with serve(folder) as url:
        context = chromium.new_context(viewport={"width": 1280, "height": 800})
        tab = context.new_page()
        problems = faults_of(tab)
        tab.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        tab.set_default_timeout(PATIENCE)
        tab.goto(url)
        tab.get_by_text("This workspace is empty").wait_for()
        tab.get_by_text("None yet").first.wait_for()
        yield tab
        context.close()
    assert problems == []


@pytest.fixture(scope="module")
def folder_with_labels(workspace_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty light curves, a table of labels of them, and one of something else."""
    folder = tmp_path_factory.mktemp("sector") / "s1"
    shutil.copytree(workspace_template.parent / "sector", folder, ignore=shutil.ignore_patterns("*.csv"))
    tics = Workspace.open(workspace_template).targets.frame()["tic"]
    (folder / "truth.csv").write_text("tic,kind\n" + "".join(f"{tic},{'odd' if tic % 2 else 'even'}\n" for tic in tics))
    (folder / "weather.csv").write_text("day,rain\n1,0\n2,5\n")
    return folder


def test_an_empty_workspace_is_filled_from_a_folder(tab, folder_with_labels: Path) -> None:
    path = tab.get_by_label("Folder or file on the machine of the server")
    path.fill(str(folder_with_labels))
    path.press("Enter")
    tab.get_by_text("30 files").first.wait_for()
    beside = tab.get_by_role("group", name="labels and numbers in tables")
    beside.get_by_label("truth.csv: kind").check()
    tab.get_by_role("button", name="Register 30 files").click()
    tab.wait_for_selector("tbody tr[aria-selected=true]")  # Explore opens by itself, on a star
    assert "area=explore" in tab.url or "area" not in tab.url
    assert not tab.get_by_text("This workspace is empty").is_visible()
    tab.get_by_text("30 light curves are here; Retrain gives them scores").first.wait_for()
    tab.get_by_role("button", name="Data").click()
    tab.get_by_text(
        "30 registered, 0 known already, 2 other tables passed over, labels kind: 30"
    ).wait_for()  # what was done stays
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


def test_columns_of_an_uploaded_file_are_named(tab) -> None:
    strange = _table(200).replace("time,flux", "when,light")
    field = tab.get_by_label("Columns, where their names are not known").nth(1)
    field.fill("time=when")
    _choose(tab, "Choose light curves", {"TIC44.csv": strange})
    tab.get_by_text("columns: no flux named").wait_for()
    field.fill("time=when flux=light")
    _choose(tab, "Choose light curves", {"TIC44.csv": strange})
    tab.get_by_text("1 registered").wait_for()
    field.fill("")


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


def test_the_pipeline_is_chosen(tab) -> None:
    tab.get_by_role("combobox", name="What").select_option("Sector")
    pipeline, cadence = (tab.get_by_role("combobox", name=name) for name in ("Pipeline", "Cadence"))
    assert pipeline.locator("option").all_inner_texts() == ["SPOC", "TESS-SPOC", "QLP", "TGLC"]
    cadence.wait_for()
    pipeline.select_option("QLP")
    cadence.wait_for(state="hidden")  # full-frame images have the cadence of their sector
    tab.get_by_role("button", name="Look up").click()
    tab.get_by_text("5 files to download").wait_for()
