"""What a wheel holds works without the checkout: two packages, the dashboard's folder and the data manifest."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the wheel, as pip lays them down."""
    pytest.importorskip("hatchling", reason="the wheel is built with hatchling: pip install hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=HOME, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as content:
        content.extractall(folder / "site")
    return folder / "site"


def test_nothing_else_lies_on_top_of_site_packages(installed: Path) -> None:
    names = {place.name for place in installed.iterdir()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"clara_app", "clara_engine"}


def test_every_file_of_the_project_is_in_it(installed: Path) -> None:
    """A template, a style or a table that is left out is missed by whoever installs it."""
    inside = {
        HOME / "clara_engine": installed / "clara_engine",
        HOME / "app" / "clara_app": installed / "clara_app",
        HOME / "data_manifest": installed / "clara_engine" / "data_manifest",
    }
    for here, there in inside.items():
        files = [
            file.relative_to(here) for file in here.rglob("*") if file.is_file() and "__pycache__" not in file.parts
        ]
        assert [str(file) for file in files if not (there / file).is_file()] == []


IMPORTS = """
import clara_app.page, clara_engine
from clara_engine.archives.manifest import sources, target_lists
from clara_engine.cli.serve import page_folder
print(clara_app.__file__, clara_engine.__file__, page_folder(), len(target_lists()) > 0 and len(sources()) > 0)
"""


@pytest.mark.heavy
@pytest.mark.parametrize("where", ["wheel", "checkout"])
def test_packages_manifest_and_dashboard_are_found(where: str, installed: Path, tmp_path: Path) -> None:
    paths = [installed] if where == "wheel" else [HOME, HOME / "app"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stderr
    app, engine, page, listed = done.stdout.split()
    assert Path(app).parents[1] == paths[-1]
    assert Path(engine).parents[1] == paths[0]
    assert Path(page) == (installed / "clara_app" / "app" if where == "wheel" else HOME / "app")
    assert {"main.py", "app_hooks.py"} <= {file.name for file in Path(page).iterdir()}
    assert listed == "True"
