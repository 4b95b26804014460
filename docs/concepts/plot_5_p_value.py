"""
P-value
=======

How strange is strange? A star of score .6 means nothing by itself. So quiet light curves are turned upside down, and
some cut into blocks that are put in another order: noise, gaps and slow changes stay, while dips become bumps. These
*null light curves* show which scores chance gives. The *p-value* of a star is the share of null stars that score at
least as high, the star counted among them, so that it is never zero.

Scores of quiet stars lie where those of the nulls do. Their p-values are therefore spread evenly or above: at most
one in twenty of them is below .05. Those of planets pile up at the smallest p-value that so many nulls allow.
"""

import os

import matplotlib.pyplot as plt

from clara_engine import Workspace
from clara_engine.studies.claims import kept_claims

workspace = Workspace.open(os.environ.get("CLARA_WORKSPACE", "demo"))
run = next(run for run in workspace.runs.list() if run.name == "planets, steered")
claims = kept_claims(run)
labels = workspace.labels.frame()
kinds = labels[labels["family"] == "truth"].set_index("target_id")["value"]
scores = run.scores().set_index("target_id").join(kinds)
print(claims.sentence())

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
for kind in ("quiet", "planet"):
    of_kind = scores[scores["value"] == kind]
    left.ecdf(of_kind["p_value"].dropna(), label=kind)
    right.plot(of_kind["anomaly_score"], of_kind["p_value"], ".", label=kind)
left.plot([0, 1], [0, 1], color="grey", ls="--", lw=1, label="by chance alone")
left.set(xlabel="p-value", ylabel="share of stars below")
right.axhline(claims.smallest_p, color="grey", lw=1, ls=":")
right.set(xlabel="anomaly score", ylabel="p-value", yscale="log")
for axes in (left, right):
    axes.legend()
plt.show()
