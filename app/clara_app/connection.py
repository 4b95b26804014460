"""The connection to the server: the page checks it once a second, reports a loss, and reconnects by itself."""

from __future__ import annotations

from typing import Any

import param

from clara_app.component import Component
from clara_app.theme import BORDER

__all__ = ["Connection"]

STYLE = """
.bar { position: fixed; z-index: 60; top: 46px; left: 50%; transform: translateX(-50%); max-width: min(900px, 92vw);
       box-sizing: border-box; padding: 7px 14px; border-radius: 6px; font-size: 13px; line-height: 18px;
       background: var(--ground); color: var(--text); box-shadow: 0 2px 10px rgba(0, 0, 0, .35);
       border: var(--border); border-left: 5px solid var(--accent); overflow-wrap: anywhere; }
.bar.bad { border-left-color: var(--danger); }
.bar:empty { display: none; }
"""


class Connection(Component):
    """A line over the page, which is there only while there is something to say.

    The page and the server may lose each other in three ways. A server that stands still answers again, and what was
    sent meanwhile arrives. One that was started anew, and one to which only the way was cut, know nothing of this page
    any more: it is loaded again, at the address that holds what is on the screen. What people wrote is in the
    browser's storage all the while (`clara_app.panes.verdict_entry`).
    """

    trouble = param.String("", doc="Why the workspace can't be used just now, in one line.")
    every_ms = param.Integer(900, doc="Pause between two questions [ms].")
    patience_ms = param.Integer(1600, doc="How long the server may take to answer [ms].")

    _esm = """
    const SAID_MS = 9000, LOST = "clara-lost", SLOW = 15

    export function render({model, el}) {
      const bar = document.createElement("div")
      bar.className = "bar"
      bar.setAttribute("role", "status")
      bar.setAttribute("aria-live", "assertive")
      el.append(bar)

      let lost = false, cut = false, asked = 0, watchdog = null, probing = null, well = 0, news = "", passing = null
      let leaving = false
      const say = () => {
        bar.className = lost || model.trouble ? "bar bad" : "bar"
        bar.textContent = lost
          ? "The connection to the server is lost. Verdicts and notes are kept in this browser, and sent when it is "
            + "back; the page finds back by itself."
          : model.trouble || news
      }
      const tell = (words) => {
        news = words
        clearTimeout(passing)
        passing = setTimeout(() => { news = ""; say() }, SAID_MS)
        say()
      }
      const became = (now_lost) => {
        lost = now_lost
        document.documentElement.dataset.line = lost ? "lost" : "open"
        document.dispatchEvent(new CustomEvent("clara-line", {detail: !lost}))
        say()
      }
      const lose = () => {
        if (lost || leaving) { return }
        became(true)
        well = 0
        probing = setTimeout(probe, model.every_ms)
      }

      // A file that every server has: asking for the page itself would have it made.
      const known = document.querySelector("script[src*='static/js/bokeh']")?.src ?? window.location.href
      const probe = async () => {
        if (!lost) { return }
        try {
          const answer = await fetch(known, {method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(3000)})
          well = answer.ok ? well + 1 : 0
        } catch { well = 0 }
        if (!lost) { return }
        // It answers others: the way from this page to it is gone, or it is only slow with what this page asked.
        if (well > (cut ? 0 : SLOW)) {
          try { sessionStorage.setItem(LOST, "1") } catch { /* then nothing is said after it */ }
          leaving = true
          window.location.reload()
        } else { probing = setTimeout(probe, model.every_ms) }
      }

      const ask = () => {
        if (asked || cut || leaving) { return }
        asked = Date.now()
        watchdog = setTimeout(() => {
          // A page that slept was not listening either.
          if (Date.now() - asked > 2 * model.patience_ms + 1000) { watchdog = setTimeout(lose, model.patience_ms) }
          else { lose() }
        }, model.patience_ms)
        model.send_msg({asked})
      }
      model.on("msg:custom", () => {
        clearTimeout(watchdog)
        asked = 0
        if (lost && !cut) {
          clearTimeout(probing)
          became(false)
          tell("The server answers again.")
        }
      })
      const beat = setInterval(ask, model.every_ms)
      for (const each of window.Bokeh.documents) {
        each.on_event("connection_lost", () => { cut = true; lose() })
      }
      const goes = () => { leaving = true }
      window.addEventListener("beforeunload", goes)
      const stays = () => { leaving = false }  // somebody stayed on the page after all, or came back to it
      window.addEventListener("pageshow", stays)
      const came = ({detail}) => {
        tell(`${news || "The server answers again."} Stored, after it had waited: ${detail}.`)
      }
      document.addEventListener("clara-late", came)
      model.on("trouble", say)
      model.on("remove", () => {
        clearInterval(beat)
        window.removeEventListener("beforeunload", goes)
        window.removeEventListener("pageshow", stays)
        document.removeEventListener("clara-late", came)
      })
      document.documentElement.dataset.line = "open"
      try {
        if (sessionStorage.getItem(LOST)) {
          sessionStorage.removeItem(LOST)
          tell("The server answers again; the page was loaded anew at the same address.")
        }
      } catch { /* no storage: nothing to say */ }
      say()
    }
    """

    def __init__(self, **params: Any) -> None:
        style = [STYLE, f":host {{ --border: {BORDER}; }}"]
        super().__init__(**({"width": 0, "height": 0, "margin": 0, "stylesheets": style} | params))

    def _handle_msg(self, msg: Any) -> None:
        self._send_msg({"answer": msg.get("asked")})
