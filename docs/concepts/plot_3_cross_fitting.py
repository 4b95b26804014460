"""
Cross-fitting by star
=====================

When signals are injected into the very stars that are to be ranked, out of bag is not enough: a tree may have missed
a star as it is and yet have seen a copy of it that carries a signal. It then knows this star by heart as one with
signals. So a tree draws *stars*, and takes everything of a star, its injected copies included, or nothing.

Here half of the quiet stars carry injected exocomets. All are quiet themselves, so a fair score can't tell the hosts
from the others: the ROC-AUC of "is a host" has to be .5. Where trees draw rows, the hosts give themselves away; where
trees draw stars, they don't. Bars are 95 % intervals, by drawing stars anew.
"""

import os

import matplotlib.pyplot as plt
import numpy as np

from clara_engine import Workspace
from clara_engine.evaluate import measure
from clara_engine.forest import PRESETS, UnsupervisedForest
from clara_engine.studies.injections import injected_features
from clara_engine.synthetic import steering_design

workspace = Workspace.open(os.environ.get("CLARA_WORKSPACE", "demo"))
stars = workspace.targets.stars()
labels = workspace.labels.frame()
quiet = labels.loc[labels["value"] == "quiet", "target_id"]
ids = np.sort(stars[quiet].drop_duplicates().index)
hosts = np.random.default_rng(1).choice(ids, len(ids) // 2, replace=False)
real = workspace.features.rows("steering").matrix(ids.tolist())
copies = injected_features(
    workspace, steering_design("exocomets", curves=len(hosts)), "steering", backgrounds=hosts.tolist()
)

owner = stars[copies.truth["background"]]
forests = {}
for words, contrast_stars in (("rows, out of bag", None), ("stars, cross-fitted", owner)):
    forest = UnsupervisedForest.from_settings(PRESETS["steering"], random_state=1).set_params(oob_score=True)
    by_star = contrast_stars is not None
    forests[words] = forest.fit(
        real, copies.rows, real_stars=stars[ids], contrast_stars=contrast_stars, by_star=by_star
    )

# %%
figure, axes = plt.subplots(figsize=(6, 2.2), layout="constrained")
for words, forest in forests.items():
    found = measure(forest.scores(real, stars=stars[ids]).anomaly, np.isin(ids, hosts)).roc_auc
    axes.errorbar(found.value, words, xerr=[[found.value - found.low], [found.high - found.value]], fmt="o", capsize=4)
axes.axvline(0.5, color="grey", ls="--", lw=1)
axes.set(xlabel='ROC-AUC of "is a host" (.5 is fair)', ylim=(-0.6, 1.6))
plt.show()
