"""What surrounds the code: one version, citation, types, and the texts that an open project has."""

import re
import tomllib
from pathlib import Path

import yaml

import clara_app
import clara_engine

HOME = Path(__file__).parents[1]


def test_the_version_stands_in_one_place() -> None:
    project = tomllib.loads((HOME / "pyproject.toml").read_text())
    assert "version" in project["project"]["dynamic"]
    assert project["tool"]["hatch"]["version"]["path"] == "clara_engine/__init__.py"
    cited = yaml.safe_load((HOME / "CITATION.cff").read_text())
    assert str(cited["version"]) == clara_engine.__version__
    assert f"## {clara_engine.__version__}" in (HOME / "CHANGELOG.md").read_text()


def test_the_citation_has_what_its_format_needs() -> None:
    cited = yaml.safe_load((HOME / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert cited["preferred-citation"]["url"].endswith("2508.04722")


def test_packages_say_that_they_are_typed() -> None:
    for package in (clara_engine, clara_app):
        assert (Path(package.__file__).parent / "py.typed").is_file()


def test_every_reference_of_the_paper_is_in_its_bibliography() -> None:
    cited = set(re.findall(r"@([A-Za-z]+\d{4})", (HOME / "paper.md").read_text()))
    known = set(re.findall(r"^@\w+\{(\w+),", (HOME / "paper.bib").read_text(), flags=re.M))
    assert cited == known


def test_links_between_texts_lead_somewhere() -> None:
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        for place in re.findall(r"\]\(([^)#:]+)\)", (HOME / name).read_text()):
            assert (HOME / place).exists(), f"{name}: {place}"


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))


def test_the_versions_that_were_tested_are_those_that_are_asked_for() -> None:
    """Requirements have a lower bound and no upper one: nothing is known to break."""
    project = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
    tested = dict(re.findall(r"^([\w-]+)==(\S+)$", (HOME / "docs/deploying/constraints.txt").read_text(), flags=re.M))
    extras = project["optional-dependencies"]
    asked = [re.split(" *; *", line)[0] for line in project["dependencies"] + extras["dev"] + extras["docs"]]
    assert [line for line in asked if not re.fullmatch(r"[\w-]+>=[\d.]+", line)] == []
    bounds = {name: least for name, least in (line.split(">=") for line in asked) if name != "setuptools"}
    assert set(bounds) - set(tested) == set()
    assert [name for name, least in bounds.items() if numbers(tested[name]) < numbers(least)] == []


def test_every_python_that_is_named_is_asked_for() -> None:
    project = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
    least = numbers(project["requires-python"])
    named = [
        numbers(line) for line in project["classifiers"] if line.startswith("Programming Language :: Python :: 3.")
    ]
    assert min(named) == least
    assert named == sorted(named)
