"""What hosts are balanced over, and the lines about parts that lack hosts."""

import numpy as np
import pytest

from clara_engine.studies.extract import extract_features
from clara_engine.studies.host_facts import host_facts, scarce_host_notes
from clara_engine.synthetic.hosts import Scarce


def test_published_features_leave_the_magnitude(workspace):
    ids = workspace.targets.ids()[3:6]
    facts = host_facts(workspace, "flux_power", ids)
    assert list(facts.index) == ids
    assert facts[["teff", "cadence_s", "tmag"]].to_numpy().tolist() == [[5500.0, 600.0, 10.0]] * 3


def test_steering_features_give_noise_and_variability(workspace):
    ids = workspace.targets.ids()[10:16]
    extract_features(workspace, "steering", ids=ids, workers=1)
    facts = host_facts(workspace, "steering", ids)
    assert facts["noise_ppm"].to_numpy() == pytest.approx(np.full(6, 300.0), rel=0.15)  # as the stars were made
    assert (facts["variability"] > 0).all()


def test_each_part_without_hosts_has_a_line():
    parts = [Scarce("stars", 1200, 0), Scarce("stars", 30, 1), Scarce("stars", 90_000, 1500)]
    assert [line.partition(" among")[0] for line in scarce_host_notes(parts, "flares")] == [
        "no host",
        "only 1 host",
        "only 1,500 hosts",
    ]
