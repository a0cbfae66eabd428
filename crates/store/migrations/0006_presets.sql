-- Instructions to choose from, and what a person prefers.

CREATE TABLE presets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    prompt TEXT NOT NULL
) STRICT;

-- `default_preset`, `default_model`, `summary_prompt`.
CREATE TABLE preferences (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE favourite_models (
    model TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- The preset that a conversation uses while it has no instructions of its own. Not a foreign key: that would need an index for the one
-- rare moment when a preset goes, and one that is gone reads as none.
ALTER TABLE convos ADD COLUMN preset_id INTEGER;
