"""The site: every page can be reached, links between pages lead somewhere, and public names are listed."""

import ast
import re
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]
DOCS = HOME / "docs"
#: Written when the site is built.
BUILT = {"api", "gallery", "notebooks", "extensions", "static", "templates", "pictures", "concepts"}
PAGES = sorted(page for page in DOCS.rglob("*.md") if page.relative_to(DOCS).parts[0] not in BUILT)
MADE = {"command_line", "gallery/index"}


def name_of(page: Path) -> str:
    return page.relative_to(DOCS).with_suffix("").as_posix()


def entries(page: Path) -> set[str]:
    """What the toctrees of a page name, from docs/ on."""
    trees = re.findall(r"^```\{toctree\}\n(.*?)^```", page.read_text("utf-8"), flags=re.M | re.S)
    lines = [line.strip() for tree in trees for line in tree.splitlines()]
    folder = page.relative_to(DOCS).parent
    return {(folder / line).as_posix() for line in lines if line and not line.startswith(":")}


def test_every_page_is_in_a_toctree() -> None:
    reached = set().union(*(entries(page) for page in PAGES))
    pages = {name_of(page) for page in PAGES} - {"index"}
    assert pages - reached == set()
    assert {entry for entry in reached if "*" not in entry} - pages == MADE


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for place in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        target = place.split("#")[0]
        if target and "://" not in target and not target.startswith("mailto:"):
            built = (page.parent / target).resolve().relative_to(DOCS).parts[0] in BUILT - {"pictures"}
            assert built or (page.parent / target).exists(), place


def public_modules() -> set[str]:
    """Packages with names of their own, and else the modules in them; measures are listed one by one."""
    found = set()
    for place in (HOME / "clara_engine").iterdir():
        if (place / "__init__.py").exists() and place.name not in ("cli", "results"):
            named = "__all__" in (place / "__init__.py").read_text("utf-8")
            found |= {f"clara_engine.{place.name}"} if named else set()
            for module in place.glob("*.py") if not named or place.name == "evaluate" else ():
                if any(
                    isinstance(node, ast.FunctionDef | ast.ClassDef)
                    for node in ast.parse(module.read_text("utf-8")).body
                ):
                    found.add(f"clara_engine.{place.name}.{module.stem}")
    return found


def test_every_public_module_is_in_the_reference() -> None:
    listed = set(re.findall(r"^   (clara_\w+[\w.]*)$", (DOCS / "api.md").read_text("utf-8"), flags=re.M))
    assert public_modules() - listed == {"clara_engine.store"}  # its names are those of clara_engine.workspace
