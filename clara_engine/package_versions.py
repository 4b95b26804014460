"""Versions of the packages that results depend on, and of our own code that kept results are made by."""

import ast
import hashlib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["code_digest", "package_versions"]

PACKAGES = ("clara-astro", "numpy", "numba", "finufft", "batman-package", "scikit-learn")


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
        tree = ast.parse(path.read_bytes())
        for node in ast.walk(tree):
            match getattr(node, "body", None):
                case [ast.Expr(value=ast.Constant(value=str())), *rest]:
                    node.body = rest  # type: ignore[attr-defined]
        code.update(f"{path.name} {ast.dump(tree)}".encode())
    return code.hexdigest()
