"""The lines that make what is on the screen are run in an empty namespace, and make it."""

from pathlib import Path

import holoviews as hv
import numpy as np
import pytest

from clara_app.as_python import Screen, python_lines, screen_of
from clara_app.session import Session
from clara_engine.periods import Ephemeris
from clara_engine.store.maps import MapRequest
from clara_engine.synthetic import PRESETS, steering_design
from clara_engine.workspace import RunSpec, Workspace


@pytest.fixture
def workspace(session: Session) -> Workspace:
    return session.server.workspace


def made(lines: str) -> dict[str, object]:
    """What the lines make, with what each line that is an expression shows."""
    names: dict[str, object] = {}
    exec(lines, names)
    shown = [line for line in lines.splitlines() if line.startswith("plots.")]
    return names | {"shown": [eval(line, names) for line in shown]}


def test_the_star_and_the_map_of_a_session(session: Session) -> None:
    session.param.update(map_kind="pca", dark=True)
    session.adopt(Ephemeris(3.25, 1326.5, 0.125))
    names = made(python_lines(screen_of(session)))
    assert names["run"].id == session.run_id
    assert names["curve"].target.id == session.target_id
    np.testing.assert_array_equal(names["curve"].flux, session.curve.flux)
    assert names["ephemeris"] == session.ephemeris
    np.testing.assert_allclose(names["plane"], session.server.workspace.maps.kept("pca", "flux_power")[["x", "y"]])
    assert names["colour"].loc[session.target_id] == session.table.loc[session.target_id, "anomaly_score"]
    assert len(names["shown"]) == 5
    assert all(isinstance(one, hv.Overlay) for one in names["shown"])


@pytest.mark.parametrize("flux", ["sap", "detrended"])
def test_the_flux_is_the_one_on_the_screen(session: Session, flux: str) -> None:
    session.param.update(flux=flux, window_days=2.0)
    lines = python_lines(screen_of(session))
    np.testing.assert_array_equal(made(lines)["curve"].flux, session.curve.flux)


def test_two_axes_coloured_by_a_label_and_an_event_without_a_period(workspace: Workspace) -> None:
    star = workspace.targets.ids()[0]
    screen = Screen(
        folder=workspace.folder,
        run_id=workspace.runs.get("latest").id,
        targets=(star,),
        ephemeris=Ephemeris(float("nan"), 1330.0, 0.2),
        places=("tmag", "anomaly_score"),
        colour="label:truth",
    )
    names = made(python_lines(screen))
    assert names["ephemeris"].single
    assert names["colour"][star] == workspace.families.values("truth")[0][star]
    assert list(names["plane"]) == ["x", "y"]


@pytest.mark.parametrize(
    "design",
    [PRESETS["P9"], steering_design("planets").changed(name='it\'s "mine"', curves=12)],
    ids=lambda one: one.name,
)
def test_the_wheel_is_a_design_and_the_run_it_trains(workspace: Workspace, design, monkeypatch) -> None:
    spec = RunSpec(name="of the wheel", design=design, feature_set="steering", background_stars=5, seed=3)
    asked: list[RunSpec] = []
    monkeypatch.setattr(Workspace, "run_of", lambda self, spec: asked.append(spec))
    names = made(python_lines(Screen(folder=workspace.folder, spec=spec)))
    assert names["design"] == design
    assert asked == [spec]


def test_a_folder_with_quotes_is_text() -> None:
    lines = python_lines(Screen(folder=Path('/it\'s "here"\n'), places=MapRequest.of("features", "flux_power", "pca")))
    compile(lines, "lines", "exec")
    assert "import pandas" not in lines
