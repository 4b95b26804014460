"""The published headline as a study."""

import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.studies.headline import headline


def test_the_best_cluster_of_the_strangest(trained):
    run = trained.runs.get("small")
    found = headline(trained, run, ("truth", "dip"), top=1.0, features="flux_power", clusters=2, least=3)
    assert found.candidates == 40
    assert found.found.positives == 4
    table = trained.clusterings.get(found.clustering).labels().set_index("target_id")["cluster"]
    inside = table[table == found.found.cluster].index
    dips = set(trained.targets.ids()[:4])
    assert (found.found.size, found.found.hits) == (len(inside), len(dips & set(inside)))
    assert round(found.published_share, 3) == 0.14
    some = headline(
        trained,
        run,
        ("truth", "dip"),
        targets=trained.targets.ids()[:20],
        features="flux_power",
        clusters=2,
        dirichlet=False,
        least=3,
    )
    assert some.candidates == 20
    with pytest.raises(WorkspaceError, match="no label truth/comet"):
        headline(trained, run, ("truth", "comet"), top=1.0, features="flux_power")
