"""Moving objects from SkyBoT, against a stand-in that answers as it does."""

from pathlib import Path

import pytest

from clara_engine.archives.skybot import moving_objects
from clara_engine.errors import ArchiveError
from tests.stand_in import Reply

#: Recorded from the service by the authors of astroquery (BSD-3-Clause): 12′ around 81.2833, +4.49278 at 2025-01-02.
RECORDED = Path(__file__).parent / "skybot.vot"
NOTHING = b"""<?xml version="1.0"?><VOTABLE version="1.3" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
<RESOURCE><TABLE><FIELD name="Num" ID="num" datatype="char" arraysize="6"/></TABLE></RESOURCE></VOTABLE>"""


def test_a_recorded_answer_is_read(stand_in, services):
    stand_in.routes["/skybot"] = Reply(RECORDED.read_bytes(), kind="application/xml")
    found = moving_objects(services["skybot"], 81.2833, 4.49278, 3677.5)
    assert found["name"].tolist() == ["G!kun||'homdima", "2014 UP224", "2019 RB21", "2007 TE366"]
    assert found["number"].tolist() == ["229762", "523748", "-", "-"]
    assert found["v_mag"].tolist() == pytest.approx([19.6, 22.1, 22.1, 21.6])
    assert found["distance_arcsec"].tolist() == pytest.approx([71.942, 95.597, 564.902, 635.204])
    asked = stand_in.asked[0].fields
    assert (asked["-ra"], asked["-dec"], asked["-ep"]) == ("81.283300", "4.492780", "2460677.50000")
    assert asked["-loc"] == "500"
    assert float(asked["-rd"]) == pytest.approx(10 / 60, abs=1e-6)


def test_nothing_was_near(stand_in, services):
    stand_in.routes["/skybot"] = Reply(NOTHING, kind="application/xml")
    assert moving_objects(services["skybot"], 10.0, -60.0, 1348.0).empty


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b"", 503), "out of order"),
        (Reply(b"<html>sorry</html>", kind="text/html"), "can't be read"),
        (Reply(RECORDED.read_bytes(), cut=500), "broke"),
    ],
)
def test_trouble_is_told_in_one_line(stand_in, services, reply, reason):
    stand_in.routes["/skybot"] = reply
    with pytest.raises(ArchiveError, match=reason):
        moving_objects(services["skybot"], 10.0, -60.0, 1348.0)


def test_silence_ends(stand_in, services):
    stand_in.routes["/skybot"] = Reply(NOTHING, wait_s=0.6)
    hurried = services["skybot"].model_copy(update={"timeout_s": 0.2, "retries": 0})
    with pytest.raises(ArchiveError, match=r"did not answer within 0\.2 s"):
        moving_objects(hurried, 10.0, -60.0, 1348.0)
