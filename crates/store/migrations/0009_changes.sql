-- What has changed since when, for copies of the history elsewhere: see `changes.rs`.
-- Never edit a migration that has been released: add the next one.

-- The latest change of each thing. Of something that is gone this row is all that stays, and says so.
CREATE TABLE changes (
    revision INTEGER PRIMARY KEY,
    -- The number of a row times 4, and what it is: 0 a conversation, 1 a turn, 2 the rating of a turn, 3 the files of a conversation.
    item INTEGER NOT NULL UNIQUE
) STRICT;

-- A program that begins to write begins an epoch: a history that was put back from a backup goes on differently from there, under the same numbers.
CREATE TABLE change_epochs (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    -- The last revision before it.
    after INTEGER NOT NULL
) STRICT;

INSERT INTO change_epochs (id, after) VALUES (lower(hex(randomblob(8))), 0);

-- Without `OR REPLACE`: in a trigger, what the statement outside says about conflicts counts instead.
CREATE TRIGGER changes_convo_insert AFTER INSERT ON convos BEGIN
    UPDATE changes SET revision = (SELECT max(revision) FROM changes) + 1 WHERE item = new.id * 4;
    INSERT INTO changes (item) SELECT new.id * 4 WHERE NOT EXISTS (SELECT 1 FROM changes WHERE item = new.id * 4);
END;

CREATE TRIGGER changes_convo_update
    AFTER UPDATE OF session_id, name, started, last_updated, archived, pinned, turn_count, source, model, preview, active_turn, project,
        system_prompt, trashed ON convos
BEGIN
    UPDATE changes SET revision = (SELECT max(revision) FROM changes) + 1 WHERE item = new.id * 4;
    INSERT INTO changes (item) SELECT new.id * 4 WHERE NOT EXISTS (SELECT 1 FROM changes WHERE item = new.id * 4);
END;

-- Before, so that its number is above those of its turns, which are forgotten with it.
CREATE TRIGGER changes_convo_delete BEFORE DELETE ON convos BEGIN
    UPDATE changes SET revision = (SELECT max(revision) FROM changes) + 1 WHERE item = old.id * 4;
    INSERT INTO changes (item) SELECT old.id * 4 WHERE NOT EXISTS (SELECT 1 FROM changes WHERE item = old.id * 4);
END;

CREATE TRIGGER changes_turn_insert AFTER INSERT ON convo_turns BEGIN
    UPDATE changes SET revision = (SELECT max(revision) FROM changes) + 1 WHERE item = new.id * 4 + 1;
    INSERT INTO changes (item) SELECT new.id * 4 + 1 WHERE NOT EXISTS (SELECT 1 FROM changes WHERE item = new.id * 4 + 1);
END;

CREATE TRIGGER changes_turn_update
    AFTER UPDATE OF convo_id, parent_id, turn_index, timestamp, status, model, user_tokens, assistant_tokens, source_message_ids,
        user_message, assistant_message, messages_json ON convo_turns
BEGIN
    UPDATE changes SET revision = (SELECT max(revision) FROM changes) + 1 WHERE item = new.id * 4 + 1;
    INSERT INTO changes (item) SELECT new.id * 4 + 1 WHERE NOT EXISTS (SELECT 1 FROM changes WHERE item = new.id * 4 + 1);
END;

CREATE TRIGGER changes_turn_delete AFTER DELETE ON convo_turns BEGIN
    -- First, so that its number is above those that are forgotten. Who deletes a conversation deletes its turns: that needs no saying.
    UPDATE changes SET revision = (SELECT max(revision) FROM changes) + 1
        WHERE item = old.id * 4 + 1 AND EXISTS (SELECT 1 FROM convos WHERE id = old.convo_id);
    INSERT INTO changes (item) SELECT old.id * 4 + 1 WHERE EXISTS (SELECT 1 FROM convos WHERE id = old.convo_id)
        AND NOT EXISTS (SELECT 1 FROM changes WHERE item = old.id * 4 + 1);
    DELETE FROM changes WHERE item = old.id * 4 + 2
        OR item = old.id * 4 + 1 AND NOT EXISTS (SELECT 1 FROM convos WHERE id = old.convo_id);
END;

CREATE TRIGGER changes_rating_insert AFTER INSERT ON message_ratings BEGIN
    UPDATE changes SET revision = (SELECT max(revision) FROM changes) + 1 WHERE item = new.turn_id * 4 + 2;
    INSERT INTO changes (item) SELECT new.turn_id * 4 + 2 WHERE NOT EXISTS (SELECT 1 FROM changes WHERE item = new.turn_id * 4 + 2);
END;

CREATE TRIGGER changes_rating_update AFTER UPDATE ON message_ratings BEGIN
    UPDATE changes SET revision = (SELECT max(revision) FROM changes) + 1 WHERE item = new.turn_id * 4 + 2;
    INSERT INTO changes (item) SELECT new.turn_id * 4 + 2 WHERE NOT EXISTS (SELECT 1 FROM changes WHERE item = new.turn_id * 4 + 2);
END;

CREATE TRIGGER changes_rating_delete AFTER DELETE ON message_ratings BEGIN
    UPDATE changes SET revision = (SELECT max(revision) FROM changes) + 1 WHERE item = old.turn_id * 4 + 2;
    INSERT INTO changes (item) SELECT old.turn_id * 4 + 2 WHERE NOT EXISTS (SELECT 1 FROM changes WHERE item = old.turn_id * 4 + 2);
END;

CREATE TRIGGER changes_file_insert AFTER INSERT ON convo_files BEGIN
    UPDATE changes SET revision = (SELECT max(revision) FROM changes) + 1 WHERE item = new.convo_id * 4 + 3;
    INSERT INTO changes (item) SELECT new.convo_id * 4 + 3 WHERE NOT EXISTS (SELECT 1 FROM changes WHERE item = new.convo_id * 4 + 3);
END;

CREATE TRIGGER changes_file_update AFTER UPDATE ON convo_files BEGIN
    UPDATE changes SET revision = (SELECT max(revision) FROM changes) + 1 WHERE item = new.convo_id * 4 + 3;
    INSERT INTO changes (item) SELECT new.convo_id * 4 + 3 WHERE NOT EXISTS (SELECT 1 FROM changes WHERE item = new.convo_id * 4 + 3);
END;

CREATE TRIGGER changes_file_delete AFTER DELETE ON convo_files BEGIN
    UPDATE changes SET revision = (SELECT max(revision) FROM changes) + 1
        WHERE item = old.convo_id * 4 + 3 AND EXISTS (SELECT 1 FROM convos WHERE id = old.convo_id);
    INSERT INTO changes (item) SELECT old.convo_id * 4 + 3 WHERE EXISTS (SELECT 1 FROM convos WHERE id = old.convo_id)
        AND NOT EXISTS (SELECT 1 FROM changes WHERE item = old.convo_id * 4 + 3);
    DELETE FROM changes WHERE item = old.convo_id * 4 + 3 AND NOT EXISTS (SELECT 1 FROM convos WHERE id = old.convo_id);
END;

-- Changes that were made elsewhere without a connection and are made here: each once, whoever sends it again.
CREATE TABLE replayed_changes (
    id TEXT NOT NULL PRIMARY KEY,
    outcome TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX replayed_changes_by_time ON replayed_changes (at);
