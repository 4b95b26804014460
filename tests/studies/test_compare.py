"""Two runs beside each other: settings and places."""

from clara_engine.studies.compare import moves, settings_of, settings_table


def test_settings_are_named_by_path_and_compared(trained, small_spec):
    facts = settings_of(small_spec)
    assert facts["design.background.noise_ppm"] == 300
    assert facts["forest.n_estimators"] == 20
    assert "name" not in facts
    assert "design.name" not in facts
    other = small_spec.model_copy(update={"name": "other", "seed": 8, "training_sectors": (1,)})
    table = settings_table(small_spec, other).set_index("setting")
    assert table.index[table["differs"]].tolist() == ["training_sectors", "seed"]
    assert table.loc["training_sectors", "first"] is None
    assert not settings_table(small_spec, small_spec)["differs"].any()


def test_picked_stars_are_counted_and_compared(small_spec):
    picked = small_spec.model_copy(update={"variant": "picked", "design": None, "picked": ("a", "b")})
    others = picked.model_copy(update={"picked": ("a", "c")})
    table = settings_table(picked, others).set_index("setting")
    assert table.loc["picked"].tolist() == ["2 light curves", "2 light curves", True]


def test_stars_gain_places_where_the_first_ranks_them_higher(trained, small_spec):
    first = trained.runs.list()[0]
    table = moves(first, first)
    assert (table["gained"] == 0).all()
    scores = first.scores().set_index("target_id")
    assert len(table) == len(scores)
    assert (table["rank_first"] == scores["rank"].reindex(table.index)).all()
    assert (table["set_aside"] == scores["set_aside"].reindex(table.index)).all()
