"""Networks of stella: against its layers by hand, and read from the source distribution."""

import io
import tarfile
import zipfile

import numpy as np
import pytest

from clara_engine.evaluate.peers import PeerAbsent
from clara_engine.evaluate.peers.stella import SAMPLES, Network, networks
from tests.evaluate.peers.stars import PEER, light_curve


def weights(rng):
    shapes_of = ((7, 1, 16), (16,), (3, 16, 64), (64,), (3200, 32), (32,), (32, 1), (1,))
    return [rng.normal(0, 0.05, shape).astype(np.float32) for shape in shapes_of]


def by_hand(window, layers):
    """The network of Feinstein et al. (2020, table 1), sample by sample."""
    values = window[:, None].astype(float)
    for kernel, bias in (layers[:2], layers[2:4]):
        half, padded = len(kernel) // 2, np.pad(values, ((len(kernel) // 2,) * 2, (0, 0)))
        values = np.array(
            [
                np.maximum(np.einsum("kc,kco->o", padded[i : i + 2 * half + 1], kernel) + bias, 0)
                for i in range(len(values))
            ]
        )
        values = np.maximum(values[0::2], values[1::2])
    hidden = np.maximum(values.ravel() @ layers[4] + layers[5], 0)
    return 1 / (1 + np.exp(-(hidden @ layers[6] + layers[7])[0]))


def test_the_network_gives_what_its_layers_give_by_hand():
    rng = np.random.default_rng(0)
    layers = weights(rng)
    windows = rng.normal(1, 0.01, (3, SAMPLES)).astype(np.float32)
    found = Network(layers)(windows)
    assert found == pytest.approx([by_hand(window, layers) for window in windows], abs=1e-4)


def test_windows_that_share_their_convolutions_give_what_each_alone_gives():
    rng = np.random.default_rng(2)
    network, flux = Network(weights(rng)), rng.normal(1, 0.01, 431).astype(np.float32)
    alone = network(np.lib.stride_tricks.sliding_window_view(flux, SAMPLES))
    assert network.along(flux) == pytest.approx(alone, abs=1e-5)


def test_networks_are_read_from_the_source_distribution(tmp_path):
    h5py = pytest.importorskip("h5py", reason="h5py is not installed")
    layers, kept = weights(np.random.default_rng(1)), io.BytesIO()
    with h5py.File(kept, "w") as file:
        for number, name in enumerate(("conv1d", "conv1d_1", "dense", "dense_1")):
            group = file.create_group(f"model_weights/{name}/{name}")
            group["kernel:0"], group["bias:0"] = layers[2 * number : 2 * number + 2]
    models = io.BytesIO()
    with zipfile.ZipFile(models, "w") as archive:
        archive.writestr("run01/one.h5", kept.getvalue())
        archive.writestr("__MACOSX/run01/._one.h5", b"")
    with tarfile.open(tmp_path / "stella-0.1.0.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo("stella-0.1.0/final_models.zip")
        member.size = len(models.getvalue())
        archive.addfile(member, io.BytesIO(models.getvalue()))
    (network,) = networks(tmp_path)
    windows = np.ones((2, SAMPLES), np.float32)
    assert network(windows) == pytest.approx(Network(layers)(windows))
    score = PEER["stella"].ready(tmp_path)
    assert 0 <= score(light_curve()) <= 1


def test_without_the_distribution_the_reason_says_how_to_get_it(tmp_path):
    with pytest.raises(PeerAbsent, match="pip download stella"):
        PEER["stella"].ready(tmp_path)
