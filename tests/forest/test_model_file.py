import hashlib
import json
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.errors import ClaraError, FeatureError, ModelFileError, WorkspaceUnavailable
from clara_engine.forest import FeatureBinning, UnsupervisedForest


def rows():
    rng = np.random.default_rng(0)
    return rng.normal(size=(80, 12)), rng.normal(size=(40, 12)) + 1


@pytest.fixture(scope="module")
def forest():
    real, contrast = rows()
    binned = FeatureBinning.fit(real, feature_set="flux_power").bin(real)
    return UnsupervisedForest(6, class_weight={0: 2.0, 1: 1.0}, random_state=3).fit(binned, contrast)


@pytest.fixture
def file(forest, tmp_path):
    path = tmp_path / "model.clara"
    forest.save(path)
    return path


def rewrite(path, change):
    """Change the parts of a model file and make every digest fit again, as a forger would."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    header = json.loads(parts["header.json"])
    change(header, parts)
    for name, facts in header.get("arrays", {}).items():
        if f"{name}.bin" in parts:
            facts["digest"] = hashlib.blake2b(parts[f"{name}.bin"], digest_size=32).hexdigest()
    parts["header.json"] = json.dumps(header).encode()
    parts["header.blake2b"] = hashlib.blake2b(parts["header.json"], digest_size=32).hexdigest().encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_a_saved_forest_comes_back_whole(forest, file):
    loaded = UnsupervisedForest.load(file)
    real, contrast = rows()
    for name in ("anomaly", "weirdness", "spread"):
        assert np.array_equal(getattr(loaded.scores(contrast), name), getattr(forest.scores(contrast), name))
    binned = FeatureBinning.fit(real).bin(real)
    assert np.array_equal(loaded.anomaly_score(binned), forest.anomaly_score(real))
    assert np.array_equal(loaded.oob_anomaly_score_, forest.oob_anomaly_score_, equal_nan=True)
    assert np.array_equal(loaded.oob_trees_, forest.oob_trees_)
    assert np.array_equal(loaded.feature_importances_, forest.feature_importances_)
    assert loaded.settings == forest.settings
    assert (loaded.random_state, loaded.feature_set_, loaded.n_real_) == (3, "flux_power", 80)
    with pytest.raises(FeatureError, match=r"the model 12 \(flux_power\)"):
        loaded.scores(np.ones((2, 5)))


def test_saving_is_whole_or_not_at_all(forest, file, monkeypatch):
    before = file.read_bytes()
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(WorkspaceUnavailable, match="disk full"):
        forest.save(file)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_no_pickle_inside(file):
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
    assert {"header.json", "header.blake2b", "feature.bin", "child.bin"} <= names
    assert all(name.endswith((".json", ".blake2b", ".bin")) for name in names)


def test_absent_and_foreign_files_are_refused(tmp_path):
    with pytest.raises(ModelFileError, match="can't be read"):
        UnsupervisedForest.load(tmp_path / "nowhere")
    foreign = tmp_path / "foreign"
    for content in (b"", b"not a zip", b"\x80\x04\x95pickle", np.arange(100).tobytes()):
        foreign.write_bytes(content)
        with pytest.raises(ModelFileError, match="not a whole CLARA model file"):
            UnsupervisedForest.load(foreign)
    np.savez(foreign, a=np.ones(3))
    with pytest.raises(ModelFileError, match="not a whole CLARA model file"):
        UnsupervisedForest.load(foreign.with_name("foreign.npz"))


def test_truncated_files_are_refused(file):
    content = file.read_bytes()
    for keep in (10, len(content) // 2, len(content) - 1):
        file.write_bytes(content[:keep])
        with pytest.raises(ModelFileError):
            UnsupervisedForest.load(file)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_flipped_byte_is_refused_or_harmless(forest, tmp_path_factory, data):
    path = tmp_path_factory.mktemp("flip") / "model"
    forest.save(path)
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    new = rows()[1]
    try:
        loaded = UnsupervisedForest.load(path)
    except ModelFileError:
        return
    assert np.array_equal(loaded.anomaly_score(new), forest.anomaly_score(new))


def test_other_versions_and_formats_are_refused(file):
    rewrite(file, lambda header, _: header.update(version=99))
    with pytest.raises(ModelFileError, match="format version 99, this program reads 1"):
        UnsupervisedForest.load(file)
    rewrite(file, lambda header, _: header.update(format="other"))
    with pytest.raises(ModelFileError, match="not a CLARA model file"):
        UnsupervisedForest.load(file)


def changed(name, dtype, place, value):
    def change(header, parts):
        array = np.frombuffer(parts[f"{name}.bin"], dtype).copy()
        array[place] = value
        parts[f"{name}.bin"] = array.tobytes()

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (changed("child", "<i4", 0, 0), "children"),
        (changed("child", "<i4", 0, 2**31 - 1), "children"),
        (changed("child", "<i4", 0, -5), "children"),
        (changed("feature", "<i4", 0, 12), "feature that does not exist"),
        (changed("feature", "<i4", 0, -7), "feature that does not exist"),
        (changed("roots", "<i8", 1, -1), "roots"),
        (changed("roots", "<i8", -1, 10**12), "roots"),
        (changed("share", "<f8", 0, np.nan), "share"),
        (changed("share", "<f8", 0, 3), "share"),
        (changed("threshold", "<f4", 0, np.inf), "threshold"),
        (changed("population", "<i4", 0, -1), "leaf"),
        (lambda header, parts: header["arrays"]["cut"].update(shape=[10**15]), "another size"),
        (lambda header, parts: header["arrays"].pop("cut"), "does not list"),
        (lambda header, parts: header["arrays"].update(extra={"shape": [0], "digest": ""}), "does not list"),
        (lambda header, parts: header.update(n_features=-3), "n_features"),
        (lambda header, parts: header.update(n_features=11), "different lengths"),
        (lambda header, parts: header.update(n_real=79), "."),
        (lambda header, parts: header["settings"].update(n_estimators="__import__('os')"), "n_estimators"),
        (lambda header, parts: header["settings"].update(surprise=1), "surprise"),
        (lambda header, parts: header.update(surprise=1), "surprise"),
        (lambda header, parts: parts.pop("share.bin"), "share.bin"),
    ],
)
def test_forged_files_are_refused_in_one_line(file, change, says):
    rewrite(file, change)
    with pytest.raises(ModelFileError, match=says) as caught:
        UnsupervisedForest.load(file)
    assert isinstance(caught.value, ClaraError)
    assert "\n" not in str(caught.value)
