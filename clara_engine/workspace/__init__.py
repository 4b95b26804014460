"""What is kept on disk: targets, features, runs, maps, labels, verdicts and the history of jobs."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clara_engine.workspace.reasons import Reason
    from clara_engine.workspace.runs import Run, RunSpec, Variant
    from clara_engine.workspace.targets import Ingested
    from clara_engine.workspace.workspace import Workspace, default_folder

__all__ = ["Ingested", "Reason", "Run", "RunSpec", "Variant", "Workspace", "default_folder"]

_HOMES = {
    "Ingested": "targets", "Reason": "reasons", "Run": "runs", "RunSpec": "runs", "Variant": "runs",
    "Workspace": "workspace", "default_folder": "workspace",
}  # fmt: skip


def __getattr__(name: str) -> object:
    """Import each name when it is first asked for, so that processes which only read files start at once."""
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
