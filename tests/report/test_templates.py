"""Templates of reports."""

import pytest
from jinja2 import UndefinedError

from clara_engine.report.templates import rendered


def test_what_a_template_asks_for_must_be_given():
    with pytest.raises(UndefinedError):
        rendered("stars.html", heading="two stars")
