"""Whether text can be read: WCAG 2.1 asks for a contrast of 4.5 to 1, and of 3 to 1 for lines and large marks."""

import pytest

from clara_app.theme import PALETTES

TEXT, LINES = 4.5, 3.0


def _light(colour: str) -> float:
    """Relative luminance (WCAG 2.1) of a colour like ``#1f5fa8``."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["accent", "text", "quiet"])
def test_text_can_be_read(dark: bool, name: str) -> None:
    look = PALETTES[dark]
    assert contrast(getattr(look, name), look.ground) >= TEXT


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["points", "warn"])
def test_marks_can_be_seen(dark: bool, name: str) -> None:
    look = PALETTES[dark]
    assert contrast(getattr(look, name), look.ground) >= LINES


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_high_end_of_the_ramp_stands_out(dark: bool) -> None:
    look = PALETTES[dark]
    assert contrast(look.ramp[-1], look.ground) >= LINES
    assert contrast(look.ramp[-1], look.ground) > contrast(look.ramp[0], look.ground)
