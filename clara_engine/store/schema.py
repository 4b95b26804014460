"""The tables of a workspace, as the first version had them and as each later one changed them."""

__all__ = ["FIRST_SCHEMA", "MIGRATIONS", "SCHEMA_VERSION"]

FIRST_SCHEMA = """
CREATE TABLE targets (
    target_id TEXT PRIMARY KEY, tic INTEGER NOT NULL, sector INTEGER NOT NULL, cadence_s REAL, product TEXT NOT NULL,
    tmag REAL, teff REAL, radius REAL, logg REAL, ra REAL, dec REAL, pmra REAL, pmdec REAL,
    simulated INTEGER NOT NULL, path TEXT NOT NULL, bytes INTEGER NOT NULL, modified_ns INTEGER NOT NULL
);
CREATE INDEX targets_tic ON targets (tic);
CREATE TABLE unreadable (path TEXT PRIMARY KEY, reason TEXT NOT NULL);
CREATE TABLE labels (
    target_id TEXT NOT NULL, family TEXT NOT NULL, value TEXT NOT NULL, source TEXT NOT NULL,
    PRIMARY KEY (target_id, family, value)
);
CREATE TABLE parameters (
    target_id TEXT NOT NULL, name TEXT NOT NULL, value REAL, source TEXT NOT NULL, PRIMARY KEY (target_id, name)
);
CREATE TABLE runs (
    run_id TEXT PRIMARY KEY, name TEXT NOT NULL, created REAL NOT NULL, record TEXT NOT NULL
);
CREATE TABLE verdicts (
    verdict_id INTEGER PRIMARY KEY AUTOINCREMENT, target_id TEXT NOT NULL, label TEXT NOT NULL, note TEXT NOT NULL,
    author TEXT NOT NULL, created REAL NOT NULL, run_id TEXT, period_days REAL,
    retracts INTEGER REFERENCES verdicts (verdict_id)
);
CREATE INDEX verdicts_target ON verdicts (target_id);
CREATE TABLE jobs (
    job_id TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL, stage TEXT NOT NULL,
    created REAL NOT NULL, started REAL, finished REAL, message TEXT NOT NULL, log TEXT NOT NULL
);
"""

#: Migrations: what each version from 2 on added. Opening a workspace runs those that it lacks.
MIGRATIONS = (
    """
CREATE TABLE ephemerides (
    ephemeris_id INTEGER PRIMARY KEY AUTOINCREMENT, star TEXT NOT NULL, target_id TEXT NOT NULL, name TEXT NOT NULL,
    kind TEXT NOT NULL, period_days REAL, epoch_btjd REAL NOT NULL, duration_days REAL, source TEXT NOT NULL,
    note TEXT NOT NULL, author TEXT NOT NULL, created REAL NOT NULL,
    retracts INTEGER REFERENCES ephemerides (ephemeris_id)
);
CREATE INDEX ephemerides_star ON ephemerides (star);
""",
    """
ALTER TABLE targets ADD COLUMN catalogue TEXT NOT NULL DEFAULT 'TIC';
UPDATE targets SET catalogue = CASE product WHEN 'K2' THEN 'EPIC' ELSE 'KIC' END WHERE product IN ('Kepler', 'K2');
UPDATE targets SET target_id = catalogue || target_id WHERE catalogue <> 'TIC';
"""
    + "".join(
        f"UPDATE {table} SET target_id = CASE WHEN target_id LIKE '%-K2-%' THEN 'EPIC' ELSE 'KIC' END || target_id "
        "WHERE target_id LIKE '%-Kepler-%' OR target_id LIKE '%-K2-%';"
        for table in ("labels", "parameters", "verdicts", "ephemerides")
    )
    + """
CREATE TABLE failures (
    kind TEXT NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL, again TEXT NOT NULL, created REAL NOT NULL,
    PRIMARY KEY (kind, name)
);
""",
    """
CREATE TABLE selections (
    name TEXT PRIMARY KEY, target_ids TEXT NOT NULL, author TEXT NOT NULL, created REAL NOT NULL
);
""",
    """
CREATE TABLE passing_selections (selection_id TEXT PRIMARY KEY, target_ids TEXT NOT NULL, created REAL NOT NULL);
""",
    # NULL means that the headers of the light curve have not been read for these columns.
    """
ALTER TABLE targets ADD COLUMN procver TEXT;
ALTER TABLE targets ADD COLUMN data_release INTEGER;
ALTER TABLE targets ADD COLUMN crowdsap REAL;
ALTER TABLE targets ADD COLUMN camera INTEGER;
ALTER TABLE targets ADD COLUMN ccd INTEGER;
""",
    """
ALTER TABLE verdicts ADD COLUMN session TEXT NOT NULL DEFAULT '';
ALTER TABLE verdicts ADD COLUMN token TEXT;
CREATE UNIQUE INDEX verdicts_token ON verdicts (token);
""",
    # Columns that a person named, as `Columns.parse` reads them; empty where the file's own names are known.
    """
ALTER TABLE targets ADD COLUMN columns TEXT NOT NULL DEFAULT '';
""",
    # NULL means that the samples of the light curve were not read when it was registered.
    """
ALTER TABLE targets ADD COLUMN part TEXT NOT NULL DEFAULT '';
ALTER TABLE targets ADD COLUMN begin_btjd REAL;
ALTER TABLE targets ADD COLUMN end_btjd REAL;
ALTER TABLE targets ADD COLUMN samples INTEGER;
ALTER TABLE targets ADD COLUMN registered REAL NOT NULL DEFAULT 0;
""",
    # Two tables may give a star the same label. Ids are never used again, so a new largest id means a change.
    """
ALTER TABLE labels RENAME TO labels_before;
CREATE TABLE labels (
    label_id INTEGER PRIMARY KEY AUTOINCREMENT, target_id TEXT NOT NULL, family TEXT NOT NULL, value TEXT NOT NULL,
    source TEXT NOT NULL, UNIQUE (target_id, family, value, source)
);
INSERT INTO labels (target_id, family, value, source)
    SELECT target_id, family, value, source FROM labels_before ORDER BY rowid;
DROP TABLE labels_before;
CREATE TABLE label_tables (source TEXT NOT NULL, path TEXT NOT NULL, PRIMARY KEY (source, path));
""",
    # As for labels. What came first of a source, and the source that came last, tell which of several values counts.
    """
ALTER TABLE parameters RENAME TO parameters_before;
CREATE TABLE parameters (
    parameter_id INTEGER PRIMARY KEY AUTOINCREMENT, target_id TEXT NOT NULL, name TEXT NOT NULL, value REAL NOT NULL,
    source TEXT NOT NULL, UNIQUE (target_id, name, source, value)
);
INSERT INTO parameters (target_id, name, value, source)
    SELECT target_id, name, value, source FROM parameters_before WHERE value IS NOT NULL ORDER BY rowid;
DROP TABLE parameters_before;
""",
    # What counts is in `clara_engine.store.versions`; its triggers are made anew after every migration.
    """
CREATE TABLE versions (topic TEXT PRIMARY KEY, number INTEGER NOT NULL);
""",
    # A path is kept below its root, see `clara_engine.store.roots`; `complete` fills in what is new.
    """
CREATE TABLE roots (root_id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, folder TEXT NOT NULL);
ALTER TABLE targets ADD COLUMN root TEXT NOT NULL DEFAULT '';
ALTER TABLE targets ADD COLUMN digest TEXT NOT NULL DEFAULT '';
ALTER TABLE unreadable RENAME TO unreadable_before;
CREATE TABLE unreadable (root TEXT NOT NULL, path TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (root, path));
INSERT INTO unreadable SELECT '', path, reason FROM unreadable_before;
DROP TABLE unreadable_before;
ALTER TABLE label_tables RENAME TO label_tables_before;
CREATE TABLE label_tables (
    source TEXT NOT NULL, root TEXT NOT NULL, path TEXT NOT NULL, PRIMARY KEY (source, root, path)
);
INSERT INTO label_tables SELECT source, '', path FROM label_tables_before;
DROP TABLE label_tables_before;
ALTER TABLE verdicts ADD COLUMN star TEXT NOT NULL DEFAULT '';
ALTER TABLE verdicts ADD COLUMN sector INTEGER;
ALTER TABLE verdicts ADD COLUMN account TEXT NOT NULL DEFAULT '';
CREATE INDEX verdicts_star ON verdicts (star);
""",
    """
ALTER TABLE jobs ADD COLUMN author TEXT NOT NULL DEFAULT '';
""",
    # Each row is kept twice, see `clara_engine.store.second_copy`, which makes the indices anew after every migration.
    "",
    """
CREATE TABLE changes (
    change_id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT NOT NULL, thing TEXT NOT NULL, name TEXT NOT NULL,
    author TEXT NOT NULL, created REAL NOT NULL
);
""",
)
SCHEMA_VERSION = 1 + len(MIGRATIONS)
