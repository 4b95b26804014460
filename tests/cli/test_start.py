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


def test_files_are_registered_without_what_only_forests_maps_and_searches_need(tmp_path):
    (tmp_path / "star.csv").write_text(
        "tic,time,flux\n" + "".join(f"7,{1330 + i / 720},{1 + i % 7 / 1000}\n" for i in range(99))
    )
    program = (
        "import sys\nfrom clara_engine.cli import main\n"
        f"sys.argv = ['clara', 'ingest', {str(tmp_path / 'star.csv')!r}, '--workspace', {str(tmp_path / 'ws')!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('loaded:', *[name for name in {HEAVY!r} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "1 added" in said.stdout + said.stderr
    assert said.stdout.strip().splitlines()[-1] in ("loaded: pandas", "loaded: pandas pyarrow")
