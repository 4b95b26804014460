"""Hosts: every part of the real class has some, in proportion, and each is drawn for itself."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clara_engine.errors import DesignError
from clara_engine.synthetic.hosts import Scarce, choose_hosts, scarce_hosts


def stars(count=400, seed=0):
    """Light curves of a sector: mostly Sun-like and quiet, and five ultracool dwarfs, which are faint."""
    rng = np.random.default_rng(seed)
    facts = pd.DataFrame(
        {
            "teff": rng.normal(5600, 500, count).clip(4000),
            "noise_ppm": 10 ** rng.normal(2.6, 0.3, count),
            "variability": 10 ** rng.normal(-0.3, 0.5, count),
            "cadence_s": 120.0,
            "product": "SPOC",
        },
        index=[f"{number}-s0001-SPOC-120" for number in range(count)],
    )
    facts.iloc[:5, :2] = [2600.0, 20_000.0]
    facts.iloc[5:15, 0] = np.nan
    return facts


@pytest.mark.parametrize("seed", range(5))
def test_every_part_has_a_host_where_chance_would_leave_one_out(seed):
    facts = stars()
    hosts = choose_hosts(list(facts.index), 30, seed, facts)
    assert len(set(hosts)) == 30
    assert hosts == sorted(hosts, key=list(facts.index).index)
    assert all(each.hosts for each in scarce_hosts(facts, hosts, least=1))
    assert (
        hosts
        == choose_hosts(list(facts.index), 30, seed, facts)
        != choose_hosts(list(facts.index), 30, seed + 9, facts)
    )


def test_parts_have_their_share():
    facts = stars(2000)
    hosts = facts.loc[choose_hosts(list(facts.index), 300, 1, facts)]
    for edge in (5200, 6000):
        share = (facts["teff"] > edge).mean()
        assert (hosts["teff"] > edge).mean() == pytest.approx(share, abs=0.03)
    by_noise = [
        np.histogram(np.log10(table["noise_ppm"]), [1, 2, 2.48, 3, 5])[0] / len(table) for table in (facts, hosts)
    ]
    np.testing.assert_allclose(*by_noise, atol=0.03)


def test_without_one_star_nearly_all_others_are_drawn_as_before():
    facts = stars()
    before = choose_hosts(list(facts.index), 60, 3, facts)
    fewer = facts.drop(index=before[7])
    assert len(set(before) & set(choose_hosts(list(fewer.index), 60, 3, fewer))) >= 57


def test_a_part_without_hosts_is_named_also_where_it_has_few_and_a_handful_is_not():
    facts = stars()
    hosts = list(facts.index[15:])
    assert scarce_hosts(facts, hosts) == [
        Scarce("stars cooler than 2,900 K", 5, 0),
        Scarce("stars of unknown Teff", 10, 0),
        Scarce("light curves with a noise above 10,000 ppm", 5, 0),
    ]
    assert scarce_hosts(facts.iloc[3:], hosts) == [Scarce("stars of unknown Teff", 10, 0)]
    assert Scarce("stars of unknown Teff", 10, 2) in scarce_hosts(facts, [*facts.index[5:7], *hosts])
    assert scarce_hosts(facts, [*facts.index[2:9], *hosts]) == []
    assert scarce_hosts(facts, list(facts.index)) == []


def test_hosts_without_facts_are_seeded_and_can_not_be_more_than_there_are():
    ids = [str(number) for number in range(20)]
    assert choose_hosts(ids, 5, 1) == choose_hosts(ids, 5, 1) != choose_hosts(ids, 5, 2)
    assert choose_hosts(ids, 20, 1) == ids
    with pytest.raises(DesignError, match="21 background stars can't be taken from 20"):
        choose_hosts(ids, 21, 1)


@given(
    teff=st.lists(st.one_of(st.floats(2000, 9000), st.just(float("nan"))), min_size=1, max_size=40),
    share=st.floats(0, 1),
    seed=st.integers(0, 5),
)
def test_as_many_as_asked_whatever_the_facts(teff, share, seed):
    facts = pd.DataFrame({"teff": teff, "product": (["SPOC", "QLP"] * 20)[: len(teff)]})
    facts.index = [f"t{place}" for place in range(len(teff))]
    count = max(1, round(share * len(teff)))
    hosts = choose_hosts(list(facts.index), count, seed, facts)
    assert len(set(hosts)) == count
    assert set(hosts) <= set(facts.index)
