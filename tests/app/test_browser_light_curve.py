"""In a browser: an event is marked by dragging, the next one is stepped to, and files are saved."""

import pytest

from tests.app.browser import wait_until

pytestmark = pytest.mark.browser

#: Where the figure of the light curve is on the screen, and what it shows.
FIGURE = """() => {
  const models = [...Bokeh.documents[0]._all_models.values()]
  const figure = models.find((model) => model.type === "Figure" && model.below[0]?.axis_label?.startsWith("time, BTJD"))
  const view = figure && Bokeh.index.find_one_by_id(figure.id)
  if (!view?.frame) { return null }
  const box = view.canvas_view.el.getBoundingClientRect(), {x_range, y_range} = figure
  return {
    left: box.x + view.frame.x_scale.compute(x_range.start), right: box.x + view.frame.x_scale.compute(x_range.end),
    middle: box.y + (view.frame.bbox.top + view.frame.bbox.bottom) / 2, start: x_range.start, end: x_range.end,
    low: y_range.start, high: y_range.end, drag: figure.toolbar.active_drag?.type ?? "",
  }
}"""

#: The same, once it stays where it is.
AT_REST = f"""async () => {{
  const before = ({FIGURE})()
  await new Promise((done) => setTimeout(done, 400))
  const now = ({FIGURE})()
  return now && JSON.stringify(now) === JSON.stringify(before) && now
}}"""


def test_a_drag_marks_an_event_steps_show_it_and_it_is_saved(page) -> None:
    seen = wait_until(page, AT_REST).json_value()
    page.get_by_role("button", name="mark", exact=True).click()
    wait_until(page, f"() => ({FIGURE})()?.drag === 'BoxSelectTool'")
    across = [seen["left"] + share * (seen["right"] - seen["left"]) for share in (0.3, 0.35, 0.4)]
    page.mouse.move(across[1], seen["middle"])
    page.get_by_text("UTC ·").wait_for()  # the read-out
    page.mouse.move(across[0], seen["middle"])
    page.mouse.down()
    for x in across:
        page.mouse.move(x, seen["middle"], steps=3)
    page.mouse.up()
    page.get_by_role("button", name="clear the marks").wait_for()
    page.mouse.move(5, 400)
    page.get_by_text("marked:").wait_for()
    page.mouse.click(5, 400)
    page.keyboard.press(".")
    page.get_by_text("event 1 of").wait_for()
    near = wait_until(
        page,
        f"(whole) => {{ const now = ({FIGURE})(); return now.end - now.start < whole && now }}",
        arg=0.7 * (seen["end"] - seen["start"]),
    ).json_value()
    assert seen["start"] < near["end"]
    with page.expect_download() as saved:
        page.locator("button, a").filter(has_text="FITS").first.click()
    assert saved.value.suggested_filename.endswith("-light-curve.fits")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="clear the marks").wait_for(state="hidden")
