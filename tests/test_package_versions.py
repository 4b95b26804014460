"""What kept results are made by: the packages, and our own code."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clara_engine import periods
from clara_engine.package_versions import code_digest, package_versions

CODE = """
def depth(radius):
    return radius**2
"""


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("# a comment\n" + CODE, True),
        (CODE.replace("    return", '    """Of a transit."""\n    return'), True),
        (CODE.replace("radius**2", "radius ** 2  # relative"), True),
        (CODE.replace("radius**2", "(\n        radius\n        **2\n    )"), False),  # other tokens
        (CODE.replace("(radius)", "(\n    radius\n)"), True),
        (CODE.replace("    return", "  return"), True),
        (CODE.replace("**2", "**3"), False),
        (CODE.replace("    return", "    if radius:\n        return"), False),
        (CODE + "DEPTH = 1\n", False),
    ],
)
def test_only_what_code_does_changes_its_digest(tmp_path: Path, other: str, same: bool) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, text in ((one, CODE), (two, other)):
        folder.mkdir()
        (folder / "signal.py").write_text(text)
    assert (code_digest(one.iterdir()) == code_digest(two.iterdir())) is same


def test_a_file_counts_by_its_name(tmp_path: Path) -> None:
    first, second = tmp_path / "a.py", tmp_path / "b.py"
    first.write_text(CODE)
    second.write_text(CODE)
    assert code_digest([first]) != code_digest([second])
    assert code_digest([first, second]) == code_digest([second, first])


def test_threads_may_ask_at_once() -> None:
    files = sorted(Path(periods.__file__).parent.glob("*.py"))
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(code_digest, [files] * 8))
    assert len(found) == 1


def test_versions_of_packages() -> None:
    assert {"clara-astro", "numpy"} <= set(package_versions())
