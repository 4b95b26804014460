"""What a first plot loads."""

import subprocess
import sys

import pytest

FEW = """
import sys
import pandas as pd
from clara_engine import plots
plots.embedding(pd.DataFrame({"x": [0.0, 1.0], "y": [0.0, 1.0]}, ["a", "b"]))
plots.light_curve(None)
print("datashader" in sys.modules, "holoviews.operation.datashader" in sys.modules)
"""


@pytest.mark.heavy
def test_datashader_is_loaded_when_there_is_a_crowd_to_draw() -> None:
    done = subprocess.run([sys.executable, "-c", FEW], capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "False False"
