import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.errors import DesignError
from clara_engine.synthetic import PRESETS, PaperTransits, SyntheticDesign, WhiteNoise, paper36


def interval(low, high):
    return st.tuples(st.floats(low, high), st.floats(low, high)).map(lambda ends: tuple(sorted(ends)))


SIGNALS = st.builds(
    PaperTransits,
    weight=st.floats(1e-6, 1e6),
    period_days=interval(0.05, 1000),
    duration_hours=interval(0.05, 240),
    depth=interval(1e-6, 1),
)
DESIGNS = st.builds(
    SyntheticDesign,
    name=st.text(
        st.characters(codec="utf-8", exclude_characters=[chr(i) for i in [*range(32), 127]]), min_size=1, max_size=120
    ),
    curves=st.integers(1, 100_000),
    seed=st.integers(0, 2**32 - 1),
    background=st.builds(
        WhiteNoise, span_days=st.floats(1, 60), cadence_minutes=st.floats(0.2, 200), noise_ppm=st.floats(0, 1e6)
    ),
    signals=st.lists(SIGNALS, min_size=1, max_size=3).map(tuple),
)


@settings(max_examples=100, deadline=None)
@given(DESIGNS)
def test_toml_reads_back_exactly(design):
    back = SyntheticDesign.from_toml(design.to_toml())
    assert back == design
    assert back.digest() == design.digest()


def test_toml_from_a_file(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(PRESETS["P5"].to_toml(), encoding="utf-8")
    assert SyntheticDesign.from_toml(file) == SyntheticDesign.from_toml(str(file)) == PRESETS["P5"]


def test_a_design_by_hand_needs_only_what_has_no_default():
    design = SyntheticDesign.from_toml(
        'name = "by hand"\ncurves = 10\n[background]\nspan_days = 13.5\ncadence_minutes = 2\nnoise_ppm = 100'
    )
    assert design == SyntheticDesign.paper(name="by hand", curves=10, span_days=13.5, noise_ppm=100)
    assert design.is_paper


def test_presets_are_the_three_final_models():
    shown = {name: design.published_label for name, design in PRESETS.items()}
    assert shown == {
        "P3": "n300 d23.75 c2 n50ppm",
        "P5": "n300 d25.25 c2 n225ppm",
        "P9": "n300 d24.5 c2 n225ppm",
    }
    assert {design.seed for design in PRESETS.values()} == {42}


def test_the_grid_of_36():
    grid = paper36()
    assert len({design.digest() for design in grid}) == 36
    assert grid[0].name == "n100 d13 c2 n50ppm"
    assert grid[-1].name == "n300 d27 c10 n200ppm"


def test_the_digest_is_of_the_curves_not_of_the_name():
    design = PRESETS["P9"]
    assert design.changed(name="other").digest() == design.digest()
    assert design.changed(seed=1).digest() != design.digest()
    assert SyntheticDesign.paper(curves=300, span_days=24.5, noise_ppm=225).digest() == design.digest()


def test_digests_of_published_designs_never_change():
    """What is kept on disk is found by them."""
    assert {name: design.digest() for name, design in PRESETS.items()} == {
        "P3": "2cfb9dce3f2ca45be7829beb25cf14ce",
        "P5": "d8faec36ac3b51e0d578301a315497d6",
        "P9": "042ede9d1b2cde11dd06c6573c17179e",
    }


@pytest.mark.parametrize(
    ("field", "value", "line"),
    [
        ("noise_ppm", -5, "noise_ppm = -5 is out of range: 0 to 1 000 000 ppm"),
        ("curves", 0, "curves = 0 is out of range: 1 to 100 000 curves"),
        ("span_days", 0, "span_days = 0 is out of range: 0.01 to 2 000 d"),
        ("cadence_minutes", 5000, "cadence_minutes = 5 000 is out of range: 0.05 to 1 440 min"),
        ("seed", -1, "seed = -1 is out of range: 0 to 4 294 967 295"),
        ("span_days", "long", "span_days = 'long' can't be used: it must be a number"),
        ("name", "two\nlines", r"name = 'two\\nlines' can't be used"),
    ],
)
def test_a_design_out_of_range_is_refused_in_one_line(field, value, line):
    with pytest.raises(DesignError, match=line) as refusal:
        SyntheticDesign.paper(**{field: value})
    assert "\n" not in str(refusal.value)


def test_lengths_that_make_no_light_curve_are_refused():
    with pytest.raises(DesignError, match="makes 2, out of range: 3 to 2 000 000 samples a curve"):
        SyntheticDesign.paper(span_days=1, cadence_minutes=720)
    with pytest.raises(DesignError, match=r"makes 5\.76e\+07, out of range"):
        SyntheticDesign.paper(span_days=2000, cadence_minutes=0.05)


def test_unknown_and_missing_settings_are_named():
    text = PRESETS["P9"].to_toml()
    with pytest.raises(DesignError, match="colour is not a setting here; there are name"):
        SyntheticDesign.from_toml('colour = "red"\n' + text)
    with pytest.raises(DesignError, match=r"background\.noise is not a setting|noise is not a setting"):
        SyntheticDesign.from_toml(text.replace("noise_ppm", "noise"))
    with pytest.raises(DesignError, match="signals is empty"):
        PRESETS["P9"].changed(signals=())
    with pytest.raises(DesignError, match=r"^depth = \(0.5, 0.02\) runs backwards: the smaller end comes first$"):
        SyntheticDesign.from_toml(text.replace("0.0005", "0.5"))


def test_files_that_are_no_design_are_refused(tmp_path):
    with pytest.raises(DesignError, match=r"nope\.toml can't be read: No such file"):
        SyntheticDesign.from_toml(tmp_path / "nope.toml")
    with pytest.raises(DesignError, match="design can't be read"):
        SyntheticDesign.from_toml('name = "unfinished')
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DesignError, match="can't be read"):
        SyntheticDesign.from_toml(tmp_path / "bytes.toml")


def test_published_designs_keep_the_digests_that_runs_and_kept_features_are_found_by():
    digests = {name: design.digest() for name, design in PRESETS.items()}
    assert digests == {
        "P3": "2cfb9dce3f2ca45be7829beb25cf14ce",
        "P5": "d8faec36ac3b51e0d578301a315497d6",
        "P9": "042ede9d1b2cde11dd06c6573c17179e",
    }


def test_published_names_keep_whole_days():
    names = [
        SyntheticDesign.paper(curves=9, span_days=days, cadence_minutes=2, noise_ppm=50).name for days in (13.5, 13, 27)
    ]
    assert names == ["n9 d13 c2 n50ppm", "n9 d13.0 c2 n50ppm", "n9 d27 c2 n50ppm"]
