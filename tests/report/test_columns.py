"""What is said of columns follows the standards of the IVOA."""

from clara_engine.report.columns import COLUMNS, PPM, column


def test_columns_follow_the_vocabulary_of_the_ivoa():
    from astropy.io.votable.ucd import check_ucd
    from astropy.units import Unit

    for name, one in COLUMNS.items():
        assert one.description, name
        assert check_ucd(one.ucd, check_controlled_vocabulary=True), (name, one.ucd)
        Unit(one.unit)
    for name in ("toi_period_days", "parallax_mas", "vtan_kms", "label_toi", "kind_flare_star", "anything"):
        assert check_ucd(column(name).ucd, check_controlled_vocabulary=True), name
    assert (column("toi_depth_ppm").unit, column("kind_flare_star").description) == (
        PPM,
        "posterior of the kind flare star",
    )
