"""A field that takes files, chosen or dropped on it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import Any, ClassVar

import param

from clara_app.heard import Heard
from clara_app.theme import STATIC

__all__ = ["FileField"]

# What a message may hold is limited by the server (20 MB), and more makes everybody wait.
PART_BYTES = 3_000_000
#: Files of one upload.
MOST_FILES = 1000
#: Letters of a file's name, as systems have them.
LONGEST_NAME = 255


class FileField(Heard):
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

    says: ClassVar[Any] = {"name": str, "first": bool, "content": str, "last": bool}
    _bundle = STATIC / "file_field.js"
    _stylesheets: ClassVar[Any] = [STATIC / "file_field.css"]

    def __init__(self, take: Callable[[dict[str, bytes]], object], **params: Any) -> None:
        super().__init__(**({"margin": 0} | params))
        self.take = take
        self._coming: dict[str, bytearray] | None = None  # none while nothing is awaited, or what came was too large

    def receive(self, data: Any) -> None:
        """Take in what the browser says."""
        self._send_msg({})
        if set(data) != set(self.says) or self.disabled or len(data["name"]) > LONGEST_NAME:
            self._coming = None
            return
        if data["first"]:
            self._coming = {}
        if self._coming is None:
            return
        try:
            part = b64decode(data["content"], validate=True)
        except ValueError:
            self._coming = None
            return
        self._coming.setdefault(data["name"], bytearray()).extend(part)
        most = MOST_FILES if self.multiple else 1
        if len(self._coming) > most or sum(map(len, self._coming.values())) > self.most_bytes:
            self._coming = None
        elif data["last"]:
            came, self._coming = self._coming, None
            self.take({name: bytes(content) for name, content in came.items()})
