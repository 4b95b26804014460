"""Label families, with verdicts as one of them: one value for each star."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import WorkspaceError
from clara_engine.store.labels import LabelBook
from clara_engine.store.verdicts import VerdictLog

__all__ = ["VERDICT", "LabelFamilies"]

VERDICT = "verdict"


class LabelFamilies:
    """Every label family of the catalogues, and the standing verdicts as the family ``"verdict"``."""

    def __init__(self, labels: LabelBook, verdicts: VerdictLog) -> None:
        self._labels = labels
        self._verdicts = verdicts

    def members(self, ids: list[str]) -> dict[tuple[str, str], NDArray[np.bool_]]:
        """For each (family, value), which of the targets carry it."""
        masks = dict(self._labels.members(ids))
        verdict = self._verdicts.latest()["label"].reindex(ids)
        for value in sorted(verdict.dropna().unique()):
            masks[VERDICT, str(value)] = (verdict == value).to_numpy()
        return masks

    def values(self, family: str) -> tuple[dict[str, str], int]:
        """Value of every target that has exactly one in a family, and how many have several and are left out.

        Raises
        ------
        WorkspaceError
            When no target has a label of this family; the message lists the families that there are.
        """
        if family == VERDICT:
            latest = self._verdicts.latest()["label"]
            found, several = {str(k): str(v) for k, v in latest.items()}, 0
        else:
            table = self._labels.frame()
            table = table[table["family"] == family].drop_duplicates(["target_id", "value"])
            alone = ~table["target_id"].duplicated(keep=False)
            found = dict(zip(table["target_id"][alone], table["value"][alone], strict=True))
            several = int(table["target_id"][~alone].nunique())
        if not found:
            known = ", ".join(self.families()) or "none yet: `clara label FILE.csv --column COLUMN` adds some"
            raise WorkspaceError(f"no target has a label of family {family!r}; families: {known}")
        return found, several

    def families(self) -> list[str]:
        """Names of the families that have a label; those that were computed from light curves are no references."""
        found: list[str] = sorted(pd.unique(self._labels.frame(guessed=False)["family"]))
        return found if self._verdicts.latest().empty else [*found, VERDICT]
