"""Gathers the layouts of a page that opens.

Bokeh lays the whole page out anew whenever a part of it tells its size, and while a page opens dozens of parts do, one
after another. Gathered, they are followed by one layout.
"""

from __future__ import annotations

from app.component import Component

__all__ = ["GatheredLayout"]


class GatheredLayout(Component):
    """Stands on the page unseen. A Bokeh that keeps its layouts elsewhere is left as it is."""

    _esm = """
    const OPENING_MS = 120

    function gather() {
      let views
      try { views = window.Bokeh.require("models/layouts/layout_dom").LayoutDOMView.prototype } catch { return }
      const resized = views._after_resize
      if (typeof resized !== "function" || resized.gathers) { return }
      let waiting = new Set(), laying_out = false
      const lay_out = () => {
        const roots = waiting
        waiting = new Set()
        laying_out = true
        try { for (const root of roots) { if (!root.is_destroyed) { root.compute_layout() } } }
        finally { laying_out = false }
      }
      const is_idle = () => window.Bokeh.documents.every((document) => document.is_idle)
      const soon = () => {
        setTimeout(() => requestAnimationFrame(lay_out), is_idle() ? 0 : OPENING_MS)
      }
      const gathered = (root) => {
        if (waiting.size === 0) { soon() }
        waiting.add(root)
      }
      views._after_resize = function () {
        if (this.is_layout_root && !this._was_built) { return resized.call(this) }
        let root = this
        while (root.is_managed) { root = root.parent }
        gathered(root)
      }
      views._after_resize.gathers = true

      const esm = window.Bokeh.Models.get("panel.models.esm.ReactComponent", null)?.prototype.default_view?.prototype
      let outer = esm
      while (outer && !Object.hasOwn(outer, "compute_layout")) { outer = Object.getPrototypeOf(outer) }
      if (outer == null || outer === views) { return }
      const compute = outer.compute_layout
      outer.compute_layout = function () {
        if (this.is_managed || laying_out || is_idle()) { return compute.call(this) }
        gathered(this)
      }
    }

    gather()

    export function render({el}) { el.style.display = "none" }
    """

    def __init__(self) -> None:
        super().__init__(width=0, height=0, margin=0)
