-- Imports as batches that are listed, reported and undone as one, and the files that came with conversations.
-- Never edit a migration that has been released: add the next one.

-- Built anew: turns refer to their import by a number, since there are many of them.
CREATE TABLE new_convo_imports (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    started INTEGER NOT NULL,
    -- NULL if nobody said that it ended.
    ended INTEGER,
    cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled IN (0, 1)),
    -- The names of its files, as a JSON array.
    files_json TEXT NOT NULL DEFAULT '[]',
    -- What became of the conversations in its files.
    imported INTEGER NOT NULL DEFAULT 0,
    updated INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    -- Undoing it is many transactions: begun with the first, done with the last.
    undo_began INTEGER,
    undone INTEGER,
    -- What undoing it has taken away so far.
    undone_conversations INTEGER NOT NULL DEFAULT 0,
    undone_turns INTEGER NOT NULL DEFAULT 0,
    undone_kept INTEGER NOT NULL DEFAULT 0,
    undone_restored INTEGER NOT NULL DEFAULT 0,
    undone_ratings INTEGER NOT NULL DEFAULT 0,
    undone_files INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO new_convo_imports (id, started) SELECT id, started FROM convo_imports ORDER BY started, id;
DROP TABLE convo_imports;
ALTER TABLE new_convo_imports RENAME TO convo_imports;
CREATE INDEX convo_imports_by_time ON convo_imports (started DESC, id DESC);

-- Apart, since a report may be large: gzipped JSON.
CREATE TABLE convo_import_reports (
    import_number INTEGER PRIMARY KEY REFERENCES convo_imports (number) ON DELETE CASCADE,
    report BLOB NOT NULL
) STRICT;

-- The import that brought the turn; NULL if it was said here. Not a foreign key: imports are never deleted.
ALTER TABLE convo_turns ADD COLUMN import_number INTEGER;
UPDATE convo_turns SET import_number = (
    SELECT number FROM convos JOIN convo_imports ON convo_imports.id = convos.import_id WHERE convos.id = convo_turns.convo_id
) WHERE source_message_ids IS NOT NULL;
CREATE INDEX convo_turns_by_import ON convo_turns (import_number, convo_id) WHERE import_number IS NOT NULL;

-- The import that brought the rating.
ALTER TABLE message_ratings ADD COLUMN import_number INTEGER;

-- What a row was before an import changed it in place, for undoing. `turn_id` is NULL if the row is that of the conversation.
CREATE TABLE convo_import_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    import_number INTEGER NOT NULL,
    convo_id INTEGER NOT NULL REFERENCES convos (id) ON DELETE CASCADE,
    turn_id INTEGER REFERENCES convo_turns (id) ON DELETE CASCADE,
    before_json TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX convo_import_changes_by_row ON convo_import_changes (convo_id, turn_id, id);
CREATE INDEX convo_import_changes_by_turn ON convo_import_changes (turn_id) WHERE turn_id IS NOT NULL;
CREATE INDEX convo_import_changes_by_import ON convo_import_changes (import_number, convo_id);

-- Files by the SHA-256 of their bytes, which lie beside the database.
CREATE TABLE files (
    hash TEXT NOT NULL PRIMARY KEY,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which part of which conversation has which file.
CREATE TABLE convo_files (
    convo_id INTEGER NOT NULL REFERENCES convos (id) ON DELETE CASCADE,
    reference TEXT NOT NULL,
    hash TEXT NOT NULL REFERENCES files (hash),
    name TEXT NOT NULL,
    import_number INTEGER,
    PRIMARY KEY (convo_id, reference)
) STRICT, WITHOUT ROWID;
CREATE INDEX convo_files_by_hash ON convo_files (hash);
CREATE INDEX convo_files_by_import ON convo_files (import_number) WHERE import_number IS NOT NULL;
