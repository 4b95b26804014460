"""Columns that a person names, for files whose own names are not known: ``time=TIME flux=FLUX err=E quality=Q``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clara_engine.errors import UnreadableLightCurve
from clara_engine.text import counted

__all__ = ["Columns"]

ROLES = {"time": "time", "flux": "flux", "err": "err", "error": "err", "flux_err": "err", "quality": "quality"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a table is what; empty where there is none.

    Attributes
    ----------
    time, flux : str
    err, quality : str
        Error of the flux; flags, 0 where all is well.
    """

    time: str
    flux: str
    err: str = ""
    quality: str = ""

    @classmethod
    def parse(cls, words: str | Iterable[str]) -> Columns:
        """Read ``time=TIME flux=FLUX``; a text is split at spaces and commas, of several each is one pair.

        Raises
        ------
        UnreadableLightCurve
            Another role, a role twice, or no time or flux.

        Examples
        --------
        >>> Columns.parse("time=TIME flux=FLUX").flux
        'FLUX'
        """
        pairs = re.findall(r"[^\s,;=]+=(?:\"[^\"]*\"|[^\s,;]*)", words) if isinstance(words, str) else list(words)
        if isinstance(words, str) and re.sub(r"[^\s,;=]+=(?:\"[^\"]*\"|[^\s,;]*)", "", words).strip(" ,;\t\n"):
            raise UnreadableLightCurve(f"columns {words!r}: give pairs such as time=TIME flux=FLUX")
        named: dict[str, str] = {}
        for pair in pairs:
            role, _, name = pair.partition("=")
            known, name = ROLES.get(role.strip().lower(), ""), name.strip().strip('"')
            if not known or not name:
                raise UnreadableLightCurve(f"columns {pair!r}: name them as {', '.join(f'{r}=…' for r in cls.roles())}")
            if known in named:
                raise UnreadableLightCurve(f"columns {pair!r}: {known} is named twice")
            named[known] = name
        if missing := [role for role in ("time", "flux") if role not in named]:
            raise UnreadableLightCurve(f"columns: no {' and no '.join(missing)} named; give time=… and flux=…")
        return cls(**named)

    @staticmethod
    def roles() -> tuple[str, ...]:
        """What a column can be."""
        return "time", "flux", "err", "quality"

    @staticmethod
    def looks_like_pair(word: str) -> bool:
        """Whether a word of a command is ``role=NAME``."""
        return word.partition("=")[0].strip().lower() in ROLES and "=" in word

    def found(self, role: str, there: Sequence[str]) -> str:
        """The column of `role` as the table spells it, upper and lower case alike; empty where none is named.

        Parameters
        ----------
        role : str
            One of `Columns.roles`: ``"time"``, ``"flux"``, ``"err"`` or ``"quality"``.
        there : sequence of str
            Names of the table's columns.

        Raises
        ------
        UnreadableLightCurve
            The table has no such column, or several that differ in capitals alone.
        """
        wanted = getattr(self, role)
        if not wanted:
            return ""
        exact = [name for name in there if name == wanted]
        alike = [name for name in there if name.strip().lower() == wanted.strip().lower()]
        found = exact or alike
        if len(found) != 1:
            what = f"{counted(len(found), 'column')} are called {wanted}" if found else f"no column {wanted}"
            raise UnreadableLightCurve(f"{what}; its columns: {', '.join(there):.200}")
        return found[0]

    def __str__(self) -> str:
        """What `parse` reads."""
        named = ((role, getattr(self, role)) for role in self.roles())
        quoted = ((role, f'"{name}"' if re.search(r"[\s,;]", name) else name) for role, name in named if name)
        return " ".join(f"{role}={name}" for role, name in quoted)
