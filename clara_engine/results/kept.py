"""Tables kept as files, so that long work resumes where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pandas as pd

from clara_engine.files import reading, write_atomically
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
        with reading(path):
            if path.exists():
                return pd.read_parquet(path)
        table = make()
        write_atomically(path, lambda beside: table.to_parquet(beside, index=False), home=self._cache.folder.parent)
        return table
