"""
Out of bag
==========

A forest that scores the stars it was trained on scores from memory: it has seen that they are real, and calls them
ordinary. Each tree learns from a draw of the stars, its *bag*, and has not seen the others. *Out of bag* means: a
star is scored only by the trees that never saw it.

The forest below is trained on half of the stars. Scores by all trees make these stars look tamer than the other half,
which the forest never met; out-of-bag scores of the first half and scores of the other half agree.
"""

import os

import matplotlib.pyplot as plt
import numpy as np

from clara_engine import Workspace
from clara_engine.forest import PRESETS, UnsupervisedForest
from clara_engine.studies.injections import contrast_features
from clara_engine.synthetic import PRESETS as DESIGNS

workspace = Workspace.open(os.environ.get("CLARA_WORKSPACE", "demo"))
one_each = workspace.targets.stars().drop_duplicates().index
features = workspace.features.rows("flux_power").matrix(np.random.default_rng(1).permutation(one_each).tolist())
trained, others = np.array_split(features, 2)

forest = UnsupervisedForest.from_settings(PRESETS["P9"], random_state=1)
forest.fit(trained, contrast_features(workspace, DESIGNS["P9"], "flux_power"))

# %%
figure, axes = plt.subplots(figsize=(7, 3.6), layout="constrained")
for scores, words, style in (
    (forest.anomaly_score(others), "stars that the forest never met", "-"),
    (forest.oob_anomaly_score_, "stars that trained it, out of bag", "--"),
    (forest.anomaly_score(trained), "stars that trained it, by all trees", ":"),
):
    axes.ecdf(scores, label=words, ls=style, lw=2)
axes.set(xlabel="anomaly score", ylabel="share of stars below", xlim=(0, None))
axes.legend(loc="lower right")
plt.show()
