"""
How far down the list
=====================

With a thousand stars, a p-value below .01 is reached ten times by chance. The *line* at 10 % is the place in the
ranking above which about one star in ten is there by chance (Benjamini and Hochberg 1995): the last star whose
p-value lies below a tenth of its place, as a share of all stars.

The line of the picture is that of the run which looks for planets. The page draws it in the ranking; ``clara claims``
prints it.
"""

import os

import matplotlib.pyplot as plt
import numpy as np

from clara_engine import Workspace
from clara_engine.studies.claims import kept_claims

workspace = Workspace.open(os.environ.get("CLARA_WORKSPACE", "demo"))
run = next(run for run in workspace.runs.list() if run.name == "planets, steered")
scores = run.scores()
each = scores[scores["star_best"]].sort_values("star_rank")
line = kept_claims(run).line(0.10)

# %%
figure, axes = plt.subplots(figsize=(7, 3.6), layout="constrained")
place = np.arange(1, len(each) + 1)
axes.plot(place, np.sort(each["star_p_value"]), ".", label="p-values of the stars, in order")
axes.plot(place, 0.1 * place / len(each), color="grey", ls="--", lw=1, label="a tenth of the place, as a share of all")
axes.axvline(line.stars, color="C1", label=f"the line: {line.stars} stars")
axes.set(xlabel="place in the ranking", ylabel="p-value", xscale="log", yscale="log")
axes.legend()
plt.show()
