"""docs/files.md says of every product which column is taken and why, as the code has it."""

from pathlib import Path

from clara_engine.readers import READERS

DOC = Path(__file__).parents[2] / "docs" / "files.md"


def test_every_product_stands_in_the_table_as_it_is_read():
    rows = {line.split("|")[1].strip(): line for line in DOC.read_text().splitlines() if line.startswith("| ")}
    for reader in READERS:
        layout = reader.layout
        taken = (", ".join(f"`{name}`" for name in layout.flux[kind]) for kind in ("pdcsap", "sap"))
        assert rows[layout.name] == f"| {layout.name} | {' | '.join(taken)} | {layout.about} |"
        assert layout.about
