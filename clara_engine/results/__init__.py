"""How well steering works on given stars: what is measured, decided against targets, and written as one page."""

from __future__ import annotations
