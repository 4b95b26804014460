"""The page for people who use the keyboard or a screen reader: names, focus, reach."""

import re
import time

import pytest

from tests.app.browser import PATIENCE, star_name, wait_for_star, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

AREAS = {
    "Explore": (
        "Measures",
        "Clusters",
        "Features",
        "Ranking",
        "Why strange",
        "Similar stars",
        "What is it?",
        "Gaia",
        "Period",
    ),
    "Compare": ("Recovery", "Sweeps", "Sectors", "Steering matrix", "Auto-steer", "WRSS", "Two runs"),
    "Vet": (),
    "Data": ("Fetch", "Catalogues", "Failures", "Jobs", "Workspaces", "Files"),
}
#: Whatever can be used and has no name that a screen reader could say.
NAMELESS = """
() => {
  const found = []
  const name = (node) => {
    const by = (node.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean)
      .map((id) => node.getRootNode().getElementById?.(id)?.textContent ?? "").join("")
    const inside = node.matches("input, select, textarea") ? "" : (node.shadowRoot ?? node).textContent
    const labels = [...(node.labels ?? [])].map((label) => label.textContent).join("")
    return [node.getAttribute("aria-label"), by, labels, node.title, inside].join("").trim()
  }
  const walk = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) { walk(node.shadowRoot) }
      const used = node.matches("button, input:not([type=hidden]), select, textarea, a[href], [role=slider]")
      if (!used || node.closest("[aria-hidden=true]") || !node.getBoundingClientRect().width) { continue }
      if (!name(node)) { found.push(node.outerHTML.slice(0, 120)) }
    }
  }
  walk(document)
  return found
}
"""
#: The element that has the focus, its name, and whether a mark around it can be seen.
FOCUSED = """
() => {
  let node = document.activeElement
  while (node?.shadowRoot?.activeElement) { node = node.shadowRoot.activeElement }
  if (!node || node === document.body) { return null }
  const box = node.getBoundingClientRect(), look = getComputedStyle(node)
  const around = getComputedStyle(node.parentElement ?? node)
  const ring = (style) => style.outlineStyle !== "none" || style.boxShadow !== "none"
  return {name: node.getAttribute("aria-label") || node.labels?.[0]?.textContent || node.textContent.trim(),
          kind: node.tagName, seen: box.width > 0 && box.height > 0,
          ring: ring(look) || ring(around) || node.matches(".Mui-focusVisible") || node.tagName === "CANVAS"}
}
"""
#: What can be used and can't be scrolled to by hand, or has something else above it.
UNREACHED = """
() => {
  const found = []
  const up = (node) => node.parentElement ?? node.getRootNode().host
  const seen_at = (x, y) => {
    let seen = document.elementFromPoint(x, y), inner
    while ((inner = seen?.shadowRoot?.elementFromPoint(x, y)) && inner !== seen) { seen = inner }
    return seen
  }
  const by_hand = (node) => {  // a box that cuts off what it holds is scrolled by scripts alone
    let free = true
    for (let box = up(node); box; box = up(box)) {
      const {overflowX, overflowY} = getComputedStyle(box)
      if ((box.scrollLeft && overflowX === "hidden") || (box.scrollTop && overflowY === "hidden")) {
        free = false
        box.scrollTo(0, 0)
      }
    }
    return free
  }
  const walk = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) { walk(node.shadowRoot) }
      const used = node.matches("button:enabled, input:enabled, select:enabled, a[href], [role=slider]")
      if (!used || !node.checkVisibility({visibilityProperty: true})) { continue }
      node.scrollIntoView({block: "center", inline: "center", behavior: "instant"})
      const {x, y, width, height} = node.getBoundingClientRect()
      if (!width) { continue }
      let seen = seen_at(x + width / 2, y + height / 2)
      while (seen && seen !== node && seen.tagName !== "LABEL") { seen = up(seen) }
      if (!seen || !by_hand(node)) { found.push(node.ariaLabel || node.textContent || node.outerHTML.slice(0, 120)) }
    }
  }
  walk(document)
  return found
}
"""
LEAVE = """
() => {
  let node = document.activeElement
  while (node?.shadowRoot?.activeElement) { node = node.shadowRoot.activeElement }
  node?.blur()
}
"""


def _found_still(page, script: str, settled_ms: int) -> list[str]:
    """What a script finds fault with, also a while after it was drawn."""
    page.wait_for_timeout(settled_ms)
    deadline = time.monotonic() + PATIENCE / 1000
    while (found := page.evaluate(script)) and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    return found


@pytest.mark.parametrize("area", AREAS)
def test_whatever_can_be_used_has_a_name(page, area: str) -> None:
    page.get_by_role("button", name=area, exact=True).click()
    nameless = {area: _found_still(page, NAMELESS, 800)}
    for tab in AREAS[area]:
        page.get_by_role("button", name=tab, exact=True).first.click()
        nameless[tab] = _found_still(page, NAMELESS, 400)
    assert {where: what for where, what in nameless.items() if what} == {}


def test_everything_is_reached_on_a_small_screen(page) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    unreached = {}
    for area, tabs in AREAS.items():
        page.get_by_role("button", name=area, exact=True).click()
        for tab in ("", *tabs):
            if tab:
                page.get_by_role("button", name=tab, exact=True).first.click()
            unreached[f"{area} {tab}"] = _found_still(page, UNREACHED, 400)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert {where: what for where, what in unreached.items() if what} == {}


def _tab_to(page, wanted: str, most: int = 150, key: str = "Tab") -> list[dict]:
    """Press the tab key until something of this name has the focus; what was passed on the way."""
    passed = []
    for _ in range(most):
        page.keyboard.press(key)
        here = page.evaluate(FOCUSED)
        if here:
            passed.append(here)
            if re.fullmatch(wanted, here["name"] or ""):
                return passed
    raise AssertionError(f"{wanted} is not reached; passed: {[one['name'] for one in passed]}")


def test_a_row_is_chosen_and_a_table_sorted_without_a_pointer(page) -> None:
    page.get_by_role("button", name="Explore", exact=True).click()
    page.get_by_role("button", name="Ranking", exact=True).click()
    page.get_by_placeholder("TIC …").focus()
    _tab_to(page, "sort by T mag.*")
    page.keyboard.press("Enter")
    page.locator("th[aria-sort=ascending]", has_text="T mag").wait_for()
    row = page.locator("tbody tr:visible")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.locator("th[aria-sort]", has_text="weird").wait_for()
    _tab_to(page, "sort by Teff.*")
    page.keyboard.press("Tab")
    before = star_name(page)
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    assert star_name(page) == before  # arrows only go there
    focused = page.evaluate(FOCUSED)
    assert (focused["kind"], focused["ring"]) == ("TR", True)
    page.keyboard.press("Enter")
    wait_until(
        page,
        """before => { const find = (node) => [...node.querySelectorAll("*")].some((child) =>
             (child.classList.contains("name") && child.textContent !== before)
             || (child.shadowRoot && find(child.shadowRoot)))
             return find(document) }""",
        arg=before,
    )
    assert (
        star_name(page).split()[-1]
        in row.locator("visible=true").and_(page.locator("[aria-selected=true]")).first.inner_text()
    )


def test_everything_is_reached_without_a_pointer(page) -> None:
    """From the header through the map's menus and the wheel; a run is chosen, a tab opened, a verdict given."""
    passed = _tab_to(page, "Compare")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Recovery", exact=True).wait_for()
    passed += _tab_to(page, "Recovery")
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="event", exact=True).wait_for()
    passed += _tab_to(page, "event")
    page.keyboard.press("ArrowDown")
    passed += _tab_to(page, "light curves")
    page.keyboard.press("ArrowUp")
    page.wait_for_timeout(500)
    assert page.get_by_role("spinbutton", name="light curves").input_value() == "501"
    page.keyboard.press("Escape")
    page.evaluate(LEAVE)
    for keys, there in (("gd", "What there is"), ("ge", "Map"), ("gv", "Queue")):
        for key in keys:
            page.keyboard.press(key)
        page.get_by_text(there, exact=True).first.wait_for()
    passed += _tab_to(page, "order of the queue")
    passed += _tab_to(page, "note")
    said_of = star_name(page)
    page.keyboard.type("by hand")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.get_by_text(re.compile("1 today · 1 by me")).wait_for()  # and the next star is shown by itself
    page.keyboard.press("k")
    wait_for_star(page, said_of)
    page.get_by_text("by hand").first.wait_for()
    passed = [one for one in passed if one["kind"] != "DIV"]  # a browser lets people scroll boxes with the keys
    assert len(passed) > 10
    assert [one for one in passed if not one["name"]] == []
    assert [one["name"] for one in passed if one["seen"] and not one["ring"]] == []
