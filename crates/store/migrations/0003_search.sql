-- Search by words that the program cuts itself (see `search/tokens.rs`): the index of SQLite holds positions only, and its row numbers are
-- moments, so that the newest of any number of matches are found without looking at the others.

DROP TRIGGER convo_turns_fts_insert;
DROP TRIGGER convo_turns_fts_delete;
DROP TRIGGER convo_turns_fts_update;
DROP TRIGGER convos_fts_insert;
DROP TRIGGER convos_fts_delete;
DROP TRIGGER convos_fts_update;
DROP TABLE convo_turns_fts;
DROP TABLE convos_fts;
DROP VIEW finished_turns;

-- Where a turn is in the index. The key grows with the time of the turn: one for eight seconds, the next free one if it is taken.
CREATE TABLE search_turns (
    key INTEGER PRIMARY KEY,
    turn_id INTEGER NOT NULL UNIQUE,
    convo_id INTEGER NOT NULL
) STRICT;

-- What has changed since it was put into the index. A turn that is no longer there, or is still being written, is taken out.
CREATE TABLE search_pending_turns (turn_id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE search_pending_names (convo_id INTEGER PRIMARY KEY) STRICT;

-- `more` is what else the messages of a turn hold: reasoning, the texts of files, tools, documents. `topics` has the words that it says most, the
-- words that identifiers are made of, and marks for where it was held, its model, and whether it has code. The answer is most of the text and comes
-- first: a place in the first column takes two bytes less.
CREATE VIRTUAL TABLE search_texts USING fts5 (
    answer, question, more, topics, content = '', contentless_delete = 1, tokenize = 'ascii'
);
-- A step of the index becomes one piece, not several that have to be merged.
INSERT INTO search_texts (search_texts, rank) VALUES ('hashsize', 8388608);
CREATE VIRTUAL TABLE search_names USING fts5 (name, content = '', contentless_delete = 1, tokenize = 'ascii');

-- Every word of the index that may be searched for by its beginning or by a part.
CREATE TABLE search_words (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE) STRICT;
CREATE VIRTUAL TABLE search_word_parts USING fts5 (
    word, content = '', tokenize = 'trigram', detail = 'none', columnsize = 0
);

CREATE TRIGGER search_turn_insert AFTER INSERT ON convo_turns WHEN new.status <> 'streaming' BEGIN
    INSERT OR IGNORE INTO search_pending_turns VALUES (new.id);
END;

CREATE TRIGGER search_turn_delete AFTER DELETE ON convo_turns BEGIN
    INSERT OR IGNORE INTO search_pending_turns VALUES (old.id);
END;

CREATE TRIGGER search_turn_update
    AFTER UPDATE OF user_message, assistant_message, messages_json, status, timestamp, model ON convo_turns
    WHEN new.status <> 'streaming' OR old.status <> 'streaming'
BEGIN
    INSERT OR IGNORE INTO search_pending_turns VALUES (new.id);
END;

CREATE TRIGGER search_name_insert AFTER INSERT ON convos WHEN new.name IS NOT NULL BEGIN
    INSERT OR IGNORE INTO search_pending_names VALUES (new.id);
END;

CREATE TRIGGER search_name_delete AFTER DELETE ON convos BEGIN
    INSERT OR IGNORE INTO search_pending_names VALUES (old.id);
END;

CREATE TRIGGER search_name_update AFTER UPDATE OF name ON convos WHEN old.name IS NOT new.name BEGIN
    INSERT OR IGNORE INTO search_pending_names VALUES (new.id);
END;

INSERT INTO search_pending_turns SELECT id FROM convo_turns WHERE status <> 'streaming';
INSERT INTO search_pending_names SELECT id FROM convos WHERE name IS NOT NULL;
