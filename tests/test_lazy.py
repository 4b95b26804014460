"""Names that are imported when they are asked for."""

import subprocess
import sys

import pytest

import clara_engine
from clara_engine import store, workspace


@pytest.mark.parametrize("module", [clara_engine, store, workspace], ids=lambda module: module.__name__)
def test_every_name_is_there(module):
    for name in module.__all__:
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = module.Nothing


def test_nothing_is_imported_before_it_is_asked_for():
    program = (
        "import sys\nimport clara_engine.store as store\nassert 'clara_engine.store.runs' not in sys.modules\n"
        "store.Run\nassert 'clara_engine.store.runs' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
