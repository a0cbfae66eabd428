-- The states of a turn are compared one by one. For a list of more than two values SQLite makes a table of it at every insert and update: that was more
-- than a third of the work of storing a turn. A constraint is changed in the text of the schema (<https://sqlite.org/lang_altertable.html>, section 7);
-- rows stay as they are, since what they may be stays the same.
-- Never edit a migration that has been released: add the next one.

PRAGMA writable_schema = ON;
UPDATE sqlite_schema
    SET sql = replace(
        sql,
        'CHECK (status IN (''streaming'', ''complete'', ''stopped'', ''interrupted'', ''failed''))',
        'CHECK (status = ''complete'' OR status = ''streaming'' OR status = ''stopped'' OR status = ''interrupted'' OR status = ''failed'')'
    )
    WHERE type = 'table' AND name = 'convo_turns';
PRAGMA writable_schema = RESET;

-- A change of the schema that every program with the file open hears of. Without `OR IGNORE`: in a trigger, what the statement outside says about conflicts
-- counts instead (see 0009).
DROP TRIGGER search_turn_update;
CREATE TRIGGER search_turn_update
    AFTER UPDATE OF user_message, assistant_message, messages_json, status, timestamp, model ON convo_turns
    WHEN new.status <> 'streaming' OR old.status <> 'streaming'
BEGIN
    INSERT INTO search_pending_turns
        SELECT new.id WHERE NOT EXISTS (SELECT 1 FROM search_pending_turns WHERE turn_id = new.id);
END;
