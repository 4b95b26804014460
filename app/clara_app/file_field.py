"""A field that takes files, chosen or dropped on it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from clara_app.theme import STATIC

__all__ = ["FileField"]

# What a message may hold is limited by the server (20 MB), and more makes everybody wait.
PART_BYTES = 3_000_000


class FileField(JSComponent):
    """Takes files in parts.

    Parameters
    ----------
    take : callable
        Called with all files, name to content, once they have come.
    accept : str
        Endings that may be chosen, with commas between.
    multiple : bool
        Whether several may be.
    most_bytes : int
        What all files together may have.
    """

    label = param.String("", doc="Name, also for screen readers.")
    description = param.String("", doc="Shown when the pointer rests on the field.")
    disabled = param.Boolean(False)
    accept = param.String("")
    multiple = param.Boolean(False)
    most_bytes = param.Integer(20_000_000)
    part_bytes = param.Integer(PART_BYTES, constant=True)

    _bundle = STATIC / "file_field.js"
    _stylesheets: ClassVar[Any] = [STATIC / "file_field.css"]

    def __init__(self, take: Callable[[dict[str, bytes]], object], **params: Any) -> None:
        super().__init__(**({"margin": 0} | params))
        self.take = take
        self._coming: dict[str, bytearray] | None = None  # none while nothing is awaited, or what came was too large

    def receive(self, data: Any) -> None:
        """Take in what the browser says."""
        self._send_msg({})
        if data["first"]:
            self._coming = {}
        if self._coming is None:
            return
        self._coming.setdefault(str(data["name"]), bytearray()).extend(b64decode(data["content"]))
        if sum(map(len, self._coming.values())) > self.most_bytes:
            self._coming = None
        elif data["last"]:
            came, self._coming = self._coming, None
            self.take({name: bytes(content) for name, content in came.items()})

    _handle_msg = receive  # as Panel calls it
