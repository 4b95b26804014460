"""`clara clusters --again`."""


def test_a_clustering_is_compared_with_others(clara, folder):
    at = ("--workspace", folder)
    assert clara("cluster", "kmeans", "-o", "clusters=3", *at).code == 0
    asked = ("clusters", "latest", "--again", "--seeds", 1, "--vary", "clusters=2, 4", *at)
    rows = clara(*asked, "--json").json()["again"]
    assert [row["what"] for row in rows] == ["seed 1", "clusters 2", "clusters 4"]
    assert "adjusted Rand index, 1 for the same groups, 0 by chance" in clara(*asked).err
    assert "kmeans has no setting 'eps'" in clara("clusters", "--again", "--vary", "eps=1", *at).err
