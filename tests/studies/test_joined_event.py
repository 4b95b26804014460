"""The event of a star in all that was observed of it."""

from dataclasses import replace

import numpy as np
import pytest

from clara_engine import LightCurve, Target, Workspace
from clara_engine.errors import ClaraError
from clara_engine.periods import Ephemeris, measure_event
from clara_engine.readers import spoc_file_name, stitch, write_spoc
from clara_engine.studies.event_table import event_table
from clara_engine.studies.joined_event import joined_event, light_curves_of

TRUE = Ephemeris(2.5, 1326.2, 0.2)
DEPTH = 0.01
#: Begin [BTJD, days] and cadence [minutes] of each sector.
SECTORS = {1: (1325.0, 10.0), 2: (1353.0, 30.0), 3: (1381.0, 10.0), 27: (2036.0, 2.0)}


def sector(number: int, product: str = "SPOC") -> LightCurve:
    begin, minutes = SECTORS[number]
    time = np.arange(begin, begin + 25, minutes / 1440)
    noise = np.random.default_rng(number).normal(0, 4e-4, time.size)
    flux = 1 - DEPTH * np.clip((0.5 - np.abs(TRUE.away_days(time)) / TRUE.duration_days) / 0.1, 0, 1) + noise
    target = Target(tic=7, sector=number, cadence_s=60 * minutes, product=product, simulated=True)
    return LightCurve(time=time, flux=1e4 * number * flux, target=target)


@pytest.fixture
def store(tmp_path):
    for number in SECTORS:
        curve = sector(number)
        write_spoc(curve, tmp_path / f"{number}-{spoc_file_name(curve.target)}")
    ws = Workspace.open(tmp_path / "ws")
    ws.ingest([tmp_path])
    return ws


def test_sectors_of_several_cadences_are_measured_together(store):
    ids = store.targets.ids()
    assert len(ids) == 4
    found = joined_event(store, ids[0], TRUE)
    assert len(found.target_ids) == 4
    expected = sum(TRUE.expected_in(begin, begin + 25).size for begin, _ in SECTORS.values())
    assert abs(len(found.event.events) - expected) <= 4  # those at the ends
    assert len(found.event.events) >= 38
    assert found.event.depth_ppm == pytest.approx(1e6 * DEPTH, rel=0.02)
    assert found.event.ephemeris.period_days == pytest.approx(TRUE.period_days, abs=5 * found.event.period_error_days)
    alone = measure_event(store.targets.light_curve(ids[0]), TRUE)
    assert found.event.period_error_days < 0.05 * alone.period_error_days
    direct = measure_event(stitch([store.targets.light_curve(one) for one in ids]), TRUE)
    assert found.event.depth_ppm == pytest.approx(direct.depth_ppm, rel=1e-3)
    assert len(direct.events) == len(found.event.events)


def test_the_table_for_exports_has_the_joined_event_whichever_sector_was_decided_about(store):
    ids = store.targets.ids()
    for target_id in ids[:2]:
        store.verdicts.add(target_id, "planet", author="ann", period_days=2.5)
    table = event_table(store, ids)
    assert list(table["sectors"]) == ["1 2 3 27"] * 2
    assert table["seen"].min() >= 38
    first, second = (table.loc[name] for name in ids[:2])
    assert first["depth_ppm"] == pytest.approx(second["depth_ppm"], abs=0.2 * first["depth_ppm_error"])


def test_a_period_that_does_not_reach_the_other_sectors_is_searched_for_in_all(store):
    ids = store.targets.ids()
    rough = Ephemeris(2.49, 1326.2, 0.2)  # off by three events until sector 27
    found = joined_event(store, ids[0], rough)
    assert len(found.target_ids) == 4
    assert found.event.ephemeris.period_days == pytest.approx(TRUE.period_days, abs=1e-4)


def test_a_single_event_and_one_sector_that_cannot_be_joined(store, monkeypatch):
    ids = store.targets.ids()
    single = joined_event(store, ids[0], replace(TRUE, period_days=np.nan))
    assert len(single.event.events) == 1

    def fail(curves):
        raise ClaraError("they overlap")

    monkeypatch.setattr("clara_engine.studies.joined_event.stitch", fail)
    found = joined_event(store, ids[0], TRUE)
    assert found.target_ids == (ids[0],)
    assert len(found.event.events) >= 9


def test_only_light_curves_of_the_same_star_are_taken(store, tmp_path):
    other = sector(2)
    other = replace(other, target=replace(other.target, tic=8))
    (tmp_path / "other").mkdir()
    write_spoc(other, tmp_path / "other" / spoc_file_name(other.target))
    store.ingest([tmp_path / "other"])
    targets = store.targets.frame().set_index("target_id")
    eight = next(name for name in targets.index if name.startswith("8-"))
    assert light_curves_of(targets, eight) == (eight,)
