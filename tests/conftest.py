"""What every test may use."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says how busy the machine is.
settings.register_profile("clara", deadline=None)
settings.load_profile("clara")

# A program that is started in the background ignores Ctrl-C, and so do those that it starts: tests send it to some.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["tests.stand_in", "tests.sky", "tests.small_workspace"]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real light curves and published files; tests that need it skip without it."""
    default = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("CLARA_SHARED_DATA", default))
    if not folder.is_dir():
        pytest.skip("real light curves are not here: set CLARA_SHARED_DATA to their folder")
    return folder
