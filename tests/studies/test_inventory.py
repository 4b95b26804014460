"""The inventory of a workspace."""

from clara_engine.studies.inventory import folder_sizes, inventory


def test_the_inventory_counts(trained):
    found = inventory(trained)
    assert (found.light_curves, found.stars, found.gone, found.runs) == (40, 40, 0, 1)
    assert found.targets.to_dict("records") == [
        {"product": "TESS-SPOC", "sector": 1, "cadence_s": 600.0, "simulated": True, "light_curves": 40, "stars": 40}
    ]
    features = {one.name: one for one in found.features}
    assert (features["flux_power"].stored, features["flux_power"].missing) == (40, 0)
    assert all(one.stored + one.missing == 40 for one in features.values())  # other tests may add to this workspace
    assert found.labels.set_index("value")["targets"].to_dict() == {"quiet": 36, "dip": 4}
    sizes = folder_sizes(trained.folder)
    assert sizes["features"] > 40 * 4000 * 4
    assert sum(sizes.values()) == sum(path.stat().st_size for path in trained.folder.rglob("*") if path.is_file())
