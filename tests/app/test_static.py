"""The scripts of the page: a browser takes each, and none leans on what Panel and Bokeh keep to themselves."""

import re
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "app" / "clara_app"
SCRIPTS = sorted(APP.rglob("*.js"))


@pytest.mark.browser
def test_every_script_is_a_module_that_renders(chromium) -> None:
    tab = chromium.new_page()
    for script in SCRIPTS:
        exported = tab.evaluate(
            """async (text) => {
              const place = URL.createObjectURL(new Blob([text], {type: "text/javascript"}))
              return Object.keys(await import(place))
            }""",
            script.read_text("utf-8"),
        )
        assert exported == ["render"], script.name
    tab.close()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_no_script_uses_a_private_name(script: Path) -> None:
    assert re.findall(r"\._\w+", script.read_text("utf-8")) == []


@pytest.mark.parametrize("style", sorted(APP.rglob("*.css")), ids=lambda style: style.name)
def test_braces_of_styles_are_closed(style: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", style.read_text("utf-8"), flags=re.DOTALL)
    assert text.count("{") == text.count("}") > 0


def test_scripts_and_styles_are_files_of_their_own() -> None:
    """In a string no editor marks them, and no linter reads them."""
    assert [str(file) for file in APP.rglob("*.py") if "export function render" in file.read_text("utf-8")] == []
