"""
Recall and lift
===============

One looks at the strangest stars first. *Recall* is the share of the events found when one has looked at so many
stars. If the ranking were drawn by lot, one would find the same share of the events as of the stars: that is the
*chance level*. *Lift* says how many times better than by lot one does.

The picture shows the planets of the simulated sector, by the run that looks for planets and by P9, the published
contrast set. With few events every curve has a wide interval, so ``clara show`` prints one beside each number.
"""

import os

import matplotlib.pyplot as plt
import numpy as np

from clara_engine import Workspace

workspace = Workspace.open(os.environ.get("CLARA_WORKSPACE", "demo"))
labels = workspace.labels.frame()
planets = set(labels.loc[labels["value"] == "planet", "target_id"])

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
for name in ("planets, steered", "P9"):
    run = next(run for run in workspace.runs.list() if run.name == name)
    ranked = run.scores().sort_values("rank")
    looked_at = np.arange(1, len(ranked) + 1) / len(ranked)
    recall = ranked["target_id"].isin(planets).cumsum() / ranked["target_id"].isin(planets).sum()
    left.plot(looked_at, recall, label=name)
    right.plot(looked_at, recall / looked_at, label=name)
left.plot([0, 1], [0, 1], color="grey", ls="--", lw=1, label="by lot")
left.set(xlabel="share of the stars looked at", ylabel="recall: share of the planets found")
right.axhline(1, color="grey", ls="--", lw=1, label="by lot")
right.set(xlabel="share of the stars looked at", ylabel="lift", xscale="log", xlim=(0.005, 1))
for axes in (left, right):
    axes.legend()
plt.show()
