"""Signals on observed light curves: the same bits by threads, by processes and one by one, and each file read once."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from clara_engine import injected
from clara_engine.errors import UnreadableLightCurve
from clara_engine.features import feature_set
from clara_engine.injected import Host, injected_rows
from clara_engine.readers import read_light_curve, spoc_file_name, write_spoc
from clara_engine.synthetic import SyntheticDesign, generate_each, steering_design
from tests.small_workspace import star


@pytest.fixture(scope="module")
def hosts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hosts")
    curves = [star(tic, seed=tic) for tic in (1, 2, 3)]
    paths = [folder / spoc_file_name(curve.target) for curve in curves]
    for curve, path in zip(curves, paths, strict=True):
        write_spoc(curve, path)
    targets = [read_light_curve(path).target for path in paths]
    return [Host(target.id, target.tmag, path) for target, path in zip(targets, paths, strict=True)]


def rows_of(design, hosts, wanted=None):
    found = injected_rows(design, feature_set("steering"), hosts, range(design.curves) if wanted is None else wanted)
    return sorted(found, key=lambda made: made.index)


@pytest.mark.parametrize("processes", [False, True])
def test_they_are_what_generating_one_by_one_gives(hosts, monkeypatch, processes):
    monkeypatch.setattr(injected, "WORTH_PROCESSES", 1 if processes else 1000)
    design = steering_design("planets", curves=8, seed=3)
    curves = list(generate_each(design, observed=[read_light_curve(host.path) for host in hosts]))
    found = rows_of(design, hosts)
    for made, (curve, event) in zip(found, curves, strict=True):
        np.testing.assert_array_equal(made.row, np.float32(feature_set("steering").compute(curve)))
        assert str(made.event) == str(event)
    some = rows_of(design, hosts[::-1], [2, 5])
    assert [made.index for made in some] == [2, 5]
    np.testing.assert_array_equal(some[1].row, found[5].row)


def test_a_light_curve_is_read_once(hosts, monkeypatch):
    read = []
    monkeypatch.setattr(
        injected, "read_registered", lambda path, _, **named: read.append(path) or read_light_curve(path)
    )
    rows_of(steering_design("flares", curves=9), hosts)
    assert sorted(map(str, read)) == sorted(str(host.path) for host in hosts)


def test_what_cannot_carry_a_signal_says_so_and_leaves_the_others(hosts, monkeypatch):
    def dark(path, target_id, **named):
        curve = read_light_curve(path)
        return curve.with_flux(-curve.flux) if path == hosts[0].path else curve

    monkeypatch.setattr(injected, "read_registered", dark)
    found = rows_of(steering_design("flares", curves=6), hosts)
    failed = [made for made in found if made.failure]
    assert {made.host.target_id for made in failed} == {hosts[0].target_id}
    assert all("not above 0" in made.failure and made.row is None for made in failed)
    assert len(failed) == 2


def test_a_blank_design_is_refused(hosts):
    with pytest.raises(ValueError, match="not put on observed"):
        rows_of(SyntheticDesign.paper(curves=3), hosts)


def test_a_host_whose_file_holds_another_star_now_is_refused(hosts, tmp_path):
    swapped = tmp_path / hosts[0].path.name
    swapped.write_bytes(hosts[1].path.read_bytes())
    with pytest.raises(UnreadableLightCurve, match="now holds another star: SIM 2, sector 1, not TIC 1, sector 1"):
        rows_of(steering_design("flares", curves=6), [replace(hosts[0], path=swapped), *hosts[1:]])


@pytest.mark.heavy
def test_workers_that_are_ready_have_loaded_what_a_retrain_needs():
    script = (
        "from clara_engine.workers import processes\n"
        "ask = \"'clara_engine.features.steering' in __import__('sys').modules\"\n"
        "print(processes().submit(eval, ask).result())\n"
        "from clara_engine.injected import get_workers_ready\n"
        "print(len(get_workers_ready()) > 0, processes().submit(eval, ask).result())\n"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert answer.stdout.split() == ["False", "True", "True"], answer.stderr
