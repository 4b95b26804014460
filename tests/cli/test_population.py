"""The command population."""


def test_population(clara, folder):
    at = ("--workspace", folder)
    rows = clara("population", "small", "--parameters", "bp_rp,ruwe", "--resamples", 50, *at, "--json").json()
    assert [row["parameter"] for row in rows["correlations"]] == ["bp_rp", "ruwe"]
    assert rows["correlations"][1]["rho"] is None
    place = clara("position", 1000, *at, "--json").json()
    assert place[0]["reason"] == ""
    assert clara("separation", "gaia_g,bp_rp", *at, "--json").json()[0]["stars"] == 40


def test_what_can_not_be_held_is_said(clara, folder):
    words = ("population", "small", "--parameters", "bp_rp", "--resamples", 50, "--workspace", folder)
    done = clara(*words, "--given", "tmag,crowdsap")
    assert "at given tmag\n" in done.err
    assert "no star here has crowdsap: not held" in done.err
    assert "partial_low" in done.out
