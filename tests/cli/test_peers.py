"""The command peers."""

import pytest

from clara_engine import Workspace


@pytest.fixture(scope="module")
def at(tmp_path_factory, light_curve_folder, small_spec):
    ws = Workspace.open(tmp_path_factory.mktemp("steered"))
    ws.ingest([light_curve_folder])
    ws.labels.add("truth", {id: "planet" if i < 4 else "quiet" for i, id in enumerate(ws.targets.ids())}, source="test")
    ws.train(small_spec)
    ws.train(small_spec.model_copy(update={"name": "other", "seed": 8}))
    return ("--workspace", ws.folder)


def test_peers(clara, at):
    options = ("--peer", "BLS", "--peer", "stella", "--event", "binaries", "--event", "flares", "--measured", 12)
    found = clara("peers", *options, *at, "--json").json()
    assert [(cell["peer"], cell["event"]) for cell in found["cells"]] == [("BLS", "binaries")]
    told = clara("peers", *options, *at)
    assert "BLS ranks by" in told.err
    assert "stella did not run: stella's source distribution is not in" in told.err
    assert clara("peers", "--peer", "nobody", *at).err.startswith("clara: there is no peer 'nobody'")
