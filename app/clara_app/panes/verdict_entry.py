"""Entry of verdicts in the browser: the note of each star, and verdicts that are not stored yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import param

from clara_app.fields.field import FRAME, Field
from clara_engine.text import visible

__all__ = ["ACTION_EVENT", "GIVE", "Given", "VerdictEntry"]

#: Event of the document that buttons and keys of verdicts send, so that the browser keeps each verdict first.
ACTION_EVENT = "clara-action"
GIVE = "give:"
NOTE_LENGTH = 2000
TOKEN_LENGTH = 64

STYLE = """
.entry { position: relative; }
.kept { position: absolute; right: 6px; top: -6px; padding: 0 3px; font-size: 10px; line-height: 12px;
        background: var(--ground); color: color-mix(in srgb, var(--text) 75%, var(--ground)); }
.kept:empty, .open:empty { display: none; }
.open { display: flex; gap: 8px; align-items: center; padding: 3px 2px 0; line-height: 18px; }
.open.bad > span { color: var(--danger); }
.open > span { overflow-wrap: anywhere; min-width: 0; }
.open > button { flex: none; border: 1px solid currentColor; border-radius: 4px; background: none; padding: 0 7px;
                 color: var(--accent); cursor: pointer; }
"""


@dataclass(frozen=True, slots=True)
class Given:
    """A verdict as it came from the browser.

    Attributes
    ----------
    token : str
        Its name; what comes twice under it is one verdict.
    late : bool
        Whether it had to wait for the server, so that nobody expects the next star now.
    """

    token: str
    target_id: str
    label: str
    note: str
    author: str
    run_id: str | None
    period_days: float | None
    session: str
    late: bool

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> Given:
        """Check a message of a browser; raises `ValueError` when it is no verdict."""
        period = entry.get("period")
        target_id, label, token = (str(entry.get(name) or "") for name in ("target", "label", "token"))
        if not (target_id and label.strip() and 0 < len(token) <= TOKEN_LENGTH):
            raise ValueError("no star, no label, or no token")
        return cls(
            token=token,
            target_id=target_id,
            label=label,
            note=visible(str(entry.get("note") or ""))[:NOTE_LENGTH],
            author=visible(str(entry.get("author") or "unknown")),
            run_id=str(entry.get("run") or "") or None,
            period_days=float(period) if isinstance(period, int | float) else None,
            session=str(entry.get("tab") or "")[:TOKEN_LENGTH],
            late=bool(entry.get("late")),
        )


class VerdictEntry(Field):
    """The note of the selected star, and every verdict that the server has not acknowledged.

    What is typed is kept in the browser's storage, a draft a star, until a verdict with it is stored; so is each
    verdict from when it is given. The server drops what it has under the same token, so that each may be sent again.

    Parameters
    ----------
    action : callable
        Called with what is to be done, e.g. ``"undo"``, when it is none of the browser's own business.
    give : callable
        Called with a `Given`; answers through `stored` or `refused`.
    joined : callable
        Called with the name that this tab of the browser has; it outlives a reload.
    """

    target_id = param.String("", doc="Star on the screen.")
    star_name = param.String("", doc="Name of the star in lists.")
    run_id = param.String("")
    period_days = param.Number(None, allow_None=True)
    author = param.String("")
    workspace = param.String("", doc="The browser keeps drafts and verdicts of each workspace separately.")
    placeholder = param.String("note (kept with the verdict)")
    max_length = param.Integer(NOTE_LENGTH)

    _esm = (
        FRAME
        + """
    const GIVE = "give:", FLIGHT_MS = 60_000

    // The browser's storage; where there is none, what is written lasts as long as the page.
    const memory = new Map()
    const read = (name) => {
      try { return localStorage.getItem(name) ?? memory.get(name) ?? "" } catch { return memory.get(name) ?? "" }
    }
    const keep = (name, text) => {
      memory.delete(name)
      try {
        if (text) { localStorage.setItem(name, text) } else { localStorage.removeItem(name) }
      } catch { if (text) { memory.set(name, text) } }
    }
    const names = () => {
      let stored = []
      try { stored = Object.keys(localStorage) } catch { /* none */ }
      return [...new Set([...stored, ...memory.keys()])]
    }
    const hex = (one) => (one + 256).toString(16).slice(1)
    const token = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), hex).join("")

    // The name of this tab, the same after a reload; a copy of a tab gets another one.
    const name_tab = (told) => {
      let mine = ""
      try { mine = sessionStorage.getItem("clara-tab") ?? "" } catch { /* no storage */ }
      const take = (name) => {
        mine = name
        try { sessionStorage.setItem("clara-tab", name) } catch { /* no storage */ }
        told(mine)
      }
      const channel = new BroadcastChannel("clara-tabs"), me = token()
      channel.onmessage = ({data}) => {
        if (data.tab !== mine || data.from === me) { return }
        if (data.taken) { take(token()) } else { channel.postMessage({tab: mine, from: me, taken: true}) }
      }
      take(mine || token())
      channel.postMessage({tab: mine, from: me})
      return [() => mine, () => channel.close()]
    }

    export function render({model, el}) {
      const draft_of = (target) => `clara draft ${model.workspace} ${target}`
      const waiting = `clara verdict ${model.workspace} `
      const input = make("input", {type: "text", autocomplete: "off"})
      const kept = make("span", {className: "kept"}), open = make("div", {className: "open"})
      const why = make("span", {}), again = make("button", {type: "button", textContent: "Try again"})
      const is_open = () => document.documentElement.dataset.line !== "lost"
      const [tab, leave] = name_tab((name) => model.send_msg({tab: name}))

      // -- drafts
      const hint = () => { kept.textContent = input.value ? "draft, kept until it is stored with a verdict" : "" }
      const offer = () => {
        input.value = model.target_id ? read(draft_of(model.target_id)) : ""
        input.placeholder = model.placeholder
        input.maxLength = model.max_length
        hint()
      }
      input.oninput = () => {
        if (model.target_id) { keep(draft_of(model.target_id), input.value) }
        hint()
      }

      // -- verdicts that are not stored
      let flying = null, late_check = null, then = []
      const unsent = () => names().filter((name) => name.startsWith(waiting)).map((name) => {
        try { return JSON.parse(read(name)) } catch { return null }
      }).filter((entry) => entry?.token).sort((a, b) => a.at - b.at)
      const put = (entry) => keep(waiting + entry.token, JSON.stringify(entry))
      const words = (entry) => `${entry.label} on ${entry.star}`
      const show = () => {
        const entries = unsent(), refused = entries.filter((entry) => entry.refused)
        const listed = entries.slice(0, 3).map(words).join(", ") + (entries.length > 3 ? " …" : "")
        open.className = refused.length ? "open bad" : "open"
        if (refused.length) {
          why.textContent = `Not stored: ${listed}. ${refused.at(-1).refused}`
          open.replaceChildren(why, again)
        } else if (entries.length && !is_open()) {
          why.textContent = `Waits for the server: ${listed}`
          open.replaceChildren(why)
        } else if (entries.some((entry) => entry.slow)) {
          why.textContent = `Being stored: ${listed}`
          open.replaceChildren(why)
        } else { open.replaceChildren() }
      }
      const send = () => {
        if (flying || !is_open()) { return }
        const entry = unsent().find((one) => !one.refused)
        if (!entry) {
          for (const action of then.splice(0)) { model.send_msg({action}) }
          return
        }
        flying = entry.token
        model.send_msg({give: entry})
        clearTimeout(late_check)
        late_check = setTimeout(() => { flying = null; send() }, FLIGHT_MS)
        setTimeout(() => {
          if (flying !== entry.token) { return }
          const there = unsent().find((one) => one.token === entry.token)
          if (there) { put({...there, slow: true}) }
          show()
        }, 500)
      }
      const retry = (late) => {
        for (const entry of unsent()) { put({...entry, refused: "", late: entry.late || late}) }
        show()
        send()
      }
      again.onclick = () => retry(false)
      const give = (label) => {
        const target = model.target_id, note = input.value.trim()
        if (!target) { return }
        const entries = unsent()
        const same = entries.some((one) => one.target === target && one.label === label && one.note === note
          && one.tab === tab())
        if (!same) {
          put({token: token(), target, star: model.star_name || target, label, note, author: model.author,
               run: model.run_id, period: model.period_days, tab: tab(), late: !is_open(),
               at: Math.max(Date.now(), ...entries.map((one) => one.at + 1))})
        }
        retry(false)
      }
      const action = ({detail}) => {
        if (!el.checkVisibility()) { return }  // a verdict on a star that nobody sees
        if (detail.startsWith(GIVE)) { give(detail.slice(GIVE.length)); return }
        const mine = unsent().filter((one) => one.tab === tab() && one.token !== flying)
        if (detail === "undo" && mine.length) {
          keep(waiting + mine.at(-1).token, "")
          show()
        } else if (!is_open()) {
          show()
        } else if (flying) { then.push(detail) } else { model.send_msg({action: detail}) }
      }
      model.on("msg:custom", (reply) => {
        const entry = unsent().find((one) => one.token === reply.token)
        if (flying === reply.token) { flying = null }
        if (entry && reply.stored) {
          keep(waiting + entry.token, "")
          if (read(draft_of(entry.target)).trim() === entry.note) {
            keep(draft_of(entry.target), "")
            if (model.target_id === entry.target) { offer() }
          }
          if (entry.late) { document.dispatchEvent(new CustomEvent("clara-late", {detail: words(entry)})) }
        } else if (entry) { put({...entry, refused: reply.refused, slow: false}) }
        show()
        send()
      })
      const line = ({detail}) => {
        if (detail) { retry(true) } else {
          for (const entry of unsent()) { put({...entry, late: true}) }
          show()
        }
      }
      const elsewhere = ({key}) => {  // another tab wrote or stored something
        if (key === draft_of(model.target_id) && !input.matches(":focus")) { offer() }
        if (key?.startsWith(waiting)) { show() }
      }
      document.addEventListener("clara-action", action)
      document.addEventListener("clara-line", line)
      window.addEventListener("storage", elsewhere)
      model.on("remove", () => {
        document.removeEventListener("clara-action", action)
        document.removeEventListener("clara-line", line)
        window.removeEventListener("storage", elsewhere)
        leave()
      })
      model.on("target_id", offer)
      offer()
      const box = make("div", {className: "entry"}, input, kept)
      named(model, input, box)
      el.append(box, open)
      // What the last page could not send; it draws on this one, which must have arrived.
      const begin = () => {
        if (window.Bokeh.documents.every((document) => document.is_idle)) { retry(true) } else { setTimeout(begin, 50) }
      }
      if (unsent().length) { begin() }
    }
    """
    )

    def __init__(
        self,
        action: Callable[[str], object],
        give: Callable[[Given], object],
        joined: Callable[[str], object],
        *,
        css: str = "",
        **params: Any,
    ) -> None:
        super().__init__(css=STYLE + css, **params)
        self._on_action, self._give, self._joined = action, give, joined

    def stored(self, token: str) -> None:
        """Confirm to the browser that a verdict is stored, so that it need not keep it."""
        self._send_msg({"token": token, "stored": True})

    def refused(self, token: str, why: str) -> None:
        """Report to the browser that a verdict is not stored, with the reason in one line."""
        self._send_msg({"token": token, "refused": why})

    def _handle_msg(self, msg: Any) -> None:
        if "tab" in msg:
            self._joined(str(msg["tab"])[:TOKEN_LENGTH])
        elif "action" in msg:
            self._on_action(str(msg["action"]))
        elif "give" in msg:
            try:
                given = Given.read(msg["give"])
            except (ValueError, TypeError, AttributeError) as error:
                self.refused(str(msg["give"].get("token", "")), f"it can't be read: {error}")
                return
            self._give(given)
