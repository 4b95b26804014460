"""The page of results: how well steering works on given stars, compared with goals."""

from __future__ import annotations
