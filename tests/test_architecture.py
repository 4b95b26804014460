"""The direction of the arrows between packages, and what the engine must never import."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.sources import modules_of, tree_of

ENGINE = Path(__file__).parents[1] / "clara_engine"
PAGE_FOLDER = Path(__file__).parents[1] / "app" / "clara_app"

# A module may import modules of its own level or of a lower one.
LEVELS = {
    "caching": 0,
    "account": 0,
    "errors": 0,
    "frames": 0,
    "lazy": 0,
    "locks": 0,
    "progress": 0,
    "csv_file": 0,
    "files": 0,
    "workers": 0,
    "dask_cluster": 0,
    "text": 0,
    "sealed": 0,
    "ways_out": 0,
    "notebook_table": 0,
    "validation_messages": 0,
    "setting": 0,
    "package_versions": 0,
    "groups": 1,
    "lightcurve": 1,
    "timeseries": 1,
    "readers": 2,
    "features": 3,
    "synthetic": 3,
    "forest": 3,
    "maps": 3,
    "clusters": 3,
    "periods": 3,
    "archives": 3,
    "similarity": 3,
    "simulate": 4,
    "injected": 4,
    "evaluate": 5,
    "jobs": 5,
    "store": 6,
    "studies": 7,
    "plots": 8,
    "report": 8,
    "results": 8,
    "workspace": 8,
    "cli": 9,
    "__main__": 10,
}
PAGE = {"panel", "holoviews", "bokeh", "datashader", "app", "clara_app", "param"}
#: What draws, and where alone that is imported.
DRAWING = {"holoviews", "bokeh", "datashader"}
PLOTS = ENGINE / "plots"
FILES = sorted(ENGINE.rglob("*.py"))


@cache
def imports(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative imports hide the direction"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def place_of(file: Path) -> str:
    """The package or module at the top of the engine."""
    return file.relative_to(ENGINE).with_suffix("").parts[0]


def test_engine_never_imports_the_page_and_plots_alone_draw() -> None:
    forbidden = {file: PAGE - DRAWING if PLOTS in file.parents else PAGE for file in FILES}
    found = {str(file): {name.split(".")[0] for name in imports(file)} & words for file, words in forbidden.items()}
    assert {file: roots for file, roots in found.items() if roots} == {}


#: What writes the plots of the page and of notebooks into files.
STANDS_ON_PLOTS = {"report/book.py", "report/book_pieces.py"}


def test_nothing_of_the_engine_but_the_book_stands_on_plots() -> None:
    others = [file for file in FILES if PLOTS not in file.parents]
    found = {file for file in others for name in imports(file) if name.startswith("clara_engine.plots")}
    assert {str(file.relative_to(ENGINE)) for file in found} == STANDS_ON_PLOTS


def test_arrows_point_down() -> None:
    parts = [(file, name.split(".")) for file in FILES if place_of(file) != "__init__" for name in imports(file)]
    arrows = [(file, name[1]) for file, name in parts if name[0] == "clara_engine" and name[1:] and name[1] in LEVELS]
    assert len(arrows) > len(FILES)
    wrong = [(file, other) for file, other in arrows if LEVELS[other] > LEVELS[place_of(file)]]
    assert [f"{file} must not import {other}" for file, other in wrong] == []


def test_every_package_has_a_level() -> None:
    assert {place_of(file) for file in FILES} - {"__init__", "__main__"} <= set(LEVELS)


RAW = {"read_parquet", "read_schema", "read_table", "read_text", "read_bytes", "load"}
READERS = {"np", "pd", "pq"}


def unguarded(tree: ast.AST) -> list[int]:
    """Lines that read a file of the workspace where no `with reading` and no `except OSError` says what is wrong."""
    found: list[int] = []

    def look(node: ast.AST, safe: bool) -> None:
        if isinstance(node, ast.With):
            safe = safe or any("reading(" in ast.unparse(item.context_expr) for item in node.items)
        if isinstance(node, ast.Try):
            safe = safe or any("OSError" in ast.unparse(handler.type) for handler in node.handlers if handler.type)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in RAW:
            of = ast.unparse(node.func.value)
            if not safe and (of in READERS or node.func.attr in ("read_text", "read_bytes")):
                found.append(node.lineno)
        for child in ast.iter_child_nodes(node):
            look(child, safe)

    look(tree, False)
    return found


#: Read their own source files.
OWN = {"injections.py", "nulls.py"}


def test_no_file_of_a_workspace_is_read_without_a_word_for_its_trouble() -> None:
    looked_at = [file for file in FILES if file.parent.name in ("store", "studies", "report", "features", "maps")]
    lines = {file: unguarded(tree_of(file)) for file in looked_at}
    assert {str(file): found for file, found in lines.items() if len(found) > (file.name in OWN)} == {}


def test_an_unguarded_read_is_seen() -> None:
    assert unguarded(ast.parse("x = pd.read_parquet(path)")) == [1]
    assert unguarded(ast.parse("with reading(path):\n    x = pd.read_parquet(path)")) == []


# -- circles of imports, and imports within functions ------------------------------------------------------------------


def own_modules() -> dict[str, Path]:
    """Every module of the engine and of the page, by its dotted name."""
    places = [(folder.parent, file) for folder in (ENGINE, PAGE_FOLDER) for file in folder.rglob("*.py")]
    names = (".".join(file.relative_to(above).with_suffix("").parts) for above, file in places)
    return {name.removesuffix(".__init__"): file for name, (_, file) in zip(names, places, strict=True)}


MODULES = own_modules()


@cache
def imported(name: str) -> list[tuple[str, str]]:
    """What a module imports, each with ``"module"``, ``"function"`` or ``"types"``: where it does so."""
    found: list[tuple[str, str]] = []

    def visit(node: ast.AST, where: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ImportFrom) and child.module:
                names = [f"{child.module}.{alias.name}" for alias in child.names]
                found.extend((name if name in MODULES else child.module, where) for name in names)
            elif isinstance(child, ast.Import):
                found.extend((alias.name, where) for alias in child.names)
            inside = where
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                inside = "function"
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                inside = "types"
            visit(child, inside)

    visit(tree_of(MODULES[name]), "module")
    return found


@cache
def loaded(name: str) -> set[str]:
    """Every module, with the packages around it, that is in memory once `name` is imported."""
    seen: set[str] = set()
    coming = [name]
    while coming:
        parts = coming.pop().split(".")
        for whole in (".".join(parts[: end + 1]) for end in range(len(parts))):
            if whole not in seen:
                seen.add(whole)
                coming += [other for other, where in (imported(whole) if whole in MODULES else []) if where == "module"]
    return seen


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """Modules of one circle of imports, the first one again at the end; empty when there is none."""
    done: set[str] = set()

    def follow(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for other in sorted(arrows.get(name, ())):
            if other != name and (found := follow(other, [*path, name])):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(arrows) if (found := follow(name, []))), [])


def arrows_of(*wheres: str) -> dict[str, set[str]]:
    return {
        name: {other for other, where in imported(name) if where in wheres and other in MODULES} for name in MODULES
    }


@pytest.mark.parametrize("wheres", [("module",), ("module", "function")], ids=" and ".join)
def test_no_imports_run_in_a_circle(wheres: tuple[str, ...]) -> None:
    assert circle(arrows_of(*wheres)) == []


def test_modules_of_both_packages_are_looked_at() -> None:
    assert {name.split(".")[0] for name in MODULES} == {"clara_engine", "clara_app"}
    assert any(other.startswith("clara_app.") for other, _ in imported("clara_app.server"))


def test_a_circle_is_seen() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


def test_an_import_within_a_function_saves_loading_something() -> None:
    """Laziness is its one reason: what is loaded already with the module is imported at its top."""
    within = [
        (name, other) for name in MODULES for other, where in imported(name) if where == "function" and other in MODULES
    ]
    assert [f"{name} loads {other} already" for name, other in within if loaded(other) <= loaded(name)] == []


# -- formatting --------------------------------------------------------------------------------------------------------

#: Tables of numbers, which are read in columns.
TABLES_OF_NUMBERS = {"clara_engine/simulate/stellar.py": 1, "clara_engine/synthetic/stars.py": 1}


def test_the_formatter_has_the_word_but_for_tables_of_numbers() -> None:
    home, mark = ENGINE.parent, "# fmt: " + "skip"
    files = modules_of("clara_engine", "app", "tests", "benchmarks")
    found = {str(file.relative_to(home)): file.read_text().count(mark) for file in files}
    assert {name: count for name, count in found.items() if count} == TABLES_OF_NUMBERS


# -- tests mirror the tree ---------------------------------------------------------------------------------------------

TESTS = Path(__file__).parent
#: Modules with functions and without a test file of their name, at its place. This number may only shrink.
UNTESTED_BY_NAME = 2


def without_a_test_of_its_name() -> list[str]:
    """Modules of the engine that have functions, and for which no ``tests/PLACE/test_NAME.py`` is there."""
    found = []
    for file in FILES:
        place = file.relative_to(ENGINE)
        if place.parts[0] == "plots":  # a gallery runs every one of them
            continue
        functions = any(isinstance(node, ast.FunctionDef) for node in ast.walk(tree_of(file)))
        if functions and not file.stem.startswith("__") and not (TESTS / place.parent / f"test_{file.name}").exists():
            found.append(str(place))
    return found


def test_tests_mirror_the_engine() -> None:
    missing = without_a_test_of_its_name()
    assert len(missing) <= UNTESTED_BY_NAME, f"a new module needs tests/PLACE/test_NAME.py; without: {missing}"
