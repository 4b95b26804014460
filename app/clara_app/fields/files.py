"""A field that takes files, chosen or dropped on it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any, ClassVar

import param

from clara_app.fields.field import FRAME, Field

__all__ = ["FileField"]

# What a message may hold is limited by the server (20 MB), and more makes everybody wait.
PART_BYTES = 3_000_000

STYLE = """
button { width: 100%; height: var(--height, 30px); padding: 0 8px; border: 1px dashed var(--edge); border-radius: 4px;
         background: none; cursor: pointer; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
button:hover:not(:disabled), button.over { border-color: var(--accent); color: var(--accent); }
input { display: none; }
"""


class FileField(Field):
    """Takes files in parts; `value` holds them, name to content, once all have come.

    Parameters
    ----------
    accept : str
        Endings that may be chosen, with commas between.
    multiple : bool
        Whether several may be.
    most_bytes : int
        What all files together may have.
    """

    value: Any = param.Dict({}, doc="Name to content of the files that came last.")
    accept = param.String("")
    multiple = param.Boolean(False)
    most_bytes = param.Integer(20_000_000)
    part_bytes = param.Integer(PART_BYTES, constant=True)

    _rename: ClassVar[Mapping[str, str | None]] = {"value": None}

    _esm = (
        FRAME
        + """
    const base64 = async (blob) => {
      const reader = new FileReader()
      await new Promise((done, failed) => {
        [reader.onload, reader.onerror] = [done, failed]
        reader.readAsDataURL(blob)
      })
      return reader.result.slice(reader.result.indexOf(",") + 1)
    }

    export function render({model, el}) {
      const input = make("input", {type: "file", accept: model.accept, multiple: model.multiple})
      const button = make("button", {type: "button", onclick: () => input.click()})
      const say = (words) => { button.textContent = words || `${model.label} …` }
      let taken = () => {}
      model.on("msg:custom", () => taken())

      const send = async (files) => {
        if (files.length === 0) { return }
        const all = files.reduce((sum, file) => sum + file.size, 0)
        if (all > model.most_bytes) { say(`more than ${Math.floor(model.most_bytes / 1e6)} MB`); return }
        button.disabled = true
        let sent = 0
        try {
          for (const [i, file] of files.entries()) {
            for (let at = 0; at === 0 || at < file.size; at += model.part_bytes) {
              const content = await base64(file.slice(at, at + model.part_bytes))
              const ends = i === files.length - 1 && at + model.part_bytes >= file.size
              const gone = new Promise((done) => { taken = done })
              tell(model, {name: file.name, first: i === 0 && at === 0, content, last: ends})
              await gone
              sent += Math.min(model.part_bytes, file.size - at)
              say(ends ? "" : `${Math.floor(100 * sent / Math.max(all, 1))} %`)
            }
          }
        } catch {
          say("can't be read")
        } finally {
          button.disabled = model.disabled
          input.value = ""
        }
      }
      input.onchange = () => send([...input.files])
      button.ondragover = (event) => { event.preventDefault(); button.classList.add("over") }
      button.ondragleave = () => button.classList.remove("over")
      button.ondrop = (event) => {
        event.preventDefault()
        button.classList.remove("over")
        send([...event.dataTransfer.files].slice(0, model.multiple ? undefined : 1))
      }
      model.on("label", () => say())
      say()
      named(model, button, button)
      el.append(input, button)
    }
    """
    )

    def __init__(self, *, css: str = "", **params: Any) -> None:
        super().__init__(css=STYLE + css, **params)
        self._coming: dict[str, bytearray] | None = None  # none while nothing is awaited, or what came was too large

    def _handle_msg(self, msg: Any) -> None:
        self._send_msg({})
        if msg["first"]:
            self._coming = {}
        if self._coming is None:
            return
        self._coming.setdefault(str(msg["name"]), bytearray()).extend(b64decode(msg["content"]))
        if sum(map(len, self._coming.values())) > self.most_bytes:
            self._coming = None
        elif msg["last"]:
            came, self._coming = self._coming, None
            with param.parameterized.discard_events(self):
                self.value = {}  # the same file may come twice
            self.value = {name: bytes(content) for name, content in came.items()}
