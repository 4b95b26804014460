"""What is kept on disk: targets, features, runs, maps, labels, verdicts and the history of jobs."""

from clara_engine.workspace.reasons import Reason
from clara_engine.workspace.runs import Run, RunSpec, Variant
from clara_engine.workspace.targets import Ingested
from clara_engine.workspace.workspace import Workspace, default_folder

__all__ = ["Ingested", "Reason", "Run", "RunSpec", "Variant", "Workspace", "default_folder"]
