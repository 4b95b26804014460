"""The command query, for people and for programs."""


def test_query(clara, trained):
    sql = "SELECT tic, rank FROM scores JOIN targets USING (target_id) WHERE rank <= 2 ORDER BY rank"
    found = clara("query", sql, "--workspace", trained.folder, "--json").json()
    assert [row["rank"] for row in found] == [1, 2]
    assert str(found[0]["tic"]) in clara("query", sql, "--workspace", trained.folder).out
    refused = clara("query", "DELETE FROM targets", "--workspace", trained.folder)
    assert refused.code == 1
    assert "only SELECT is allowed" in refused.err
