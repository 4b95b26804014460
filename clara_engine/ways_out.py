"""What a person can do about a damaged file of a workspace: have it made again, or bring it back from a backup."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

__all__ = ["way_out"]

MADE_AGAIN = "delete it, and it is made again"
BACKUP = "bring it back from a backup (`clara restore`)"
#: By the end of the path; the first that fits counts.
WAYS = (
    ("cache/*", MADE_AGAIN),
    ("runs/*/leaves-*.npy", MADE_AGAIN),
    ("runs/*/parts-*.npy", MADE_AGAIN),
    ("runs/*/claims.*", "`clara claims RUN` computes it again"),
    ("runs/*/kinds.*", "`clara classify RUN` computes it again"),
    ("runs/*/wrss.*", "`clara wrss RUN OTHER` computes it again"),
    ("runs/*/recovery/*", "delete it, and `clara recover RUN` measures it again"),
    ("runs/*/stability/*", "delete it, and `clara stability RUN` measures it again"),
    ("runs/*", f"train the run again (`clara train`), or {BACKUP}"),
    ("features/*", "delete it, and `clara features` computes its rows again"),
    ("maps/*", "delete it, and `clara map` makes it again"),
    ("clusterings/*/names.json", f"delete it, and name the clusters again, or {BACKUP}"),
    ("clusterings/*", f"delete its folder, and run `clara cluster` again, or {BACKUP}"),
    ("sweeps/*", "delete it, and run `clara sweep` again: runs that are trained are not trained again"),
    ("autosteer/*", "delete it, and run `clara autosteer` again"),
    ("job_results/*", "delete it, and have it computed again"),
    ("archives/*", "delete it, and `clara crossmatch` asks the archive again"),
    ("downloads/*", "delete it, and `clara fetch` downloads it again"),
    ("packs/*", f"{BACKUP}, or `clara ingest` the files that were packed, then `clara pack`"),
    ("verdict_labels.json", "mend it, or delete it, and the labels are those of a new workspace"),
    ("clara.sqlite", BACKUP),
)


def way_out(path: Path) -> str:
    """What to do about a damaged file.

    Parameters
    ----------
    path : Path
        It lies in a workspace, or anywhere.

    Examples
    --------
    >>> way_out(Path("/home/ada/sector1/maps/pca.npz"))
    'delete it, and `clara map` makes it again'
    """
    place = path.as_posix()
    found = (words for pattern, words in WAYS if fnmatchcase(place, f"*/{pattern}") or fnmatchcase(place, pattern))
    return next(found, "put back a copy of it")
