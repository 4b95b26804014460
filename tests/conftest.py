"""What every test may use."""

import gc
import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.once import made_once

# Test processes keep all cores busy: threads of BLAS and OpenMP beside them only wait, and cost more than the work.
os.environ.setdefault("OMP_NUM_THREADS", "1")  # OpenBLAS obeys it too
os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # for numba, which asks for more threads

# The same examples at every run; how long one takes says how busy the machine is.
settings.register_profile("clara", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
# New ones each time, with `pytest --hypothesis-profile search`: what it finds is mended in a commit of its own.
settings.register_profile("search", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("clara")

# A program that is started in the background ignores Ctrl-C, and so do those that it starts: tests send it to some.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

#: Files that take long, the longest first: what begins late is short, so that no process waits for another at the end.
LONGEST = (
    "tests/app/test_every_pane.py",
    "tests/app/test_browser.py",
    "tests/app/test_browser_kept.py",
    "tests/app/test_browser_access.py",
    "tests/app/test_browser_map.py",
    "tests/app/test_browser_vet.py",
    "tests/app/test_browser_star.py",
    "tests/app/test_browser_faults.py",
    "tests/app/test_browser_updates.py",
    "tests/app/test_browser_compare.py",
    "tests/app/test_browser_data.py",
    "tests/app/test_browser_plots.py",
    "tests/app/test_server_end.py",
    "tests/app/test_vet.py",
    "tests/cli/test_bad_values.py",
    "tests/cli/test_star.py",
    "tests/app/test_star_tabs.py",
    "tests/app/test_panes.py",
    "tests/periods/kinds/test_what_is_it.py",
    "tests/results/test_sample.py",
    "tests/app/test_clusters.py",
    "tests/plots/test_every_plot.py",
    "tests/forest/test_urf.py",
    "tests/maps/test_embed.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long files first. Those of the browser stand together, so that each process starts one browser."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(place)))


def pytest_collection_finish() -> None:
    """Tests and modules stay until the end: the garbage collector need not look through them again and again."""
    gc.freeze()


def pytest_xdist_auto_num_workers() -> int:
    """One process more than processors: tests of the page wait for the browser, and others can run meanwhile."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure() -> None:
    """Nor need it look through them when all is over."""
    gc.freeze()


pytest_plugins = ["tests.stand_in", "tests.sky", "tests.small_workspace"]


@pytest.fixture(scope="session", autouse=True)
def compiled(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Have one of several test processes compile the kernels: where they are new, that takes half a minute."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        from tests.kernels import compile_kernels

        made_once(tmp_path_factory, "kernels", lambda folder: compile_kernels())


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real light curves and published files; tests that need it skip without it."""
    default = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("CLARA_SHARED_DATA", default))
    if not folder.is_dir():
        pytest.skip("real light curves are not here: set CLARA_SHARED_DATA to their folder")
    return folder
