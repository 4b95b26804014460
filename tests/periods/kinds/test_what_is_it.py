"""The likeliest kind of made-up and of real stars."""

import numpy as np
import pytest

from clara_engine.periods import KINDS, facts_of, gather_evidence, what_is_it
from clara_engine.periods.kinds.what_is_it import RULES
from clara_engine.readers import read_light_curve


def contact(t):
    x = 2 * np.pi * t / 0.36
    return -0.1 * np.cos(2 * x) - 0.02 * np.cos(4 * x) - 0.006 * np.cos(x)


def spots(t):
    return 0.008 * (1 + 0.4 * np.sin(t / 9)) * np.sin(2 * np.pi * (t / 4.1 + 0.15 * np.sin(t / 7)))


def modes(t):
    waves = [(11.3, 2000), (14.9, 1500), (19.2, 900), (22.8, 700)]
    return sum(a * 1e-6 * np.sin(2 * np.pi * f * t + f) for f, a in waves)


def sawtooth(t):
    phase = t / 0.56 % 1
    return 0.25 * np.where(phase < 0.15, phase / 0.15, (1 - phase) / 0.85)


def fades(t):
    found = zip((2.1, 5.7, 8.2, 11.0, 16.3, 20.9), (0.2, 0.14, 0.3, 0.15, 0.25, 0.13), strict=True)
    return -sum(depth * np.exp(-(((t - at) / 0.25) ** 2)) for at, depth in found)


def flares(t):
    return sum(0.1 * np.where(t < at, 0, np.exp(-np.abs(t - at) / 0.012)) for at in (3.3, 9.4, 17.1))


GIANT = {"teff": 4800.0, "radius": 10.0, "logg": 2.4}


def granulation(t):
    random = np.random.default_rng(5)
    return sum(
        60e-6 / (1 + (f / 3) ** 2) * np.sin(2 * np.pi * f * t + random.uniform(0, 6)) for f in np.arange(0.5, 15, 0.05)
    )


@pytest.mark.parametrize(
    ("kind", "flux", "facts"),
    [
        ("contact binary", contact, {}),
        ("rotator", spots, {}),
        ("δ Scuti pulsator", modes, {"teff": 7400.0, "radius": 1.8, "logg": 4.1}),
        ("RR Lyrae star or Cepheid", sawtooth, {"teff": 6300.0, "radius": 5.0, "logg": 2.9}),
        ("dipper", fades, {"teff": 3600.0, "minutes": 10.0}),
        ("flare star", flares, {"teff": 3200.0, "radius": 0.3, "logg": 4.9, "noise": 2e-3, "minutes": 4.0}),
        ("red giant", granulation, GIANT),
        ("nothing stands out", lambda t: 0 * t, {}),
    ],
)
def test_made_up_stars_are_named_rightly(made, kind, flux, facts):
    found = what_is_it(gather_evidence(made(flux, **facts)))
    assert found[0].kind == kind, [(one.kind, one.score, one.statements) for one in found[:2]]
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert {one.kind for one in found} == set(KINDS) == set(RULES)
    for one in found:
        assert one.statements
        assert all(statement.points for statement in one.statements) or one.score == 0
    assert any(letter.isdigit() for statement in found[0].statements for letter in statement.text) or kind[:2] == "no"


@pytest.mark.parametrize(
    ("kind", "depth", "second", "slopes", "facts"),
    [
        ("planet candidate", 0.01, 0.0, 0.25, {}),
        ("detached eclipsing binary", 0.2, 0.08, 0.8, {}),
        ("detached eclipsing binary", 0.01, 0.006, 0.8, {}),
        ("detached eclipsing binary", 0.01, 0.0, 0.3, {"radius": 5.0, "logg": 3.1}),  # 54 earth radii
    ],
)
def test_planets_and_binaries_are_told_apart(made, dips, kind, depth, second, slopes, facts):
    first, other = dips(3.3, depth, 0.13, slopes=slopes), dips(3.3, second, 0.13, epoch=1.3 + 1.65, slopes=slopes)
    found = what_is_it(gather_evidence(made(lambda t: first(t) + other(t), **facts)))
    assert found[0].kind == kind, [(one.kind, one.score, one.statements) for one in found[:2]]


def test_one_dip_is_a_single_event_and_at_an_edge_a_fault(made, dips):
    single = what_is_it(gather_evidence(made(dips(60.0, 0.004, 0.3, epoch=8.0))))
    assert single[0].kind == "single event"
    edge = what_is_it(gather_evidence(made(dips(60.0, 0.004, 0.3, epoch=12.5))))
    assert edge[0].kind == "instrument"


def test_what_gaia_says_counts(made):
    curve = made(contact)
    plain = what_is_it(gather_evidence(curve))
    told = what_is_it(gather_evidence(curve, facts_of(curve.target, {"ruwe": 2.0}, {"gaia_non_single": "eclipsing"})))
    score = {one.kind: one.score for one in plain}
    assert told[0].score == pytest.approx(score["contact binary"] + 2.5)
    assert any("RUWE 2.00" in statement.text for statement in told[0].pro)


@pytest.mark.parametrize(
    ("tic", "kind"),
    [
        (261136679, "planet candidate"),  # Pi Mensae
        pytest.param(117544915, "detached eclipsing binary", marks=pytest.mark.heavy),
        pytest.param(425933644, "flare star", marks=pytest.mark.heavy),
        pytest.param(29344151, "red giant", marks=pytest.mark.heavy),
        pytest.param(231831130, "δ Scuti pulsator", marks=pytest.mark.heavy),
        (159777334, "rotator"),
    ],
)
def test_real_stars(shared_data, tic, kind):
    files = (
        path for name in ("spoc_s0001_2min", "spoc_originals") for path in (shared_data / name).glob(f"*{tic:016d}*")
    )
    assert what_is_it(gather_evidence(read_light_curve(next(files))))[0].kind == kind
