"""A small simulated workspace with features, one run, labels, and a server on it."""

import itertools
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from clara_app.cached_workspace import CachedWorkspace
from clara_app.server import Server
from clara_app.session import Session
from clara_engine.forest import ForestSettings
from clara_engine.simulate import simulate_sector
from clara_engine.studies.embed import usual_map
from clara_engine.studies.sweep import Sweeps
from clara_engine.synthetic import SyntheticDesign
from clara_engine.workspace import RunSpec, Workspace
from tests.app.browser import BROWSER, PARENT, PATIENCE, faults_of, open_page, serve
from tests.app.searches import KnownSearches
from tests.once import made_once

STARS = 30

#: `until(session, condition)`
Until = Callable[..., None]


def small_spec(name: str = "first", **changes: object) -> RunSpec:
    design = SyntheticDesign.paper(curves=10, span_days=6, cadence_minutes=10, noise_ppm=200)
    values = {"name": name, "design": design, "forest": ForestSettings(n_estimators=10)}
    return RunSpec.checked(**(values | changes))


def keep_small_sweep(workspace: Workspace, name: str) -> None:
    """A sweep of two curve counts and four noises, whose recall grows with the curves and with nothing else."""
    axes = {"design.curves": (100, 200), "design.background.noise_ppm": (25.0, 50.0, 75.0, 100.0)}
    points = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]
    runs = workspace.runs.list()[:1] * len(points)
    table = Sweeps(workspace).measured(runs, ("truth", "planet"), points)
    rng = np.random.default_rng(1)
    table["recall"] = 0.002 * table["axis design.curves"] + 0.01 * rng.random(len(table))
    table["published_recall_auc"] = rng.random(len(table))
    folder = workspace.folder / "sweeps"
    folder.mkdir(exist_ok=True)
    table.to_parquet(folder / f"{name}.parquet")


def is_fault(request) -> bool:
    """Whether a request failed by itself, not because the page was left or loaded again."""
    return request.failure != "net::ERR_ABORTED"


def make_template(folder: Path) -> None:
    """A workspace with everything in it, its light curves beside, and the searches of its stars."""
    truth = simulate_sector(folder / "sector", stars=STARS, seed=3, workers=1)
    workspace = Workspace.open(folder / "workspace")
    workspace.ingest([folder / "sector"])
    workspace.labels.add("truth", dict(zip(truth["target_id"], truth["class"], strict=True)), source="simulation")
    workspace.train(small_spec())
    usual_map(workspace, "pca", "flux_power")
    usual_map(workspace, "tsne", "flux_power")
    searches = KnownSearches()
    with pytest.MonkeyPatch.context() as patch:
        searches.stand_in(patch.setattr)
        page = CachedWorkspace(workspace)
        for star in map(page.star, workspace.targets.ids()):
            if star.light_curve is not None and star.best is not None:
                page.transit(star.light_curve, star.best)
    searches.save(folder / "searches")


@pytest.fixture(scope="session")
def workspace_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace with everything in it, to be copied by whoever writes into it.

    Its stars are not searched again, neither here nor in servers.
    """
    made = made_once(tmp_path_factory, "template", make_template)
    folder = tmp_path_factory.mktemp("template") / "all"
    shutil.copytree(made, folder)
    Workspace.open(folder / "workspace").roots.point("sector", folder / "sector")
    known = KnownSearches()
    known.load(folder / "searches")
    with pytest.MonkeyPatch.context() as patch:
        known.stand_in(patch.setattr)
        patch.setattr(PARENT, "searches", folder / "searches")
        yield folder / "workspace"


@pytest.fixture
def spec() -> Callable[..., RunSpec]:
    """What makes a run that takes a moment."""
    return small_spec


@pytest.fixture
def workspace_folder(workspace_template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(workspace_template, tmp_path / "workspace"))


@pytest.fixture
def server(workspace_folder: Path) -> Iterator[Server]:
    made = Server(Workspace.open(workspace_folder))
    yield made
    made.close()


@pytest.fixture
def session(server: Server) -> Session:
    return Session(server, author="tester")


@pytest.fixture
def until() -> Until:
    """Poll a session until a condition holds."""

    def wait(session: Session, condition: Callable[[], object], seconds: float = 90) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, [(job.title, job.state, job.message) for job in session.jobs]
            session.poll()
            time.sleep(0.02)

    return wait


@pytest.fixture
def after_restart(server: Server) -> Iterator[Callable[[], Session]]:
    """A page of another server on the same workspace, as after a restart."""
    made: list[Server] = []

    def page() -> Session:
        made.append(Server(Workspace.open(server.workspace.folder)))
        return Session(made[-1], author="tester")

    yield page
    for other in made:
        other.close()


@pytest.fixture(scope="module")
def chromium():
    """The browser of this test process, from the first test that uses one to the last before others."""
    # The shell is the same browser without its windows, and opens a page with a quarter less work.
    path = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium: install Debian's chromium-headless-shell, or set CHROMIUM")
        pytest.skip("no Chromium here: install it, or set CHROMIUM to its path")
    pytest.importorskip("playwright.sync_api")
    return BROWSER.open(path)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Close the browser when the next test uses none: while it is open, asyncio runs nothing else in this thread."""
    if "chromium" not in getattr(nextitem, "fixturenames", ()):
        BROWSER.close()


@pytest.fixture(scope="module")
def walked(workspace_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the workspace for all tests of this file."""
    return Path(shutil.copytree(workspace_template, tmp_path_factory.mktemp("walked") / "workspace"))


@pytest.fixture(scope="module")
def url(walked: Path) -> Iterator[str]:
    with serve(walked) as address:
        yield address


@pytest.fixture(scope="module")
def page(chromium, url: str):
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    tab = context.new_page()
    problems = faults_of(tab)
    tab.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    tab.on("requestfailed", lambda request: problems.append(f"failed: {request.url}") if is_fault(request) else None)
    tab.set_default_timeout(PATIENCE)
    open_page(tab, url)
    yield tab
    context.close()
    assert problems == []
