"""What stands in the head of the HTML page, before anything is drawn.

Bokeh lays the whole page out anew whenever a part of it tells its size, and while a page opens dozens of parts do, one
after another, each time painting all plots. Gathered, they are followed by one layout.
"""

from __future__ import annotations

from typing import Any

from clara_app.theme import PALETTES

__all__ = ["HEAD"]

# A Bokeh that keeps its layouts elsewhere is left as it is.
_GATHER = """
const OPENING_MS = 120

function gather() {
  let views
  try { views = window.Bokeh.require("models/layouts/layout_dom").LayoutDOMView.prototype } catch { return }
  const {_after_resize: resized, compute_layout: compute} = views
  if (typeof resized !== "function" || typeof compute !== "function") { return }
  let waiting = new Set(), laying_out = false
  const is_opening = () => window.Bokeh.documents.some((document) => !document.is_idle)
  const lay_out = () => {
    const roots = waiting
    waiting = new Set()
    laying_out = true
    try {
      for (const root of roots) {
        if (!root.is_destroyed) {
          root.compute_layout()
          root.notify_finished()
        }
      }
    } finally { laying_out = false }
  }
  const gathered = (root) => {
    if (waiting.size === 0) { setTimeout(() => requestAnimationFrame(lay_out), is_opening() ? OPENING_MS : 0) }
    waiting.add(root)
  }
  views._after_resize = function () {
    if (this.is_layout_root && !this._was_built) { return resized.call(this) }
    let root = this
    while (root.is_managed) { root = root.parent }
    gathered(root)
  }
  views.compute_layout = function () {
    if (this.is_managed || laying_out || !is_opening()) { return compute.call(this) }
    gathered(this)
  }
}

gather()
"""

_STYLE = f"""
html {{ background: {PALETTES[False].behind}; }}
@media (prefers-color-scheme: dark) {{ html {{ background: {PALETTES[True].behind}; }} }}
"""

#: For `Document.template`: added to the head of Panel's own page. Bokeh takes such a string, but its types do not.
HEAD: Any = (
    f"{{% block postamble %}}<style>{_STYLE}</style><script>(() => {{ {{% raw %}}{_GATHER}{{% endraw %}} }})()</script>"
    "{% endblock %}"
)
