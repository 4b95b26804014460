"""Named selections and clusterings as the pages see them: read when they have changed, since each colouring asks."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress

import pandas as pd

from clara_engine.caching import remembered
from clara_engine.errors import ClaraError
from clara_engine.store.clusterings import KeptClustering
from clara_engine.store.selections import NamedSelection
from clara_engine.store.versions import Topic
from clara_engine.workspace import Workspace

__all__ = ["GroupCache"]

CLUSTERINGS_IN_MEMORY = 8


class GroupCache:
    """Groups of stars of a workspace. Every method may be called from any thread.

    What can't be read is told to whoever asks, and is asked for again the next time.

    Parameters
    ----------
    workspace : Workspace
    version : callable
        The number of the last change of a topic.

    Attributes
    ----------
    selections, clusterings : callable
        Every named selection, by name; every clustering, newest first.
    """

    def __init__(self, workspace: Workspace, version: Callable[[Topic], int]) -> None:
        self._workspace = workspace

        def as_of(kept: KeptClustering) -> Hashable:
            return kept.id, version(Topic.CLUSTERINGS)

        self.selections = remembered(2, key=lambda: version(Topic.SELECTIONS))(workspace.selections.list)
        self.clusterings = remembered(2, key=lambda: version(Topic.CLUSTERINGS))(workspace.clusterings.list)
        self._clusters = remembered(CLUSTERINGS_IN_MEMORY, key=as_of)(_clusters)
        self._names = remembered(CLUSTERINGS_IN_MEMORY, key=as_of)(KeptClustering.names)

    def read(self) -> None:
        """Read the lists, so that those who ask for them find them in memory."""
        for kept in (self.selections, self.clusterings):
            with suppress(ClaraError):
                kept()

    def selection(self, name: str) -> NamedSelection:
        """See `SelectionBook.get`."""
        found = next((kept for kept in self.selections() if kept.name == name), None)
        return found or self._workspace.selections.get(name)

    def clustering(self, clustering_id: str) -> KeptClustering:
        """See `ClusteringStore.get`."""
        found = next((kept for kept in self.clusterings() if kept.id == clustering_id), None)
        return found or self._workspace.clusterings.get(clustering_id)

    def clusters(self, kept: KeptClustering) -> pd.Series:
        """Number of the cluster of each star, by target id; −1 is none."""
        return self._clusters(kept)

    def names(self, kept: KeptClustering) -> dict[int, str]:
        """Name of each cluster by its number; see `KeptClustering.names`."""
        return self._names(kept)


def _clusters(kept: KeptClustering) -> pd.Series:
    return kept.labels().set_index("target_id")["cluster"]
