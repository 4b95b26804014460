"""Gathers the layouts of a page that opens.

Bokeh lays the whole page out anew whenever a part of it tells its size, and while a page opens dozens of parts do, one
after another. Gathered, they are followed by one layout.
"""

from __future__ import annotations

from panel.custom import JSComponent

__all__ = ["GatheredLayout"]


class GatheredLayout(JSComponent):
    """Stands on the page unseen. A Bokeh that keeps its layouts elsewhere is left as it is."""

    _esm = """
    const OPENING_MS = 120

    function gather() {
      let views
      try { views = window.Bokeh.require("models/layouts/layout_dom").LayoutDOMView.prototype } catch { return }
      const resized = views._after_resize
      if (typeof resized !== "function" || resized.gathers) { return }
      let waiting = new Set()
      const lay_out = () => {
        const roots = waiting
        waiting = new Set()
        for (const root of roots) { if (!root.is_destroyed) { root.compute_layout() } }
      }
      const soon = () => {
        const opening = !window.Bokeh.documents.every((document) => document.is_idle)
        setTimeout(() => requestAnimationFrame(lay_out), opening ? OPENING_MS : 0)
      }
      views._after_resize = function () {
        if (this.is_layout_root && !this._was_built) { return resized.call(this) }
        let root = this
        while (root.is_managed) { root = root.parent }
        if (waiting.size === 0) { soon() }
        waiting.add(root)
      }
      views._after_resize.gathers = true
    }

    gather()

    export function render({el}) { el.style.display = "none" }
    """

    def __init__(self) -> None:
        super().__init__(width=0, height=0, margin=0)
