import numpy as np
import pytest

from clara_engine.features import Block, FeatureSet


def block(name, start, stop, labels=()):
    return Block(
        name=name,
        quantity="number",
        unit="",
        start=start,
        stop=stop,
        axis=np.arange(stop - start, dtype=float),
        axis_name="place",
        labels=labels,
    )


def test_blocks_must_cover_the_row():
    with pytest.raises(ValueError, match="gap or overlap"):
        FeatureSet(name="x", version=1, title="X", blocks=(block("a", 0, 2), block("b", 3, 4)), compute=len)


def test_an_axis_has_a_place_for_every_feature():
    with pytest.raises(ValueError, match="axis has shape"):
        Block(name="a", quantity="n", unit="", start=0, stop=3, axis=np.zeros(2), axis_name="place")


def test_labels_of_named_features():
    named = FeatureSet(
        name="x", version=2, title="X", blocks=(block("a", 0, 2, ("depth", "width")), block("b", 2, 3)), compute=len
    )
    assert named.labels == ("depth", "width", "b, place 0")
    assert named.id == "x-v2"
