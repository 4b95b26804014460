"""What a notebook shows of a light curve, a design, a run and a workspace."""

from clara_engine import LightCurve, Target, Workspace
from clara_engine.notebook_table import notebook_table
from clara_engine.synthetic import PRESETS, steering_design


def test_texts_are_escaped_and_what_is_empty_is_left_out():
    shown = notebook_table("<b>", {"a": "<script>", "b": "", "c": None, "d": 0})
    assert "<script>" not in shown
    assert shown.count("<tr>") == 2


def test_a_light_curve():
    target = Target(tic=5, sector=3, tmag=9.25, simulated=True)
    curve = LightCurve(time=[1.0, 2.0, 3.0], flux=[1.0, float("nan"), 2.0], target=target)
    shown = curve._repr_html_()
    assert "3, 2 of them finite" in shown
    assert "2.00 d" in shown
    assert "9.25 mag" in shown
    assert "Teff" not in shown, "what is not known is left out"
    assert "simulated" in shown


def test_a_design():
    shown = PRESETS["P9"]._repr_html_()
    assert "n300 d24.5 c2 n225ppm" in shown
    assert "paper transits" in shown
    assert "24.5 d" in shown
    assert "225 ppm" in shown


def test_a_steered_design():
    shown = steering_design("planets").changed(name="<i>", least_signal_to_noise=4.0)._repr_html_()
    assert "&lt;i&gt;" in shown
    assert "observed" in shown
    assert "least signal-to-noise</th><td>4<" in shown


def test_a_run_and_its_workspace(trained: Workspace):
    run = trained.runs.list()[0]
    shown = run._repr_html_()
    assert "ROC-AUC, truth/dip" in shown
    assert f"{run.targets:,} ranked" in shown
    whole = trained._repr_html_()
    assert str(trained.folder) in whole
    assert run.name in whole
    assert "truth" in whole
