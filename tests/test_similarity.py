"""Matching to labelled stars: the published way, and the calibrated one."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.metrics.pairwise import cosine_similarity

from clara_engine.errors import FeatureError
from clara_engine.similarity import OUTLIER, WORDS, LabelMatcher, group_of, published_matches

CLASSES = np.array(["EB*", "Pl", "RR*"])


def stars(count, seed, noise=1.0):
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(77).normal(0, 3, (3, 12))
    code = random.integers(0, 3, count)
    return centres[code] + random.normal(0, noise, (count, 12)), CLASSES[code]


def test_published_groups():
    types = ("Pl", "BD*", "SB*", "**", "*", "Er*", "RR*", OUTLIER, "err")
    found = [
        "planet-like",
        "planet-like",
        "binary-like",
        "binary-like",
        "stellar",
        "stellar",
        "other",
        OUTLIER,
        OUTLIER,
    ]
    assert [group_of(kind) for kind in types] == found


def test_labels_of_catalogues_and_people_have_groups():
    """Dispositions of TOIs, the catalogue of binaries, standard verdicts and the classes of the demo."""
    for word in ("CP", "KP", "PC", "APC", "TOI", "planet", "single_transit"):
        assert group_of(word) == "planet-like"
    for word in ("EB", "eclipsing binary", "contact_binary", "background_eclipse"):
        assert group_of(word) == "binary-like"
    for word in ("flare", "pulsator", "rotator", "nothing", "quiet", "delta_scuti"):
        assert group_of(word) == "stellar"
    assert [group_of(word) for word in ("FA", "instrument", "fault")] == [OUTLIER] * 3
    assert [group_of(word) for word in ("FP", "dipper", "single event", "")] == ["other"] * 4
    everything = [*(word for words in WORDS.values() for word in words)]
    assert len(everything) == len(set(everything))


def test_published_matches_against_plain_loops():
    features, labels = stars(60, 1)
    known = np.arange(0, 60, 2)
    tic = np.arange(60) + 1000
    tic[1] = tic[0]
    found = published_matches(features, tic, features[known], labels[known].tolist(), tic[known], components=5)
    model = PCA(5).fit(features[known])
    cosine = cosine_similarity(model.transform(features), model.transform(features[known]))
    for i in range(60):
        allowed = [j for j in range(known.size) if tic[known[j]] != tic[i]]
        best = max(allowed, key=lambda j: cosine[i, j])
        assert found.reference[i] == best
        assert found.similarity[i] == pytest.approx(cosine[i, best])
        assert found.label[i] == (labels[known[best]] if cosine[i, best] >= 0.6 else OUTLIER)
    strict = published_matches(features, tic, features[known], labels[known].tolist(), tic[known], threshold=1.0)
    assert (strict.label == OUTLIER).all()


@pytest.mark.parametrize("published", [True, False])
def test_a_star_never_matches_itself_in_any_sector(published):
    features, labels = stars(40, 2)
    features = np.r_[features, features + 1e-9]
    labels, tic = np.r_[labels, labels], np.r_[np.arange(40), np.arange(40)]
    if published:
        found = published_matches(features, tic, features, labels.tolist(), tic)
    else:
        found = LabelMatcher().fit(features, labels.tolist(), tic).match(features, tic)
    assert (tic[found.reference] != tic).all()
    assert (found.similarity < 1 - 1e-6).all()


@pytest.mark.parametrize("published", [True, False])
def test_star_with_no_reference_but_itself_is_an_outlier(published):
    features, tic = np.array([[1.0, 0], [0, 1.0], [1.0, 0.1]]), np.array([1, 1, 2])
    if published:
        found = published_matches(features, tic, features[:2], ["Pl", "EB*"], tic[:2])
    else:
        matcher = LabelMatcher().fit(features, ["Pl", "EB*", "Pl"], np.array([1, 1, 2]))
        found = matcher.match(features[:1] * 0 + 1, np.array([5]))
        assert found.reference[0] >= 0
        return
    assert found.label[:2].tolist() == [OUTLIER, OUTLIER]
    assert found.reference[:2].tolist() == [-1, -1]
    assert np.isnan(found.similarity[:2]).all()
    assert found.reference[2] == 0


def test_calibrated_matches_recognise_new_stars():
    features, labels = stars(300, 3)
    matcher = LabelMatcher().fit(features, labels.tolist(), np.arange(300))
    new, truth = stars(200, 4)
    found = matcher.match(new, np.arange(1000, 1200))
    assert (found.label == truth).mean() > 0.95
    np.testing.assert_allclose(found.probability.sum(axis=1), 1)
    held = matcher.held_out
    assert held.confusion.to_numpy().sum() == held.total == 300
    assert held.confusion.index.tolist() == held.confusion.columns.tolist() == CLASSES.tolist()
    assert held.confusion.loc["Pl"].sum() == (labels == "Pl").sum()
    assert held.correct == np.trace(held.confusion)
    assert held.chance == pytest.approx(max((labels == name).mean() for name in CLASSES))
    assert held.log_loss < 0.3 * held.chance_log_loss


def test_probabilities_are_as_often_right_as_they_say():
    features, labels = stars(800, 5, noise=7)
    matcher = LabelMatcher().fit(features, labels.tolist(), np.arange(800))
    new, truth = stars(3000, 6, noise=7)
    found = matcher.match(new, np.arange(3000) + 10_000)
    sure = found.probability.max(axis=1)
    right = matcher.classes[found.probability.argmax(axis=1)] == truth
    for low, high in ((0, 0.6), (0.6, 0.8), (0.8, 1.01)):
        inside = (sure >= low) & (sure < high)
        assert inside.sum() > 200
        assert right[inside].mean() == pytest.approx(sure[inside].mean(), abs=0.06)
    assert matcher.held_out.correct / 800 == pytest.approx(right.mean(), abs=0.05)
    assert matcher.held_out.calibration_error < 0.06


def test_labels_by_chance_are_recognised_by_chance():
    random = np.random.default_rng(9)
    features, labels = random.normal(size=(400, 10)), random.choice(["a", "b"], 400, p=[0.7, 0.3])
    held = LabelMatcher().fit(features, labels.tolist(), np.arange(400)).held_out
    assert held.balanced_accuracy == pytest.approx(0.5, abs=0.06)
    assert held.log_loss > held.chance_log_loss - 0.02


def test_star_unlike_every_reference_is_an_outlier():
    features, labels = stars(300, 3)
    matcher = LabelMatcher().fit(features, labels.tolist(), np.arange(300))
    odd = np.zeros((1, 12))
    odd[0, 0] = 1
    centres = np.random.default_rng(77).normal(0, 3, (3, 12))
    odd -= sum((odd @ q)[:, None] * q for q in np.linalg.qr(centres.T)[0].T)
    found = matcher.match(odd, np.array([-1]))
    assert found.label[0] == OUTLIER
    assert found.novelty[0] <= 0.01
    usual = matcher.match(stars(200, 4)[0], np.arange(1000, 1200))
    assert (usual.label == OUTLIER).mean() < 0.05


def test_bits_stay_the_same():
    features, labels = stars(100, 3, noise=3)
    first, again = (LabelMatcher(seed=2).fit(features, labels.tolist(), np.arange(100)) for _ in range(2))
    np.testing.assert_array_equal(
        first.match(features, np.arange(100)).probability, again.match(features, np.arange(100)).probability
    )
    assert first.held_out.log_loss == again.held_out.log_loss


def test_references_that_cannot_teach_are_refused():
    features, labels = stars(10, 1)
    with pytest.raises(FeatureError, match="label more"):
        LabelMatcher().fit(features[:1], labels[:1].tolist(), [1])
    with pytest.raises(FeatureError, match="every reference is 'Pl': probabilities need two labels"):
        LabelMatcher().fit(features, ["Pl"] * 10, np.arange(10))
    with pytest.raises(FeatureError, match="one star"):
        LabelMatcher().fit(features, ["Pl", "EB*"] * 5, np.zeros(10))
    with pytest.raises(FeatureError, match="neighbours = 0"):
        LabelMatcher(neighbours=0)
    with pytest.raises(FeatureError, match="label more"):
        published_matches(features, np.arange(10), features[:1], ["Pl"], [1])
