"""A fast table that shows one page of rows; all cells are plain text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import param

from clara_app.live_text import BOXLESS, Boxless
from clara_app.theme import STATIC

__all__ = ["PagedTable"]


class PagedTable(Boxless):
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

    _bundle = STATIC / "paged_table.js"
    says: ClassVar[Any] = {"row": int, "sort": str, "page": int}
    _stylesheets: ClassVar[Any] = [BOXLESS, STATIC / "text.css"]

    def __init__(
        self,
        on_row: Callable[[int], None],
        *,
        on_sort: Callable[[str], None] | None = None,
        on_page: Callable[[int], None] | None = None,
        **params: Any,
    ) -> None:
        super().__init__(**({"margin": 0, "sortable": on_sort is not None} | params))
        acts: dict[str, Callable[[Any], None] | None] = {"row": on_row, "sort": on_sort, "page": on_page}
        self.act = {name: act for name, act in acts.items() if act is not None}

    def receive(self, data: Mapping[str, Any]) -> None:
        """Take in what the browser says."""
        for name, value in data.items():
            if name in self.act and self._has(name, value):
                self.act[name](value)

    def _has(self, name: str, value: Any) -> bool:
        if name == "sort":
            return any(column["name"] == value for column in self.columns)
        return 0 <= value < (len(self.rows) if name == "row" else self.pages)
