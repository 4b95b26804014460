"""Names that are imported when they are asked for."""

import subprocess
import sys

import pytest

import clara_engine
from clara_engine import evaluate, forest, periods, readers, store, synthetic, workspace

MODULES = [clara_engine, evaluate, forest, periods, readers, store, synthetic, workspace]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
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


def test_a_module_does_not_take_the_place_of_the_name_that_it_is_called_as():
    program = (
        "import clara_engine.forest.explain, clara_engine.periods.fold\n"
        "from clara_engine.forest import explain\nfrom clara_engine.periods import fold\n"
        "assert callable(explain) and callable(fold) and callable(clara_engine.periods.fold)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    with pytest.raises(AttributeError, match=r"set it in clara_engine\.forest\.explain"):
        forest.explain = None
