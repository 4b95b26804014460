"""What a run claims, in plain words."""

import numpy as np
import pandas as pd

from clara_app.claim_words import claim_words, line_words, p_words
from clara_app.colouring import choices
from clara_app.hover_card import hover_html
from clara_app.panes.facts import facts_html

CLAIMED = pd.Series(
    {
        "tic": 1,
        "rank": 3,
        "anomaly_score": 0.7,
        "star_p_value": 0.004,
        "star_q_value": 0.08,
        "kind": "binary",
        "kind_probability": 0.88,
        "weirdness": 0.5,
        "trained": False,
        "product": "SPOC",
        "cadence_s": 120.0,
        "sector": 1,
    }
)


def test_words_say_what_chance_would_do() -> None:
    assert p_words(0.004) == "p .004: 1 in 250 quiet stars scores as high"
    assert p_words(0.5) == "p .5: 5 in 10 quiet stars score as high"
    assert line_words(0.1) == "above the line: about 1 in 10 there is chance"
    assert line_words(0.62) == "below the line: with it, about 6 in 10 are chance"
    assert claim_words({"star_p_value": np.nan}) == []


def test_map_and_star_tell_posterior_p_value_and_line() -> None:
    labels = pd.DataFrame(columns=["family", "value", "source"])
    for page in (hover_html(CLAIMED, "", "", ""), facts_html("TIC 1", CLAIMED, labels, 10)):
        for words in ("posterior: binary .88", "1 in 250 quiet stars", "above the line"):
            assert words in page
    hidden = facts_html("TIC 1", CLAIMED, labels, 10, hidden=True)
    assert "posterior" not in hidden
    assert "0.700" not in hidden


def test_the_map_can_be_coloured_by_them() -> None:
    table = CLAIMED.to_frame().T.infer_objects()
    found = choices(table, [])
    assert {"star_p_value", "star_q_value", "kind_probability", "kind"} <= set(found.values())
