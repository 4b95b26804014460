"""The head of the ranking in headless Chromium: nothing of it is cut, however wide the window is."""

import pytest

pytestmark = pytest.mark.browser

#: Text of what is seen at a point, below all frames that may cut it.
SEEN = """({x, y}) => {
  let seen = document.elementFromPoint(x, y)
  while (seen && seen.shadowRoot && seen.shadowRoot.elementFromPoint(x, y) !== seen) {
    seen = seen.shadowRoot.elementFromPoint(x, y)
  }
  return seen && seen.textContent
}"""


@pytest.mark.parametrize("width", [1024, 1280, 1440, 1920])
def test_every_download_of_the_ranking_is_in_view(page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_timeout(500)
    for name in ("CSV", "Parquet", "VOTable"):
        box = page.get_by_label(name, exact=True).bounding_box()
        middle = box["y"] + box["height"] / 2
        for x in (box["x"] + 2, box["x"] + box["width"] - 2):
            assert page.evaluate(SEEN, {"x": x, "y": middle}) == name
