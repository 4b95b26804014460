"""Errors a user can act on: each message is one line that says what is wrong and, where there is one, the mend."""

from pathlib import Path

__all__ = [
    "ArchiveError",
    "Cancelled",
    "ClaraError",
    "DamagedFile",
    "DesignError",
    "FeatureError",
    "ModelFileError",
    "UnreadableLightCurve",
    "WorkerError",
    "WorkspaceError",
    "WorkspaceUnavailable",
    "first_line",
    "one_line",
]


class ClaraError(Exception):
    """Base of every error that is shown to the user as its message alone."""


class ArchiveError(ClaraError):
    """An archive that does not answer as it should, or a manifest that does not hold what was asked of it."""


class UnreadableLightCurve(ClaraError):
    """A file, table or array that holds no usable light curve."""


class FeatureError(ClaraError, ValueError):
    """Features that can't be computed, or that a forest can't use."""


class DesignError(ClaraError, ValueError):
    """A synthetic design or setting out of its range."""


class ModelFileError(ClaraError):
    """A model file that is damaged, tampered with, or of a foreign version."""


class WorkerError(ClaraError):
    """Processes or machines that work is given to, and that can't do it or are gone."""


class WorkspaceError(ClaraError):
    """A workspace that can't be opened, or does not hold what was asked of it."""


class DamagedFile(WorkspaceError):
    """A file of a workspace that is not what was written.

    Parameters
    ----------
    path : Path
    what : str
        What is wrong with it.
    mend : str
        What a person can do.
    """

    def __init__(self, path: Path, what: str, mend: str) -> None:
        super().__init__(path, what, mend)
        self.path, self.what, self.mend = path, what, mend

    def __str__(self) -> str:
        """In one line."""
        return f"{self.path} is damaged ({self.what}): {self.mend}"


class WorkspaceUnavailable(WorkspaceError):
    """A workspace whose disk is full, read-only or gone, or that another program holds: worth trying again later."""


class Cancelled(ClaraError):
    """The user stopped the work. Raised from a progress callback, it ends the loop that called it."""


def first_line(error: BaseException) -> str:
    """The first line of what an error of a library says; its kind where it says nothing."""
    return next(filter(None, map(str.strip, str(error).splitlines())), type(error).__name__)


def one_line(error: BaseException) -> str:
    """What a person is told of any error."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename is not None else error.strerror
    words = " ".join(str(error).split()) if isinstance(error, ClaraError) else next(iter(str(error).splitlines()), "")
    if isinstance(error, ClaraError):
        return words
    return f"{type(error).__name__}: {words or 'no further message'}"
