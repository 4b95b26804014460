"""Rows of features on disk: append-only segments that several processes may write at once."""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clara_engine.errors import ClaraError, FeatureError
from clara_engine.features.definition import FeatureSet
from clara_engine.files import reading, remove_left_behind, write_atomically
from clara_engine.locks import left_behind
from clara_engine.sealed import sealed, unsealed

__all__ = ["FeatureStore"]

Rows = NDArray[np.float32]

SEGMENT_ROWS = 256
KEEP_EVERY_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a row is kept, and the hash of its bytes."""

    segment: Path
    row: int
    digest: str


class FeatureStore:
    """Features of one feature set, by target id.

    A segment is a ``.npy`` block of at most 256 rows and, written after it, a ``.json`` that lists ids, digests and
    failures: a segment without its list, or shorter than its list says, counts as never written. Names sort by age;
    what a younger segment says of an id supersedes the older.

    Parameters
    ----------
    folder : Path
        Holds one folder a feature set and version; made with the first row.
    feature_set : FeatureSet
    home : Path, optional
        What must be there for anything to be written; see `write_atomically`.
    within : callable
        Makes the context in which rows or failures become visible, for whoever counts changes.
    """

    def __init__(
        self,
        folder: Path,
        feature_set: FeatureSet,
        *,
        home: Path | None = None,
        within: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self.feature_set = feature_set
        self.folder = Path(folder) / feature_set.id
        self._home = home
        self._within = within
        self._read: set[str] = set()
        self._latest: dict[str, _Place | str] = {}
        self._age: dict[str, str] = {}
        self._lock = threading.RLock()
        self._sweep()

    def ids(self) -> frozenset[str]:
        """Every target id that has a row."""
        self._refresh()
        return frozenset(id for id, found in self._latest.items() if isinstance(found, _Place))

    @property
    def failures(self) -> dict[str, str]:
        """Why features of a target could not be computed, for each id where that was the last outcome."""
        self._refresh()
        return {id: found for id, found in self._latest.items() if isinstance(found, str)}

    def missing(
        self, ids: Iterable[str], *, retry: bool = False, since: Mapping[str, float] | None = None
    ) -> list[str]:
        """Those of `ids` still to be computed, in order, once each; failures among them only with `retry`.

        Parameters
        ----------
        ids : iterable of str
        retry : bool
            Whether those that failed before count as missing.
        since : mapping
            When the light curve of an id became what it is [Unix s]: an older outcome does not count.
        """
        self._refresh()
        done = (_Place,) if retry else (_Place, str)
        changed = since or {}
        return [
            id
            for id in dict.fromkeys(ids)
            if not isinstance(self._latest.get(id), done) or self._made(id) < changed.get(id, 0.0)
        ]

    def _made(self, id: str) -> float:
        """When the last outcome of an id was written [Unix s]; segments are named by it."""
        return int(self._age[id].split("-")[0]) / 1e9

    @property
    def version(self) -> int:
        """Changes whenever rows or failures are added."""
        self._refresh()
        return len(self._read)

    def append(self, ids: Sequence[str], rows: ArrayLike) -> None:
        """Keep `rows`, shape (len(ids), size), stored as float32; an id that has a row already gets the new one.

        Parameters
        ----------
        ids : sequence of str
            Target ids, n of them.
        rows : array_like
            Shape (n, size of the feature set), finite.

        Raises
        ------
        FeatureError
            The rows have another shape, or are not finite.
        """
        block = np.ascontiguousarray(rows, dtype=np.float32)
        if block.shape != (len(ids), self.feature_set.size):
            expected = (len(ids), self.feature_set.size)
            raise FeatureError(f"rows of {self.feature_set.id} have shape {block.shape}, expected {expected}")
        if not np.isfinite(block).all():
            bad = ids[int(np.flatnonzero(~np.isfinite(block).all(axis=1))[0])]
            raise FeatureError(f"the features of {bad} are not all finite, so they can't be stored")
        for start in range(0, len(ids), SEGMENT_ROWS):
            part = block[start : start + SEGMENT_ROWS]
            facts = {"ids": list(ids[start : start + SEGMENT_ROWS]), "digests": [_digest(row) for row in part]}
            name = self._new_name()
            write_atomically(
                self.folder / f"{name}.npy",
                partial(_save, part),
                then=partial(self._write_list, name, facts),
                home=self._home,
            )

    def extend(self, results: Iterable[tuple[str, ArrayLike | FeatureError]]) -> int:
        """Keep what `clara_engine.features.extract` yields, rows and failures; returns how many rows there were.

        What came before `results` raises, or the caller is interrupted, is kept too.
        """
        rows: dict[str, ArrayLike] = {}
        reasons: dict[str, str] = {}
        count, kept = 0, time.monotonic()

        def keep() -> None:
            if rows:
                self.append(list(rows), np.array(list(rows.values()), np.float32))
            self.append_failures(reasons)
            rows.clear()
            reasons.clear()

        try:
            for id, result in results:
                if isinstance(result, FeatureError):
                    reasons[id] = str(result)
                else:
                    rows[id] = result
                    count += 1
                if len(rows) >= SEGMENT_ROWS or time.monotonic() - kept > KEEP_EVERY_SECONDS:
                    keep()
                    kept = time.monotonic()
        finally:
            keep()
        return count

    def append_failures(self, reasons: Mapping[str, str]) -> None:
        """Remember why features of some targets could not be computed, so that a resumed run skips them."""
        if reasons:
            self._write_list(self._new_name(), {"failures": dict(reasons)})

    def matrix(self, ids: Sequence[str]) -> Rows:
        """Rows of `ids`, in that order, shape (len(ids), size); `FeatureError` when some are not there."""
        self._refresh()
        return self._gather(self._places(ids))

    def blocks(self, ids: Sequence[str], rows: int = 4096) -> Iterator[Rows]:
        """The matrix of `ids` in pieces of at most `rows` rows, for sets larger than memory.

        Parameters
        ----------
        ids : sequence of str
            Target ids that have a row.
        rows : int
            The most rows of a piece.

        Returns
        -------
        iterator of ndarray of float32
            Shape (rows, size of the feature set), in the order of `ids`.
        """
        self._refresh()
        places = self._places(ids)
        for start in range(0, len(places), rows):
            yield self._gather(places[start : start + rows])

    def fingerprint(self, ids: Iterable[str]) -> str:
        """Hexadecimal hash of the feature set, `ids` and their rows; the order of `ids` does not matter."""
        self._refresh()
        unique = sorted(set(ids))
        return self._hash(unique, self._places(unique))

    def fingerprints(self, ids: Iterable[str]) -> dict[str, str]:
        """`fingerprint` of each of `ids` alone."""
        self._refresh()
        unique = list(dict.fromkeys(ids))
        return {id: self._hash([id], [place]) for id, place in zip(unique, self._places(unique), strict=True)}

    def verify(self) -> list[ClaraError]:
        """Read every segment and compare its rows with their digests: what is wrong with each that is damaged."""
        found = []
        for name in sorted(path.stem for path in self.folder.glob("*.json")):
            try:
                self._gather([place for place in self._read_segment(name).values() if isinstance(place, _Place)])
            except ClaraError as error:
                found.append(error)
        return found

    def _hash(self, ids: Sequence[str], places: Sequence[_Place]) -> str:
        total = hashlib.blake2b(self.feature_set.id.encode(), digest_size=16)
        for id, place in zip(ids, places, strict=True):
            total.update(f"\n{id}\t{place.digest}".encode())
        return total.hexdigest()

    def _places(self, ids: Sequence[str]) -> list[_Place]:
        found = [self._latest.get(id) for id in ids]
        places = [place for place in found if isinstance(place, _Place)]
        if len(places) < len(found):
            absent = [id for id, place in zip(ids, found, strict=True) if not isinstance(place, _Place)]
            more = f" and {len(absent) - 3} more" if len(absent) > 3 else ""
            raise FeatureError(
                f"no {self.feature_set.id} features of {', '.join(absent[:3])}{more}: extract them first"
            )
        return places

    def _gather(self, places: Sequence[_Place]) -> Rows:
        matrix = np.empty((len(places), self.feature_set.size), np.float32)
        wanted: dict[Path, list[int]] = {}
        for position, place in enumerate(places):
            wanted.setdefault(place.segment, []).append(position)
        for segment, positions in wanted.items():
            with reading(segment):
                block = np.load(segment, mmap_mode="r", allow_pickle=False)
                rows = block[[places[position].row for position in positions]]
                if any(_digest(row) != places[position].digest for row, position in zip(rows, positions, strict=True)):
                    raise ValueError("its content is not what was written")
            matrix[positions] = rows
        return matrix

    def _refresh(self) -> None:
        """Take in the segments that appeared since the last look, also those of other processes."""
        with self._lock:
            for name in sorted({path.stem for path in self.folder.glob("*.json")} - self._read):
                for id, found in self._segment(name).items():
                    if self._age.get(id, "") < name:
                        self._latest[id] = found
                        self._age[id] = name
                self._read.add(name)

    def _segment(self, name: str) -> dict[str, _Place | str]:
        """What a segment says of each of its ids: nothing when it is damaged."""
        try:
            return self._read_segment(name)
        except ClaraError:
            return {}

    def _read_segment(self, name: str) -> dict[str, _Place | str]:
        file = self.folder / f"{name}.npy"
        with reading(file.with_suffix(".json")):
            facts = unsealed(file.with_suffix(".json").read_bytes())
            if facts["feature_set"] != self.feature_set.id:
                raise ValueError(f"it is of the feature set {facts['feature_set']}")
            found: dict[str, _Place | str] = {str(id): str(reason) for id, reason in facts.get("failures", {}).items()}
            ids, digests = facts.get("ids", []), facts.get("digests", [])
            rows = enumerate(zip(ids, digests, strict=True))
            found |= {str(id): _Place(file, row, str(digest)) for row, (id, digest) in rows}
        if ids:
            with reading(file):
                block = np.load(file, mmap_mode="r", allow_pickle=False)
                if block.shape != (len(ids), self.feature_set.size) or block.dtype != np.float32:
                    raise ValueError(f"it holds {block.dtype} of shape {block.shape}")
        return found

    def _write_list(self, name: str, facts: Mapping[str, Any]) -> None:
        text = sealed({"feature_set": self.feature_set.id, **facts})
        write_atomically(
            self.folder / f"{name}.json",
            lambda path: path.write_text(text, encoding="utf-8"),
            home=self._home,
            within=self._within(),
        )

    def _new_name(self) -> str:
        """A name that no other process makes and that sorts after all that is known here, whatever the clock says."""
        self._refresh()
        last = max((int(name.split("-")[0]) for name in self._read), default=0)
        return f"{max(time.time_ns(), last + 1):020d}-{uuid.uuid4().hex[:12]}"

    def _sweep(self) -> None:
        """Remove what processes that were killed while writing left behind: parts, and rows without their list."""
        remove_left_behind(self.folder)
        for path in self.folder.glob("*.npy"):
            if not path.with_suffix(".json").exists():
                with left_behind(path) as left, contextlib.suppress(OSError):
                    if left and not path.with_suffix(".json").exists():
                        path.unlink()


def _digest(row: Rows) -> str:
    return hashlib.blake2b(row.tobytes(), digest_size=16).hexdigest()


def _save(block: Rows, path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, block, allow_pickle=False)
