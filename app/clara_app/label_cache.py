"""Labels as the pages see them: read when they have changed, since each new ranking asks which stars carry which."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np
import pandas as pd

from clara_engine.caching import remembered
from clara_engine.store.labels import LabelBook, members_of, without_guesses

__all__ = ["LabelCache"]


class LabelCache:
    """Labels of a workspace. Every method may be called from any thread.

    Parameters
    ----------
    labels : LabelBook
    version : callable
        The number of their last change.
    """

    def __init__(self, labels: LabelBook, version: Callable[[], int]) -> None:
        self._labels, self._version = labels, version
        self._frame = remembered(2, key=self._key)(self._read)
        self._each = remembered(2, key=version)(self._rows_of_each)

    def members(self, ids: Sequence[str], *, guessed: bool = False) -> dict[tuple[str, str], np.ndarray]:
        """For each label, which of the targets carry it; see `LabelBook.members`.

        Parameters
        ----------
        ids : sequence of str
            Target ids, each once.
        guessed : bool
            Whether labels that were computed from light curves are among them.
        """
        return members_of(self._frame(guessed), ids)

    def of(self, target_id: str) -> pd.DataFrame:
        """Labels of one target: family, value, source."""
        table, rows = self._each()  # of one moment: labels may change between two questions
        return table.iloc[rows.get(target_id, np.zeros(0, dtype=int))].reset_index(drop=True)

    def families(self) -> list[str]:
        """Families of labels, in order."""
        return sorted(self._frame(True)["family"].unique())

    def _rows_of_each(self) -> tuple[pd.DataFrame, dict[Hashable, np.ndarray]]:
        frame = self._frame(True)
        return frame[["family", "value", "source"]], frame.groupby("target_id").indices

    def _key(self, guessed: bool) -> tuple[bool, int]:
        return guessed, self._version()

    def _read(self, guessed: bool) -> pd.DataFrame:
        return self._labels.frame() if guessed else without_guesses(self._frame(True))
