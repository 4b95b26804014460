"""The order in which targets are taken: drawn from their names, so that it holds when others come or go."""

from __future__ import annotations

import hashlib

__all__ = ["lot"]


def lot(target_id: str, seed: int) -> int:
    """A number from 0 to 2**64 - 1 that a target draws, whatever others there are.

    Parameters
    ----------
    target_id : str
    seed : int
        Fixes all that is drawn.
    """
    return int.from_bytes(hashlib.blake2b(f"{seed} {target_id}".encode(), digest_size=8).digest(), "big")
