"""Commands of the wheel: recover, steer, sweep, wrss, autosteer, validate."""

import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.jobs import JobKind
from clara_engine.studies.findings import last_finding
from clara_engine.synthetic import SyntheticDesign


def test_recover(clara, at, tmp_path):
    save = tmp_path / "injected.csv"
    options = ("--event", "binaries", "--curves", 40, "--bins", 2, "--top", 10, "--save", save)
    found = clara("recover", "small", *options, *at, "--json")
    assert found.code == 0
    facts = found.json()
    assert len(facts["cells"]) == 4
    assert facts["recovery"]["chance"] == 0.1
    assert len(pd.read_csv(save)) == 40
    told = clara("recover", "small", *options, *at)
    assert "36 untouched ones" in told.err
    assert "recovery" in told.out
    refused = clara("recover", "small", "--event", "comets", *at)
    assert refused.code == 1
    assert refused.err.startswith("clara: there is no event 'comets'")


def test_steer(clara, at):
    options = ("--contrast", "binaries", "--contrast", "URF1", "--event", "binaries", "--curves", 20, "--measured", 20)
    found = clara("steer", *options, "--seeds", 2, *at, "--json").json()
    assert [cell["contrast"] for cell in found["cells"]] == ["binaries", "URF1"]
    assert all(cell["auc_low"] <= cell["auc"] <= cell["auc_high"] for cell in found["cells"])
    told = clara("steer", *options, "--seeds", 1, "--measure", "recall_5", *at)
    assert "chance is .05" in told.err
    assert "95 % interval over stars" in told.err
    assert "recall at 5 % of own events by signal-to-noise" in told.out
    strong = clara("steer", *options, "--seeds", 2, "--least-snr", 7, *at, "--json").json()
    assert all(cell["matched_auc"] >= 0.5 for cell in strong["cells"])
    assert clara("steer", "--measure", "luck", *at).code == 2


@pytest.mark.heavy
def test_autosteer(clara, at, tmp_path):
    save = tmp_path / "best.toml"
    options = ("--label", "truth/planet", "--trials", 2, "--set", "flux_power")
    found = clara("autosteer", *options, "--save", save, "--train", *at, "--json")
    assert found.code == 0
    facts = found.json()
    assert len(facts["trials"]) == 2
    kept = last_finding(Workspace.open(at[1]), JobKind.AUTOSTEER)  # the page shows it
    assert kept.objective == facts["objective_measured"]
    assert facts["measures"]["positives"] == 2
    assert SyntheticDesign.from_toml(save).digest() == SyntheticDesign(**facts["spec"]["design"]).digest()
    assert (
        clara("show", facts["run"], *at, "--json").json()["spec"]["design"]["name"] == facts["spec"]["design"]["name"]
    )
    assert "that it was not chosen on" in clara("autosteer", *options, *at).err
    refused = clara("autosteer", "--mark", "1000", *at)
    assert refused.code == 1
    assert "1 wanted star among 40 is too few" in refused.err
