"""Tables kept as files, so that long work resumes where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pandas as pd

from clara_engine.files import write_atomically
from clara_engine.sealed import read_table, write_table
from clara_engine.store.cache_folder import CacheFolder

__all__ = ["Kept"]


class Kept:
    """Tables by all that fixes them.

    Parameters
    ----------
    cache : CacheFolder
        Of a workspace.
    """

    def __init__(self, cache: CacheFolder) -> None:
        self._cache = cache

    def table(self, facts: Any, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """The table that `facts` fix: read, or made and written.

        Parameters
        ----------
        facts : any
            Ready for JSON: whatever decides what the table holds.
        make : callable
            Called when it is not kept.
        """
        name = hashlib.blake2b(json.dumps(facts, sort_keys=True).encode(), digest_size=12).hexdigest()
        path = self._cache.place("results", f"{name}.parquet")
        if path.exists():
            return read_table(path)
        table = make()
        write_atomically(path, lambda beside: write_table(table, beside), home=self._cache.folder.parent)
        return table
