"""A dialog that joins the page when it is first opened, so that the page opens sooner."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

__all__ = ["LateDialog"]


class LateDialog(pn.viewable.Viewer):
    """A dialog that stands nowhere until it is opened.

    Parameters
    ----------
    body : viewables
    options
        Those of `panel_material_ui.Dialog`.

    Attributes
    ----------
    dialog : panel_material_ui.Dialog
        Open it with ``dialog.open = True``.
    """

    def __init__(self, *body: object, **options: Any) -> None:
        super().__init__()
        self.dialog = pmui.Dialog(*body, **({"title_variant": "h6", "show_close_button": True} | options))
        self._place = pn.Column(width=0, height=0, margin=0, styles={"position": "absolute"})
        self.dialog.param.watch(self._join, "open")

    def _join(self, *events: object) -> None:
        if not self._place.objects:
            self._place.append(self.dialog)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._place
