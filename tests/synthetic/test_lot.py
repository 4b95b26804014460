"""The order in which targets are taken."""

from clara_engine.synthetic.lot import lot

STARS = [f"star {number}" for number in range(200)]


def test_a_lot_is_of_its_target_and_seed_alone() -> None:
    drawn = {star: lot(star, 1) for star in STARS}
    assert len(set(drawn.values())) == len(STARS)
    assert all(0 <= number < 2**64 for number in drawn.values())
    in_turn = sorted(STARS, key=drawn.__getitem__)
    assert sorted(STARS[::2], key=lambda star: lot(star, 1)) == [star for star in in_turn if star in set(STARS[::2])]
    assert in_turn != sorted(STARS, key=lambda star: lot(star, 2))
