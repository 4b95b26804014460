"""What is kept with a run is read without what made it."""

import subprocess
import sys
from dataclasses import replace

import pandas as pd

from clara_engine.studies.kept_with_run import (
    CLAIM_COLUMNS,
    Claims,
    keep_claims,
    kept_claims,
    kept_completeness,
    kept_kinds,
)


def test_claims_that_were_kept_come_back_and_what_was_not_made_is_none(trained, tmp_path):
    run = trained.runs.get("small")
    assert kept_kinds(run) is None
    assert kept_completeness(run) == {}
    table = pd.DataFrame({name: [0.5] for name in CLAIM_COLUMNS}).assign(target_id="a")
    found = Claims("none", "too few stars", stars=3)
    keep_claims(tmp_path, table, found)
    assert kept_claims(replace(run, folder=tmp_path)) == found
    assert found.sentence() == "too few stars"


def test_reading_loads_no_forest():
    program = "import sys, clara_engine.studies.kept_with_run\nassert 'numba' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
