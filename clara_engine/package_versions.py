"""Versions of the packages that results depend on, and of our own code that kept results are made by."""

import hashlib
import tokenize
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["code_digest", "package_versions"]

PACKAGES = ("clara-astro", "numpy", "numba", "finufft", "batman-package", "scikit-learn", "scipy", "pandas", "astropy")


def package_versions() -> dict[str, str]:
    """Name to version of `PACKAGES`, for the record of a result; what is not installed is left out."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # batman may be removed
            continue
    return found


def code_digest(files: Iterable[Path]) -> str:
    """Hash of what files of Python do: comments, docstrings and layout count for nothing.

    Parameters
    ----------
    files : iterable of Path
        Source files; their order and their folders count for nothing, their names do.

    Returns
    -------
    str
        32 hexadecimal digits. Other versions of Python may give others.
    """
    code = hashlib.blake2b(version("clara-astro").encode(), digest_size=16)
    for path in sorted(files, key=lambda path: path.name):
        code.update(f"{path.name} {list(_statements(path))}".encode())
    return code.hexdigest()


def _statements(path: Path) -> Iterator[list[str]]:
    """Tokens of each statement of a file, but of those that are only text.

    The parser of the standard library would give more, but in Python 3.11 it fails now and then where threads run.
    """
    statement: list[str] = []
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            match token.type:
                case tokenize.ENCODING | tokenize.COMMENT | tokenize.NL:
                    continue
                case tokenize.INDENT | tokenize.DEDENT:
                    yield [tokenize.tok_name[token.type]]
                case tokenize.NEWLINE:
                    if not all(text.endswith(("'", '"')) for text in statement):
                        yield statement
                    statement = []
                case _:
                    statement.append(token.string)
