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


def test_own_components_are_few() -> None:
    """What Panel has, the page takes from Panel; docs/page.md says why not these."""
    assert {script.stem for script in SCRIPTS} == {
        "file_field",
        "live_text",
        "paged_table",
        "tab",
        "verdict_entry",
        "window",
    }


def test_what_waits_until_it_is_drawn_does_it_in_one_way() -> None:
    """These scripts can't import it from each other: in a notebook they have no address."""
    lines = [line for script in SCRIPTS for line in script.read_text("utf-8").splitlines() if "const drawn =" in line]
    assert len(lines) == 3
    assert len(set(lines)) == 1
