-- The history. Column names and meanings are AI OS's own where it has the column. Times are milliseconds since 1970 in UTC.
-- Never edit a migration that has been released: add the next one.

PRAGMA application_id = 1095323475; -- "AIOS" in ASCII: tells our files from the original's, which have the same table names.

-- One import of one or more files, to tell what it brought.
CREATE TABLE convo_imports (
    id TEXT NOT NULL PRIMARY KEY,
    started INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE convos (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL UNIQUE,
    name TEXT,
    started INTEGER NOT NULL,
    last_updated INTEGER NOT NULL,
    archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
    pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
    turn_count INTEGER NOT NULL DEFAULT 0,
    source TEXT NOT NULL DEFAULT 'aios',
    -- Its id at the source; NULL if it was begun here.
    source_id TEXT,
    channel TEXT NOT NULL DEFAULT 'react',
    -- The model of the latest answer.
    model TEXT,
    -- The first words of the first question.
    preview TEXT NOT NULL DEFAULT '',
    -- The last turn of the branch that is shown. Not a foreign key: checking one would need another index on every write, and a
    -- turn that is gone reads as none.
    active_turn INTEGER,
    -- The owner gave the name here: an import no longer changes it.
    named_here INTEGER NOT NULL DEFAULT 0 CHECK (named_here IN (0, 1)),
    content_hash TEXT,
    -- The import that brought it first.
    import_id TEXT REFERENCES convo_imports (id) ON DELETE SET NULL,
    project TEXT,
    weight REAL NOT NULL DEFAULT 0.5,
    indexed INTEGER NOT NULL DEFAULT 0 CHECK (indexed IN (0, 1)),
    -- What may be long comes last: a list does not read past the columns that it shows.
    summary TEXT,
    system_prompt TEXT,
    -- What an imported conversation had that no column holds: see `imports/origin.rs`.
    origin_json TEXT,
    state_snapshot_json TEXT
) STRICT;

CREATE INDEX convos_by_time ON convos (archived, last_updated DESC, session_id DESC);
CREATE INDEX convos_by_source_and_time ON convos (source, archived, last_updated DESC, session_id DESC);
CREATE UNIQUE INDEX convos_by_source_id ON convos (source, source_id) WHERE source_id IS NOT NULL;
CREATE INDEX convos_by_import ON convos (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE convo_turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    convo_id INTEGER NOT NULL REFERENCES convos (id) ON DELETE CASCADE,
    -- The turn before; NULL for a first turn. Not a foreign key: a cascade along it would be as deep as the conversation is long,
    -- and SQLite ends such a cascade at 1000.
    parent_id INTEGER,
    -- Turns before it on its branch.
    turn_index INTEGER NOT NULL,
    timestamp INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'complete'
        CHECK (status IN ('streaming', 'complete', 'stopped', 'interrupted', 'failed')),
    model TEXT,
    user_tokens INTEGER,
    assistant_tokens INTEGER,
    feed_type TEXT,
    context_level INTEGER NOT NULL DEFAULT 0,
    -- The sender's own id: sending again is not saying again.
    client_id TEXT,
    -- The ids of its messages at the source, as a JSON array; NULL if it was said here.
    source_message_ids TEXT,
    user_message TEXT NOT NULL DEFAULT '',
    assistant_message TEXT NOT NULL DEFAULT '',
    -- What its messages were beyond the two texts: see `encoding.rs`. NULL if there is nothing to add.
    messages_json TEXT,
    metadata_json TEXT,
    state_snapshot_json TEXT
) STRICT;

CREATE INDEX convo_turns_by_parent ON convo_turns (convo_id, parent_id);
CREATE UNIQUE INDEX convo_turns_by_client_id ON convo_turns (convo_id, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX convo_turns_streaming ON convo_turns (status) WHERE status = 'streaming';

CREATE TABLE message_ratings (
    turn_id INTEGER PRIMARY KEY REFERENCES convo_turns (id) ON DELETE CASCADE,
    rating TEXT NOT NULL CHECK (rating IN ('up', 'down')),
    reason TEXT,
    comment TEXT,
    rated_at INTEGER NOT NULL,
    -- As they were when it was rated.
    model TEXT,
    system_prompt TEXT,
    -- It came with an import, which may change it; one given here is never touched.
    imported INTEGER NOT NULL DEFAULT 0 CHECK (imported IN (0, 1))
) STRICT;

-- Full text. The texts are not copied into the index; a turn enters it when it is no longer being written, so that a streaming
-- answer is not indexed again at every piece.

CREATE VIEW finished_turns AS
    SELECT id, user_message, assistant_message FROM convo_turns WHERE status <> 'streaming';

CREATE VIRTUAL TABLE convo_turns_fts USING fts5 (
    user_message, assistant_message,
    content = 'finished_turns', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TRIGGER convo_turns_fts_insert AFTER INSERT ON convo_turns WHEN new.status <> 'streaming' BEGIN
    INSERT INTO convo_turns_fts (rowid, user_message, assistant_message)
        VALUES (new.id, new.user_message, new.assistant_message);
END;

CREATE TRIGGER convo_turns_fts_delete AFTER DELETE ON convo_turns WHEN old.status <> 'streaming' BEGIN
    INSERT INTO convo_turns_fts (convo_turns_fts, rowid, user_message, assistant_message)
        VALUES ('delete', old.id, old.user_message, old.assistant_message);
END;

CREATE TRIGGER convo_turns_fts_update AFTER UPDATE OF user_message, assistant_message, status ON convo_turns
    WHEN old.user_message <> new.user_message OR old.assistant_message <> new.assistant_message
        OR (old.status = 'streaming') <> (new.status = 'streaming')
BEGIN
    INSERT INTO convo_turns_fts (convo_turns_fts, rowid, user_message, assistant_message)
        SELECT 'delete', old.id, old.user_message, old.assistant_message WHERE old.status <> 'streaming';
    INSERT INTO convo_turns_fts (rowid, user_message, assistant_message)
        SELECT new.id, new.user_message, new.assistant_message WHERE new.status <> 'streaming';
END;

CREATE VIRTUAL TABLE convos_fts USING fts5 (
    name, content = 'convos', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TRIGGER convos_fts_insert AFTER INSERT ON convos BEGIN
    INSERT INTO convos_fts (rowid, name) VALUES (new.id, new.name);
END;

CREATE TRIGGER convos_fts_delete AFTER DELETE ON convos BEGIN
    INSERT INTO convos_fts (convos_fts, rowid, name) VALUES ('delete', old.id, old.name);
END;

CREATE TRIGGER convos_fts_update AFTER UPDATE OF name ON convos WHEN old.name IS NOT new.name BEGIN
    INSERT INTO convos_fts (convos_fts, rowid, name) VALUES ('delete', old.id, old.name);
    INSERT INTO convos_fts (rowid, name) VALUES (new.id, new.name);
END;
