"""Versions of the packages that results depend on."""

from importlib.metadata import PackageNotFoundError, version

__all__ = ["package_versions"]

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
