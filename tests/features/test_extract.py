import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

from clara_engine import LightCurve, Target
from clara_engine.errors import Cancelled, FeatureError, WorkerError
from clara_engine.features import Block, FeatureSet, extract, feature_rows, feature_set, flux_power


def curve(tic, size=50):
    flux = np.random.default_rng(tic).normal(size=size)
    return LightCurve(time=np.arange(size) / 720, flux=flux, target=Target(tic=tic))


def toy(compute, size=1):
    numbers = Block(name="n", quantity="n", unit="", start=0, stop=size, axis=np.zeros(size), axis_name="place")
    return FeatureSet(name="toy", version=1, title="Toy", blocks=(numbers,), compute=compute)


def tic_of(light_curve):
    return np.array([float(light_curve.target.tic)])


def slow(light_curve):
    time.sleep(0.02)
    return np.zeros(1)


def broken(light_curve):
    if light_curve.target.tic == 3:
        raise ZeroDivisionError("by\nzero")
    return np.array([np.nan if light_curve.target.tic == 4 else 1.0])


def suicidal(light_curve):
    os._exit(1)


@pytest.mark.parametrize("workers", [1, 2])
def test_rows_are_those_of_one_by_one(workers):
    curves = {i: curve(i) for i in range(40)}
    rows = dict(extract(list(curves.items()), feature_set("flux_power"), workers=workers))
    assert sorted(rows) == list(range(40))
    for key, row in rows.items():
        np.testing.assert_array_equal(row, flux_power(curves[key]))


def test_processes_give_the_same_rows():
    curves = {i: curve(i) for i in range(20)}
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        rows = dict(extract(curves.items(), feature_set("flux_power"), executor=pool))
        again = dict(extract([(1, curves[1])], feature_set("flux_power"), executor=pool))
    np.testing.assert_array_equal(rows[7], flux_power(curves[7]))
    np.testing.assert_array_equal(again[1], rows[1])


def test_one_bad_item_is_reported_and_the_rest_goes_on(tmp_path):
    (tmp_path / "bad.fits").write_bytes(b"not a FITS file")
    items = [
        (1, curve(1)),
        ("file", tmp_path / "bad.fits"),
        (2, LightCurve(time=[0, 1], flux=[1, 1], target=Target(tic=2))),
    ]
    results = dict(extract(items, feature_set("flux_power"), workers=2))
    assert results[1].shape == (4000,)
    assert isinstance(results["file"], FeatureError)
    assert "bad.fits" in str(results["file"])
    assert "TIC 2" in str(results[2])


def test_a_defect_in_the_computation_is_one_line_and_not_finite_rows_are_refused():
    results = dict(extract([(i, curve(i)) for i in range(6)], toy(broken), workers=2))
    assert str(results[3]) == "3: ZeroDivisionError while computing features: by zero"
    assert "not 1 finite number" in str(results[4])
    assert results[5].tolist() == [1.0]


def test_light_curves_are_drawn_as_they_are_needed():
    drawn = 0

    def curves():
        nonlocal drawn
        for i in range(1000):
            drawn += 1
            yield i, curve(i, 4)

    results = extract(curves(), toy(tic_of), workers=2, total=1000)
    next(results)
    assert drawn <= 100
    results.close()


@pytest.mark.parametrize("workers", [1, 2])
def test_cancel_ends_the_work(workers):
    seen = []

    def stop(done, total):
        seen.append((done, total))
        if done >= 20:
            raise Cancelled("stop")

    before = time.monotonic()
    with pytest.raises(Cancelled):
        list(extract([(i, curve(i, 4)) for i in range(2000)], toy(slow), workers=workers, progress=stop))
    assert time.monotonic() - before < 20
    assert seen[0] == (0, 2000)
    assert len(seen) < 60


def test_progress_is_told_even_while_nothing_finishes():
    told, gate = [], threading.Event()

    def tell(*now):
        told.append(now)
        if told.count((0, 2)) == 3:
            gate.set()

    def waits(light_curve):
        gate.wait(60)
        return np.zeros(1)

    list(extract([(1, curve(1)), (2, curve(2))], toy(waits), workers=2, progress=tell))
    assert gate.is_set()
    assert told[-1] == (2, 2)


def test_a_worker_that_dies_is_a_clear_error():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool, pytest.raises(WorkerError, match="died"):
        list(extract([(1, curve(1))], toy(suicidal), executor=pool))


def test_a_lent_executor_stays_open():
    with ThreadPoolExecutor(1) as pool:
        list(extract([(1, curve(1))], toy(tic_of), executor=pool))
        assert pool.submit(int, "3").result() == 3


def test_feature_rows_keep_order_and_leave_failures_out():
    curves = [curve(1), LightCurve(time=[0, 1, 2], flux=[1, 1, 1], target=Target(tic=9)), curve(2)]
    found = feature_rows(curves, feature_set("flux_power"), workers=2)
    assert found.rows.dtype == np.float32
    assert found.kept.tolist() == [0, 2]
    np.testing.assert_array_equal(found.rows[1], flux_power(curves[2]).astype(np.float32))
    assert list(found.failures) == [1]
    assert "constant" in found.failures[1]


@pytest.mark.heavy
@pytest.mark.parametrize(("samples", "cadence_s"), [(350_000, 1800), (8_000_000, 20)])
def test_the_longest_light_curves_take_seconds_and_less_than_a_gigabyte(samples: int, cadence_s: int) -> None:
    begun = subprocess.run(
        [sys.executable, "-m", "tests.features.very_long", str(samples), str(cadence_s)],
        capture_output=True,
        text=True,
        timeout=300,
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert begun.returncode == 0, begun.stderr[-3000:]
    for name, (seconds, most_bytes) in json.loads(begun.stdout).items():
        assert seconds < 15, name  # a busy machine takes several times as long
        assert most_bytes < 10**9, name
