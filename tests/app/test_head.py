"""The head of the page; that plots are laid out and painted once is seen in the browser."""

from bokeh.core.templates import MACROS
from panel.io.resources import BASE_TEMPLATE
from panel.io.server import _env

from clara_app.head import HEAD


def test_the_head_stands_after_the_libraries_and_keeps_its_braces() -> None:
    template = _env.from_string("{% extends base %}\n" + HEAD)
    page = template.render(base=BASE_TEMPLATE, macros=MACROS, docs=[], plot_script="", bokeh_js="<i>libraries</i>")
    assert page.index("<i>libraries</i>") < page.index("function gather()") < page.index("<body>")
    assert "raw" not in page.split("<script>")[1]
