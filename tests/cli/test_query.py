"""The command query, for people and for programs."""


def test_query(clara, trained):
    sql = "SELECT tic, rank FROM scores JOIN targets USING (target_id) ORDER BY rank, tic LIMIT 2"
    found = clara("query", sql, "--workspace", trained.folder, "--json").json()
    ranks = trained.runs.get("latest").scores()["rank"].sort_values().tolist()
    assert [row["rank"] for row in found] == ranks[:2]
    assert str(found[0]["tic"]) in clara("query", sql, "--workspace", trained.folder).out
    refused = clara("query", "DELETE FROM targets", "--workspace", trained.folder)
    assert refused.code == 1
    assert "only SELECT is allowed" in refused.err
