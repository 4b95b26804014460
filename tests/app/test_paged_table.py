"""The script of a table, alone in a browser."""

from pathlib import Path

import pytest

from clara_app.theme import STATIC

#: Draws two stars with pictures, then two others of which one has none yet; tells what stood in the rows.
TURN = """
async (text) => {
  const place = URL.createObjectURL(new Blob([text], {type: "text/javascript"}))
  const {render} = await import(place), heard = {}
  const columns = [{name: "tic", title: "TIC", side: "right"}, {name: "fold", title: "fold", picture: true}]
  const model = {columns, rows: [["1", ""], ["2", ""]], pictures: {0: "<b>1</b>", 1: "<b>2</b>"},
                 selected: -1, line: -1, page: 0, pages: 2, empty: "", send_msg() {},
                 on(names, act) { for (const name of [names].flat()) { heard[name] = act } }}
  const el = document.createElement("div")
  document.body.append(el)
  await render({model, el})
  const shown = () => [...el.querySelectorAll("tbody tr")].map((row) => row.innerText.trim().split(/\\s+/))
  const before = shown()
  model.rows = [["3", ""], ["4", ""]]
  heard.rows()
  model.pictures = {1: "<b>4</b>"}
  heard.pictures()
  return [before, shown()]
}
"""


@pytest.mark.browser
def test_a_row_never_keeps_the_picture_of_the_star_before(chromium) -> None:
    tab = chromium.new_page()
    before, after = tab.evaluate(TURN, Path(STATIC / "paged_table.js").read_text("utf-8"))
    tab.close()
    assert before == [["1", "1"], ["2", "2"]]
    assert after == [["3"], ["4", "4"]]
