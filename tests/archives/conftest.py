"""Downloads from the stand-in of MAST."""

import pytest

from clara_engine.archives import Download, download
from tests.archives.answers import wanted

PLENTY = 10**12


@pytest.fixture
def mast(services):
    return services["mast"]


@pytest.fixture
def get(mast, tmp_path):
    def run(*names, folder=tmp_path / "got", **options):
        files = [name if isinstance(name, Download) else wanted(mast, name) for name in names]
        return download(mast, files, folder, **{"free": lambda _: PLENTY} | options)

    return run
