"""The kinds of jobs, and where what they find is kept."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["JobKind"]


class JobKind(StrEnum):
    """What a job does. What it finds is kept in the workspace, and so outlives the server.

    Those of the first group put it on shelves and into tables of their own; of the second,
    `clara_engine.studies.findings` keeps the last result; those of the third are looks at something, and are asked for
    anew.
    """

    CLUSTER = "cluster"
    CROSSMATCH = "crossmatch"
    FEATURES = "features"
    FETCH = "fetch"
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
    IMPORTANCES = "importances"
    MATCH = "match"
    POPULATION = "population"
    SUBSETS = "subsets"
    TUNE = "tune"

    COMPARE = "compare"
    LEARN = "learn"
    LOOK = "look"
    PERIODS = "periods"
    REPORT = "report"
    SAMP = "samp"
