"""How the command line starts."""

import subprocess
import sys

import pytest

HEAVY = ("pandas", "numba", "scipy", "sklearn", "astropy", "pyarrow", "matplotlib", "lightkurve", "panel")


@pytest.mark.parametrize("words", [("--help",), ("train", "--help"), ("cluster", "--help")], ids=" ".join)
def test_help_loads_nothing_that_takes_long(words):
    program = (
        "import sys\nfrom clara_engine.cli import main\n"
        f"sys.argv = ['clara', *{words!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('loaded:', *[name for name in {HEAVY!r} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "Usage" in said
    assert said.strip().splitlines()[-1] == "loaded:"
