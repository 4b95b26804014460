"""
Contrast set
============

An unsupervised forest needs something to tell the observed light curves from: the *contrast set*. What resembles the
contrast set scores high. Here the contrast set is made of light curves of the workspace into which a transiting
planet was injected, so the forest looks for planets: this is what we call *steering*.

On the left is one star as it is and with an injected planet, on the right how the forest scores all stars. The
planets of the simulation stand out, though the forest was never told of them.
"""

import os

import matplotlib.pyplot as plt
import numpy as np

from clara_engine import Workspace
from clara_engine.synthetic import generate, steering_design

workspace = Workspace.open(os.environ.get("CLARA_WORKSPACE", "demo"))
run = next(run for run in workspace.runs.list() if run.name == "planets, steered")
scores = run.scores().set_index("target_id")["anomaly_score"]
labels = workspace.labels.frame()
kinds = labels[labels["family"] == "truth"].set_index("target_id")["value"]

quiet = kinds.index[kinds == "quiet"][:30]
hosts = [workspace.targets.light_curve(target_id) for target_id in quiet]
made = generate(steering_design("planets", curves=len(hosts)), observed=hosts)
clear = (made.truth["signal_to_noise"] - 100).abs().argmin()  # one that the eye sees, too
copy, host_id = made.light_curves[clear], made.truth["background"][clear]
host = workspace.targets.light_curve(host_id)

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
lowered = 15 * np.nanmedian(host.flux_err / host.flux)
for curve, shift, words in ((host, 0, "as it is"), (copy, lowered, "with an injected planet")):
    left.plot(curve.time, curve.flux / np.nanmedian(curve.flux) - shift, ".", ms=1, label=words)
left.set(xlabel="time [BTJD, days]", ylabel="relative flux (shifted)")
left.legend(markerscale=8, loc="upper center", ncols=2)

bins = np.linspace(0, 1, 41)
planets = scores.index.isin(kinds.index[kinds == "planet"])
for chosen, words in ((~planets, "other stars"), (planets, "planets, not told to the forest")):
    right.hist(scores[chosen], bins, alpha=0.7, label=words, density=True)
right.set(xlabel="anomaly score", ylabel="density of stars")
right.legend()
plt.show()
