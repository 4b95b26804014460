"""stella's networks for flares (Feinstein et al. 2020, AJ 160, 219), read from its distribution.

Its package asks for a TensorFlow that no current Python runs. The layers are few, so they are computed here; the
weights stay where they come from.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from clara_engine.evaluate.peers.peer import PeerAbsent, Score, Searcher, needed
from clara_engine.lightcurve import LightCurve

__all__ = ["STELLA", "Network", "networks"]

Single = NDArray[np.float32]
ARCHIVE, MODELS = "stella-*.tar.gz", "final_models.zip"
USED = 3  # networks of the ten, in the order of their names
SAMPLES = 200
BATCH = 512
#: Samples to a step of the last layer; steps that the zeros around a window reach, and samples that hold them.
STRIDE, EDGE, SHORT = 4, 2, 16
GAP_SPREADS = 1.5


class Network:
    """Two convolutions, each followed by the larger of every two, and two dense layers.

    Parameters
    ----------
    weights : sequence of ndarray
        Kernel and bias of each of the four layers, as Keras keeps them.
    """

    def __init__(self, weights: list[Single]) -> None:
        self._weights = [np.asarray(one, np.float32) for one in weights]

    def __call__(self, windows: Single) -> Single:
        """How flare-like the middle of each window is, 0 … 1; windows of shape (n, 200)."""
        return self._flare_like(self._convolutions(windows))

    def along(self, flux: Single) -> Single:
        """The same for the windows that begin at each sample of one light curve, shape (m - 199,).

        Windows share their convolutions but at their ends, where each is surrounded by zeros.
        """
        count = flux.size - SAMPLES + 1
        short = sliding_window_view(flux, SHORT)
        first = self._convolutions(short[:count])[:, :EDGE]
        last = self._convolutions(short[SAMPLES - SHORT :][:count])[:, -EDGE:]
        found = np.empty(count, np.float32)
        for start in range(STRIDE):
            inner = self._convolutions(flux[None, start:])[0]
            mine = np.arange(start, count, STRIDE)
            for part in np.array_split(mine, max(1, mine.size // BATCH)):
                if not part.size:
                    continue
                places = (part // STRIDE)[:, None] + np.arange(SAMPLES // STRIDE)
                layer = inner[places]
                layer[:, :EDGE], layer[:, -EDGE:] = first[part], last[part]
                found[part] = self._flare_like(layer)
        return found

    def _convolutions(self, windows: Single) -> Single:
        first, first_bias, second, second_bias, *_ = self._weights
        layer = _pooled(_convolved(windows[:, :, None], first, first_bias))
        return _pooled(_convolved(layer, second, second_bias))

    def _flare_like(self, layer: Single) -> Single:
        dense, dense_bias, last, last_bias = self._weights[4:]
        hidden = np.maximum(layer.reshape(len(layer), -1) @ dense + dense_bias, 0)
        return np.asarray(1 / (1 + np.exp(-(hidden @ last + last_bias)[:, 0])))


def _convolved(values: Single, kernel: Single, bias: Single) -> Single:
    """Convolution that keeps the length, and what of it is above 0."""
    half, length = kernel.shape[0] // 2, values.shape[1]
    padded = np.pad(values, ((0, 0), (half, half), (0, 0)))
    beside = np.concatenate([padded[:, shift : shift + length] for shift in range(kernel.shape[0])], axis=2)
    out = beside.reshape(-1, beside.shape[2]) @ kernel.reshape(-1, kernel.shape[2])
    out += bias
    return np.maximum(out, 0, out=out).reshape(len(values), length, bias.size)


def _pooled(values: Single) -> Single:
    even = values.shape[1] // 2 * 2
    return np.maximum(values[:, 0:even:2], values[:, 1:even:2])


def networks(folder: Path, count: int = USED) -> list[Network]:
    """The networks of the distribution in a folder.

    Parameters
    ----------
    folder : Path
        Where its source distribution is.
    count : int
        How many of them.

    Raises
    ------
    PeerAbsent
        When it, or what reads it, is not there.
    """
    found = sorted(folder.glob(ARCHIVE))
    if not found:
        raise PeerAbsent(
            f"stella's source distribution is not in {folder}: "
            f"pip download stella==0.1.0 --no-deps --no-binary :all: -d {folder}"
        )
    h5py = needed("h5py", "h5py")
    with tarfile.open(found[-1]) as archive:
        member = next((one for one in archive if Path(one.name).name == MODELS), None)
        inside = archive.extractfile(member) if member else None
        if inside is None:
            raise PeerAbsent(f"{found[-1].name} holds no {MODELS}")
        models = zipfile.ZipFile(io.BytesIO(inside.read()))
    names = sorted(name for name in models.namelist() if name.endswith(".h5") and "MACOSX" not in name)[:count]
    return [Network(_weights(h5py, models.read(name))) for name in names]


def _weights(h5py: Any, content: bytes) -> list[Single]:
    with h5py.File(io.BytesIO(content), "r") as file:
        layers = file["model_weights"]
        return [
            layers[layer][layer][f"{part}:0"][()]
            for layer in ("conv1d", "conv1d_1", "dense", "dense_1")
            for part in ("kernel", "bias")
        ]


def _ready(folder: Path) -> Score:
    models = networks(folder)

    def score(light_curve: LightCurve) -> float:
        good = np.isfinite(light_curve.time) & np.isfinite(light_curve.flux) & (light_curve.quality == 0)
        time, flux = light_curve.time[good], light_curve.flux[good]
        flux = (flux / np.median(flux)).astype(np.float32)
        places = _predictable(time)
        if not places.size:
            return 0.0
        return float(np.mean([model.along(flux)[places - SAMPLES // 2] for model in models], axis=0).max())

    return score


def _predictable(time: NDArray[np.float64]) -> NDArray[np.intp]:
    """Samples that are half a window away from the ends and from gaps, as stella chooses them."""
    half = SAMPLES // 2
    steps = np.diff(time)
    bad = np.zeros(time.size, bool)
    bad[:half] = bad[max(0, time.size - half) :] = True
    for gap in np.flatnonzero(np.abs(steps) >= np.median(steps) + GAP_SPREADS * steps.std()):
        bad[max(0, gap - half) : gap + half] = True
    return np.flatnonzero(~bad)


STELLA = Searcher(
    name="stella",
    ranks_by=f"highest mean probability of {USED} of its networks, read from its distribution",
    events=("flares",),
    package="h5py",
    ready=_ready,
)
