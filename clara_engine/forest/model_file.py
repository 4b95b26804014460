"""A fitted forest as one file: a zip of plain arrays and a JSON header, checked before anything is used.

``header.json`` holds the format version, parameters, feature set and, for every array, its type, shape and BLAKE2b
digest; ``header.blake2b`` is the digest of the header. Nothing in the file is ever executed or unpickled, and the node
indices are checked so that a hostile file can't lead the kernels astray. Digests tell damage, not who wrote the file.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, ValidationError

from clara_engine.errors import DesignError, ModelFileError
from clara_engine.files import write_atomically, write_zip
from clara_engine.forest.settings import ForestSettings
from clara_engine.forest.trees import Trees

__all__ = ["Fitted", "StoredForest", "read_model", "write_model"]

FORMAT = "clara-forest"
VERSION = 2
READ = (1, 2)  # format 1 had no stars
TREE_ARRAYS = {
    "roots": "<i8",
    "feature": "<i4",
    "cut": "|u1",
    "threshold": "<f4",
    "child": "<i4",
    "share": "<f8",
    "importances": "<f8",
}
OOB_ARRAYS = ("oob_anomaly_score_", "oob_spread_", "oob_weirdness_")
BITS = ("oob_trees_", "star_trees_")  # a bit a row, or star, and tree
STARS = "stars_"  # a JSON list as UTF-8
ARRAYS = TREE_ARRAYS | {"population": "<i4"} | dict.fromkeys(OOB_ARRAYS, "<f8") | dict.fromkeys((*BITS, STARS), "|u1")
MAX_HEADER_BYTES = 1 << 20


class _Array(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    shape: list[NonNegativeInt]
    digest: str


class _Header(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    format: str
    version: int
    settings: dict[str, Any]
    random_state: int | None
    feature_set: str
    n_features: PositiveInt
    n_real: PositiveInt
    n_contrast: PositiveInt
    binning_fingerprint: str
    arrays: dict[str, _Array]


class Fitted(Protocol):
    """What is written of a fitted forest: its attributes, as `UnsupervisedForest` documents them."""

    trees_: Trees
    population_: NDArray[np.int32]
    n_features_in_: int
    n_real_: int
    n_contrast_: int
    feature_set_: str
    binning_fingerprint_: str
    stars_: NDArray[np.str_]
    random_state: Any

    @property
    def settings(self) -> ForestSettings:
        """The parameters, checked."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredForest:
    """A forest as its file has it, checked.

    Attributes
    ----------
    settings : ForestSettings
    random_state : int or None
        None where the forest was grown with a generator.
    fitted : dict
        Attributes of a fitted forest, by name.
    """

    settings: ForestSettings
    random_state: int | None
    fitted: dict[str, Any]


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def write_model(forest: Fitted, path: Path) -> None:
    """Write a fitted forest: beside its place first, then renamed, so that no half file is ever found there.

    Parameters
    ----------
    forest : UnsupervisedForest
        Fitted. Its out-of-bag scores are written where it has them.
    path : Path
    """
    held = {name: getattr(forest.trees_, name) for name in TREE_ARRAYS} | {"population": forest.population_}
    held |= {name: getattr(forest, name) for name in OOB_ARRAYS if hasattr(forest, name)}
    held |= {name: np.packbits(getattr(forest, name), axis=1).ravel() for name in BITS if hasattr(forest, name)}
    held[STARS] = np.frombuffer(json.dumps(forest.stars_.tolist()).encode(), np.uint8)
    arrays = {name: np.ascontiguousarray(values, ARRAYS[name]) for name, values in held.items()}
    seed = forest.random_state
    header = _Header(
        format=FORMAT,
        version=VERSION,
        settings=forest.settings.model_dump(mode="json"),
        random_state=int(seed) if isinstance(seed, int | np.integer) else None,
        feature_set=forest.feature_set_,
        n_features=forest.n_features_in_,
        n_real=forest.n_real_,
        n_contrast=forest.n_contrast_,
        binning_fingerprint=forest.binning_fingerprint_,
        arrays={n: _Array(shape=list(a.shape), digest=_digest(a.tobytes())) for n, a in arrays.items()},
    )
    text = header.model_dump_json(indent=1).encode()

    parts: dict[str, bytes | str] = {"header.json": text, "header.blake2b": _digest(text)}
    parts |= {f"{name}.bin": array.tobytes() for name, array in arrays.items()}
    write_atomically(path, lambda beside: write_zip(beside, parts, level=1))


def read_model(path: Path) -> StoredForest:
    """Read the forest that `write_model` wrote.

    Raises
    ------
    ModelFileError
        When the file is absent, damaged, tampered with, of another program or of a newer version.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelFileError(f"{path}: can't be read ({error.strerror})") from None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            header = _header(archive, path)
            arrays = {name: _array(archive, name, known, path) for name, known in header.arrays.items()}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
        raise ModelFileError(f"{path}: not a whole CLARA model file ({error}); copy it again or retrain") from None
    except Exception as error:
        if isinstance(error, ModelFileError):
            raise
        raise ModelFileError(f"{path}: damaged ({error}); copy it again or retrain") from None
    trees = Trees(**{name: arrays[name] for name in TREE_ARRAYS})
    stars = _stars(arrays.get(STARS))
    problem = _problem(trees, arrays, header, stars)
    if problem:
        raise ModelFileError(f"{path}: {problem}; copy it again or retrain")

    try:
        settings = ForestSettings(**header.settings)
    except DesignError as error:
        raise ModelFileError(f"{path}: {error}") from None
    fitted: dict[str, Any] = {
        "trees_": trees,
        "population_": arrays["population"],
        "n_features_in_": header.n_features,
        "n_real_": header.n_real,
        "n_contrast_": header.n_contrast,
        "feature_importances_": trees.importances,
        "feature_set_": header.feature_set,
        "binning_fingerprint_": header.binning_fingerprint,
        "stars_": np.asarray(stars, np.str_),
        "star_trees_": np.empty((0, len(trees)), np.bool_),
    }
    fitted |= {name: arrays[name] for name in OOB_ARRAYS if name in arrays}
    for name in BITS:
        if name in arrays and arrays[name].size:
            bits = arrays[name].reshape(-1, -(-len(trees) // 8))
            fitted[name] = np.unpackbits(bits, axis=1, count=len(trees)).astype(np.bool_)
    return StoredForest(settings, header.random_state, fitted)


def _header(archive: zipfile.ZipFile, path: Path) -> _Header:
    if archive.getinfo("header.json").file_size > MAX_HEADER_BYTES:
        raise ModelFileError(f"{path}: its header is too long for a CLARA model file")
    text = archive.read("header.json")
    if archive.read("header.blake2b").decode("ascii", "replace") != _digest(text):
        raise ModelFileError(f"{path}: the header was changed after writing; copy it again or retrain")
    facts = json.loads(text)
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise ModelFileError(f"{path}: not a CLARA model file")
    if facts.get("version") not in READ:
        raise ModelFileError(
            f"{path}: format version {facts.get('version')}, this program reads {READ[0]} to {READ[-1]}; "
            "use the program version that wrote it, or retrain"
        )
    try:
        header = _Header.model_validate_json(text)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ModelFileError(f"{path}: the header field {where} is unusable; copy it again or retrain") from None
    needed, known = {*TREE_ARRAYS, "population"}, set(ARRAYS)
    if not needed <= set(header.arrays) <= known:
        raise ModelFileError(f"{path}: the header does not list the arrays of a forest; copy it again or retrain")
    return header


def _array(archive: zipfile.ZipFile, name: str, known: _Array, path: Path) -> NDArray[Any]:
    dtype = np.dtype(ARRAYS[name])
    if len(known.shape) != 1 or archive.getinfo(f"{name}.bin").file_size != known.shape[0] * dtype.itemsize:
        raise ModelFileError(f"{path}: the array {name} has another size than its header says; copy it again")
    data = archive.read(f"{name}.bin")
    if _digest(data) != known.digest:
        raise ModelFileError(f"{path}: the array {name} was changed after writing; copy it again or retrain")
    return np.frombuffer(data, dtype).astype(dtype.newbyteorder("="))


def _stars(text: NDArray[np.uint8] | None) -> list[str] | None:
    """Names of the stars that trained, in order; None when they are not that."""
    if text is None:
        return []
    try:
        names = json.loads(text.tobytes())
    except ValueError:
        return None
    named = isinstance(names, list) and all(isinstance(name, str) and name for name in names)
    return names if named and names == sorted(set(names)) else None


def _problem(trees: Trees, arrays: dict[str, NDArray[Any]], header: _Header, stars: list[str] | None) -> str:
    """What is wrong with the nodes, or ""."""
    roots, feature, child, nodes = trees.roots, trees.feature, trees.child, trees.feature.size
    per_node = (trees.cut, trees.threshold, child, trees.share, arrays["population"])
    if any(array.size != nodes for array in per_node) or trees.importances.size != header.n_features:
        return "arrays of different lengths"
    if roots.size < 2 or roots[0] != 0 or roots[-1] != nodes or (np.diff(roots) < 1).any():
        return "the roots of its trees are out of order"
    inner = np.flatnonzero(feature >= 0)
    last = np.repeat(roots[1:], np.diff(roots))[inner]
    if feature.min() < -1 or feature.max() >= header.n_features:
        return "a split on a feature that does not exist"
    if (child[inner] <= inner).any() or (child[inner] >= last - 1).any():
        return "a node whose children are not behind it in its tree"
    if not np.isfinite(trees.threshold).all() or not ((trees.share >= 0) & (trees.share <= 1)).all():
        return "a threshold or share that is no number in its range"
    if arrays["population"].min() < 0 or arrays["population"].max() > header.n_real:
        return "a leaf with more light curves than there were"
    if any(arrays[name].size != header.n_real for name in OOB_ARRAYS if name in arrays):
        return "out-of-bag scores of another number of light curves"
    if stars is None:
        return "stars that are no names in order"
    bytes_a_row = -(-(roots.size - 1) // 8)
    for name, rows in (("oob_trees_", header.n_real), ("star_trees_", len(stars))):
        if name in arrays and arrays[name].size != rows * bytes_a_row:
            return "out-of-bag trees of another number of light curves or stars"
    return ""
