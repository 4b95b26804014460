"""A fast table that shows one page of rows; all cells are plain text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import param

from clara_app.component import Component
from clara_app.theme import CSS

__all__ = ["PagedTable"]

STYLE = """
:host { display: flex; flex-direction: column; min-height: 0; min-width: 0; width: 100%;
        --line: color-mix(in srgb, var(--text) 14%, transparent); }
.rows { flex: 1 1 0; overflow: auto; min-height: 0; }
th { position: sticky; top: 0; background: var(--ground); user-select: none; opacity: 1;
     font-weight: 500; border-bottom: 1px solid var(--line); z-index: 1; }
th button { font: inherit; color: inherit; background: none; border: none; padding: 0; cursor: pointer; }
th[aria-sort] { color: var(--accent); }
td { border-bottom: 1px solid var(--line); padding: 2px 5px; }
th { padding: 2px 5px; }
td.left, th.left { text-align: left; max-width: 160px; overflow: hidden; text-overflow: ellipsis; }
td:first-child, th:first-child { text-align: right; }
td.picture { padding: 0 6px; width: 84px; height: 18px; }
td.picture svg { display: block; color: var(--accent); }
tbody tr { cursor: pointer; }
tbody tr:hover { background: color-mix(in srgb, var(--accent) 12%, transparent); }
tbody tr[aria-selected=true] td { background: color-mix(in srgb, var(--accent) 26%, transparent); }
tbody tr.line td { border-bottom: 2px solid var(--accent); }
.foot { display: flex; gap: 10px; align-items: center; justify-content: flex-end; padding: 2px 10px;
        border-top: 1px solid var(--line); }
.foot button { font: inherit; color: var(--accent); background: none; border: none; cursor: pointer;
               padding: 1px 4px; }
.foot button:disabled { color: inherit; opacity: .4; cursor: default; }
.empty { padding: 12px; opacity: .65; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
"""


class PagedTable(Component):
    """One page of a table.

    Parameters
    ----------
    on_row, on_sort, on_page : callable
        Called with the place of a clicked row on the page, the name of a clicked column, or the wanted page (from 0).
        Without `on_sort` the columns can't be clicked.

    Rows are one stop of the tab key; arrow keys go from row to row, Enter takes one.
    """

    columns = param.List([], doc="Name, title, explanation and side (left or right) of each column.")
    rows = param.List([], doc="Rows of this page, a text a column.")
    pictures = param.Dict({}, doc="Place of a row to the SVG in its column of pictures; nobody's words.")
    selected = param.Integer(-1, doc="Place of the selected row on this page, -1 when it is elsewhere.")
    line = param.Integer(-1, doc="Place of the row below which a line is drawn, -1 when there is none on this page.")
    sortable = param.Boolean(False)
    sort = param.String("", doc="Column that the rows are ordered by.")
    ascending = param.Boolean(True)
    page = param.Integer(0)
    pages = param.Integer(1)
    empty = param.String("nothing to show")

    _esm = """
    const make = (tag, text, name) => {
      const node = document.createElement(tag)
      if (text != null) { node.textContent = text }
      if (name) { node.className = name }
      return node
    }

    export function render({model, el}) {
      const box = make("div", null, "rows"), table = make("table"), head = make("thead"), body = make("tbody")
      const empty = make("div", null, "empty")
      table.append(head, body)
      box.append(table, empty)
      const foot = make("div", null, "foot"), where = make("span", null, "quiet")
      const turn = (text, label, target) => {
        const button = make("button", text)
        button.setAttribute("aria-label", label)
        button.onclick = () => model.send_msg({page: target()})
        return button
      }
      const back = turn("‹", "previous page", () => model.page - 1)
      const on = turn("›", "next page", () => model.page + 1)
      foot.append(where, back, on)
      el.append(box, foot)
      el.style.cssText += "display:flex;flex-direction:column;flex:1 1 0;min-height:0;min-width:0;height:100%"

      const show_head = () => {
        const row = make("tr")
        const focused = [...head.querySelectorAll("button")].findIndex((button) => button.matches(":focus"))
        for (const column of model.columns) {
          const cell = make("th", model.sortable ? null : column.title, column.side)
          cell.title = column.help
          cell.scope = "col"
          const way = model.ascending ? "ascending" : "descending"
          if (column.name === model.sort) { cell.setAttribute("aria-sort", way) }
          if (model.sortable) {
            const button = make("button", column.title)
            button.setAttribute("aria-label", `sort by ${column.title}: ${column.help}`)
            button.onclick = () => model.send_msg({sort: column.name})
            cell.append(button)
          }
          row.append(cell)
        }
        head.replaceChildren(row)
        head.querySelectorAll("button")[focused]?.focus()
      }
      const stop_at = (row) => {
        for (const other of body.children) { other.tabIndex = other === row ? 0 : -1 }
      }
      body.onkeydown = (event) => {
        const row = event.target.closest("tr")
        if (!row.matches(":focus-visible")) { return }  // it was clicked: the keys are those of the page
        const to = {ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling}[event.key]
        if (to) {
          stop_at(to)
          to.focus()
        } else if (event.key === "Enter" || event.key === " ") {
          row.click()
        } else { return }
        event.preventDefault()
        event.stopPropagation()
      }
      let scrolling = 0
      const mark = () => {
        body.querySelectorAll("[aria-selected=true]").forEach((row) => row.setAttribute("aria-selected", "false"))
        const row = body.children[model.selected]
        stop_at(row ?? body.children[0])
        if (row == null) { return }
        row.setAttribute("aria-selected", "true")
        clearTimeout(scrolling)
        requestAnimationFrame(() => { scrolling = setTimeout(() => scroll_to(row)) })
      }
      // Asked for where things are before it has painted, a browser lays out the whole page once more.
      const scroll_to = (row) => {
        const top = row.offsetTop - head.offsetHeight, bottom = row.offsetTop + row.offsetHeight
        if (top < box.scrollTop) { box.scrollTop = top }
        else if (bottom > box.scrollTop + box.clientHeight) { box.scrollTop = bottom - box.clientHeight }
      }
      const show_rows = () => {
        const columns = model.columns
        body.replaceChildren(...model.rows.map((values, place) => {
          const row = make("tr")
          row.append(...values.map((value, i) => make("td", value, columns[i]?.side)))
          if (picture_column() >= 0) { row.children[picture_column()].className = "picture" }
          if (place === model.line) { row.className = "line" }
          row.onclick = () => model.send_msg({row: place})
          return row
        }))
        empty.textContent = model.rows.length ? "" : model.empty
        empty.style.display = model.rows.length ? "none" : ""
        show_pictures()
        mark()
      }
      const picture_column = () => model.columns.findIndex((column) => column.picture)
      const show_pictures = () => {
        const column = picture_column()
        if (column < 0) { return }
        for (const [place, picture] of Object.entries(model.pictures)) {
          const cell = body.children[place]?.children[column]
          if (cell && cell.dataset.shown !== picture) { cell.innerHTML = picture; cell.dataset.shown = picture }
        }
      }
      const show_foot = () => {
        where.textContent = `page ${model.page + 1} of ${model.pages}`
        back.disabled = model.page <= 0
        on.disabled = model.page >= model.pages - 1
        foot.style.display = model.pages > 1 ? "" : "none"
      }
      model.on(["columns", "sort", "ascending"], show_head)
      model.on("rows", show_rows)
      model.on("pictures", show_pictures)
      model.on("selected", mark)
      model.on(["page", "pages"], show_foot)
      show_head(); show_rows(); show_foot()
    }
    """

    def __init__(
        self,
        on_row: Callable[[int], None],
        *,
        on_sort: Callable[[str], None] | None = None,
        on_page: Callable[[int], None] | None = None,
        **params: Any,
    ) -> None:
        super().__init__(**({"stylesheets": [CSS, STYLE], "margin": 0, "sortable": on_sort is not None} | params))
        acts: dict[str, Callable[[Any], None] | None] = {"row": on_row, "sort": on_sort, "page": on_page}
        self._act = {name: act for name, act in acts.items() if act is not None}

    def _handle_msg(self, data: Mapping[str, Any]) -> None:
        for name, value in data.items():
            if name in self._act:
                self._act[name](value)
