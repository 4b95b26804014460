"""The page stands on what Panel, Bokeh and HoloViews promise: of their private names it uses documented hooks only.

The linter holds the same for members of other objects (SLF001); here are those that a class inherits.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Iterator
from functools import cache

import clara_app
import clara_engine.plots

LIBRARIES = {"panel", "bokeh", "holoviews", "param"}
#: What Panel's guide to custom components tells one to define or to call.
DOCUMENTED = {"_bundle", "_esm", "_handle_msg", "_send_msg", "_stylesheets"}


def _classes() -> Iterator[type]:
    for package in (clara_app, clara_engine.plots):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for kind in vars(importlib.import_module(module.name)).values():
                if inspect.isclass(kind) and kind.__module__ == module.name:
                    yield kind


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _of_libraries(kind: type) -> tuple[set[str], set[str]]:
    """Private names that a class inherits from libraries, and those that it shares with nobody."""
    foreign, own = set[str](), set[str]()
    for base in kind.__mro__:
        if base.__module__.partition(".")[0] in LIBRARIES:
            foreign |= set(filter(_is_private, vars(base))) | _set_on_itself(base)
        else:
            own.update(filter(_is_private, vars(base)))
    return foreign, own - foreign


@cache
def _set_on_itself(kind: type) -> set[str]:
    """Private names that the methods of a class set."""
    return set(filter(_is_private, re.findall(r"\bself\.(_\w+)\s*(?::[^=\n]+)?=[^=]", inspect.getsource(kind))))


def _written(kind: type) -> set[str]:
    """Private names in the text of a class: defined there, or asked of itself."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(tree, ast.ClassDef)
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names.update(target.id for target in targets if isinstance(target, ast.Name))
    return set(filter(_is_private, names))


def _trespassing(kind: type) -> set[str]:
    foreign, own = _of_libraries(kind)
    return (_written(kind) & foreign) - own - DOCUMENTED


def test_private_names_of_libraries_are_left_alone() -> None:
    classes = list(_classes())
    assert len(classes) > 60
    found = {f"{kind.__module__}.{kind.__name__}": names for kind in classes if (names := _trespassing(kind))}
    assert found == {}


def test_what_is_private_is_found() -> None:
    import panel as pn

    class Defines(pn.widgets.Button):
        _rename = {}  # noqa: RUF012

    class Asks(pn.widgets.Button):
        def ask(self) -> object:
            return self._models

    assert (_trespassing(Defines), _trespassing(Asks)) == ({"_rename"}, {"_models"})
