"""Facts of light curves that may become hosts, and notes on parts of the real class without hosts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clara_engine.features import feature_set
from clara_engine.synthetic.hosts import Scarce
from clara_engine.text import counted

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["host_facts", "scarce_host_notes"]

NOISE, SLOW = "noise of one sample, log10", "slow changes against noise, log10"
PPM = 1e6


def host_facts(workspace: Store, feature_set_name: str, ids: Sequence[str]) -> pd.DataFrame:
    """Facts that hosts are balanced over (`clara_engine.synthetic.hosts`), by target id.

    Noise and variability are features of the steering set. Without them the magnitude stands for the noise.

    Parameters
    ----------
    workspace : Store
    feature_set_name : str
    ids : sequence of str
        Target ids.
    """
    table = workspace.targets.frame().set_index("target_id").loc[list(ids)]
    facts = table[["teff", "cadence_s", "product"]].copy()
    facts["cadence_s"] = facts["cadence_s"].round()
    labels = feature_set(feature_set_name).labels
    if NOISE not in labels or SLOW not in labels:
        return facts.assign(tmag=table["tmag"])
    columns = [labels.index(NOISE), labels.index(SLOW)]
    found = [block[:, columns] for block in workspace.features.rows(feature_set_name).blocks(ids)]
    noise, slow = 10.0 ** np.concatenate(found).astype(np.float64).T
    return facts.assign(noise_ppm=PPM * noise, variability=slow)


def scarce_host_notes(scarce: Sequence[Scarce], event: str) -> list[str]:
    """A line for each part of the real class that lacks hosts; `event` is what is injected.

    Parameters
    ----------
    scarce : sequence of Scarce
    event : str
        As a person reads it, e.g. ``"flares"``.
    """
    return [
        ("only " + counted(each.hosts, "host") if each.hosts else "no host")
        + f" among {each.light_curves:,} {each.part}: {event} of such stars are learned as real"
        for each in scarce
    ]
