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


#: What lists and tables need; all else takes longer than the answer.
NEEDED = {"pandas", "pyarrow"}
#: Modules in memory after an answer; with numba, SciPy and the searches there were over 2,500.
MOST_MODULES = 1_250


@pytest.mark.parametrize(
    "words",
    [("runs",), ("show",), ("query", "SELECT tic FROM targets JOIN scores USING (target_id)")],
    ids=lambda w: w[0],
)
def test_lists_and_tables_are_answered_without_what_only_forests_maps_and_searches_need(words, trained_folder):
    program = (
        "import sys\nfrom clara_engine.cli import main\n"
        f"sys.argv = ['clara', *{words!r}, '--workspace', {str(trained_folder)!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print(len(sys.modules), *[name for name in {HEAVY!r} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    count, *loaded = said.stdout.strip().splitlines()[-1].split()
    assert set(loaded) <= NEEDED
    assert int(count) < MOST_MODULES


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
