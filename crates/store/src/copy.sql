-- What a copy of the history has beside the history's own tables. It is not migrated: a copy that is of an earlier form is made anew.

-- `cursor`: where changes go on. `lines`: where the list of conversations goes on, or `whole`. `since`: turns of conversations with nothing said
-- since then are not kept, as it was wished; `room`: the same, since there was no room for them.
CREATE TABLE IF NOT EXISTS copy_state (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Conversations whose turns are not all here.
CREATE TABLE IF NOT EXISTS copy_wanted (
    convo_id INTEGER PRIMARY KEY REFERENCES convos (id) ON DELETE CASCADE,
    last_updated INTEGER NOT NULL,
    -- Turns up to this one are here; NULL if none is.
    after INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS copy_wanted_by_time ON copy_wanted (last_updated DESC, convo_id DESC);

-- What was changed here and the server has not heard of, in order.
CREATE TABLE IF NOT EXISTS copy_outbox (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    change_json TEXT NOT NULL
) STRICT;

-- Requests of imports that the history has not taken, in order.
CREATE TABLE IF NOT EXISTS copy_imports (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
