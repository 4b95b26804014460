"""The kinds of jobs, and where their results are stored."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["JobKind"]


class JobKind(StrEnum):
    """Kind of a job. Results are stored in the workspace, so they outlive the server.

    Jobs of the first group have tables or folders of their own. Of the second group `clara_engine.studies.findings`
    stores the last result. Those of the third group only look something up, and are run again.
    """

    CLUSTER = "cluster"
    CROSSMATCH = "crossmatch"
    DEMO = "demo"
    FEATURES = "features"
    FETCH = "fetch"
    FOREST = "forest"
    INGEST = "ingest"
    KINDS = "kinds"
    LABELS = "labels"
    MAP = "map"
    P_VALUES = "p-values"
    RECOVERY = "recovery"
    STEERING = "steering"
    SWEEP = "sweep"
    TRAIN = "train"

    AUTOSTEER = "autosteer"
    CLUSTERS_AGAIN = "clusters-again"
    IMPORTANCES = "importances"
    MAPPING = "mapping"
    MATCH = "match"
    NEW_SECTOR = "new-sector"
    POPULATION = "population"
    SECTORS = "sectors"
    SUBSETS = "subsets"
    TUNE = "tune"

    COMPARE = "compare"
    LEARN = "learn"
    LOOK = "look"
    PERIODS = "periods"
    REPORT = "report"
    SAMP = "samp"
    SYNTHETIC = "synthetic set"
