"""What is imported is declared in pyproject.toml, what is declared is needed, and batman may be absent."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.sources import HOME, modules_of, tree_of

OURS = {"clara_engine", "clara_app", "tests", "benchmarks"}
#: Declared, and imported by no file here.
NEEDED = {"setuptools": "batman imports distutils, which Python 3.12 no longer has"}


def names(requirements: list[str]) -> set[str]:
    """Names of distributions, as PyPI writes them."""
    return {plain(re.split(r"[<>=;\[ ]", line, maxsplit=1)[0]) for line in requirements}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


PROJECT = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
DECLARED = names(PROJECT["dependencies"])
EXTRA = {extra: names(lines) for extra, lines in PROJECT["optional-dependencies"].items()}


def imported(tree: ast.Module) -> set[str]:
    """Packages that a file imports and that are neither Python's nor ours."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - OURS


@cache
def imported_by(file: Path) -> set[str]:
    return imported(tree_of(file))


def imported_below(*folders: str) -> set[str]:
    return set().union(*map(imported_by, modules_of(*folders)))


distributions_of = cache(packages_distributions)


def distributions(packages: set[str]) -> dict[str, set[str]]:
    """What gives each package; an extra that is not installed here is known by its own name."""
    known = distributions_of()
    return {package: {plain(name) for name in known.get(package, [package])} for package in packages}


@pytest.mark.parametrize(
    ("folders", "declared"),
    [
        (("clara_engine", "app"), DECLARED | EXTRA["cluster"] | EXTRA["s3"]),
        (("tests",), DECLARED | EXTRA["dev"] | EXTRA["peers"]),
        (("benchmarks",), DECLARED | EXTRA["dev"] | EXTRA["peers"] | EXTRA["benchmark"] | {"sklearnex"}),
    ],
    ids=["product", "tests", "benchmarks"],
)
def test_what_is_imported_is_declared(folders: tuple[str, ...], declared: set[str]) -> None:
    found = distributions(imported_below(*folders))
    assert {package for package, gives in found.items() if not gives & declared} == set()


def test_what_is_declared_is_imported() -> None:
    found = set().union(*distributions(imported_below("clara_engine", "app")).values())
    assert DECLARED - found == set(NEEDED)


def test_an_undeclared_import_is_seen() -> None:
    source = "import os, tqdm.auto\nfrom clara_app import x\nfrom . import y\nfrom yaml.nodes import z"
    assert imported(ast.parse(source)) == {"tqdm", "yaml"}


WITHOUT_BATMAN = """
import importlib, pkgutil, sys
sys.modules["batman"] = None
import clara_app, clara_engine
from clara_engine.errors import DesignError
from clara_engine.synthetic import SyntheticDesign, generate, steering_design
from clara_engine.package_versions import package_versions
for module in pkgutil.walk_packages(clara_engine.__path__, "clara_engine."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
import clara_app.page
sky = {"kind": "white", "span_days": 13, "cadence_minutes": 10, "noise_ppm": 300}
flares = SyntheticDesign(name="flares", curves=2, background=sky, signals=[{"kind": "flares"}])
assert len(generate(flares).light_curves) == 2
try:
    generate(SyntheticDesign.paper(curves=20, span_days=13, cadence_minutes=10))
except DesignError as error:
    print(error)
"""


@pytest.mark.heavy
def test_all_but_transits_and_eclipses_works_without_batman() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_BATMAN], capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    assert "python -m pip install batman-package" in done.stdout
    assert done.stdout.count("\n") == 1


def test_one_file_imports_batman() -> None:
    """It is under the GPL; README says so."""
    files = modules_of("clara_engine", "app")
    assert [file.name for file in files if "batman" in imported_by(file)] == ["limb_darkened.py"]


@pytest.mark.parametrize(("package", "file"), [("distributed", "dask_cluster.py"), ("fsspec", "remote.py")])
def test_one_file_imports_what_is_of_an_extra(package: str, file: str) -> None:
    """All else works without it."""
    assert [one.name for one in modules_of("clara_engine", "app") if package in imported_by(one)] == [file]
