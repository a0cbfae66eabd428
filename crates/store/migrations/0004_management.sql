-- The trash, folders and ratings that lists know of, and branches that were taken out.
-- Never edit a migration that has been released: add the next one.

-- When it was moved to the trash; NULL if it was not. What is there is in no list, search or count, and goes after a while.
ALTER TABLE convos ADD COLUMN trashed INTEGER;
-- The owner chose the folder (`project`) here: an import no longer changes it.
ALTER TABLE convos ADD COLUMN moved_here INTEGER NOT NULL DEFAULT 0 CHECK (moved_here IN (0, 1));
-- Turns that are rated, kept up to date by triggers.
ALTER TABLE convos ADD COLUMN rated INTEGER NOT NULL DEFAULT 0;
-- It is a branch that was taken out of this conversation, which it waits for in the trash, and the turn that it hung on there.
ALTER TABLE convos ADD COLUMN pruned_from INTEGER REFERENCES convos (id) ON DELETE CASCADE;
ALTER TABLE convos ADD COLUMN pruned_parent INTEGER;

UPDATE convos SET rated = (
    SELECT count(*) FROM message_ratings JOIN convo_turns ON convo_turns.id = turn_id WHERE convo_id = convos.id
) WHERE id IN (SELECT convo_id FROM message_ratings JOIN convo_turns ON convo_turns.id = turn_id);

-- One index for each filter of the list, in the order of the list. What is in the trash is in none of them, so that nobody has to look whether it is.
DROP INDEX convos_by_time;
DROP INDEX convos_by_source_and_time;
CREATE INDEX convos_by_time ON convos (archived, last_updated DESC, session_id DESC) WHERE trashed IS NULL;
CREATE INDEX convos_by_source_and_time ON convos (source, archived, last_updated DESC, session_id DESC)
    WHERE trashed IS NULL;
CREATE INDEX convos_by_model ON convos (model, archived, last_updated DESC, session_id DESC)
    WHERE trashed IS NULL AND model IS NOT NULL;
CREATE INDEX convos_by_project ON convos (project, archived, last_updated DESC, session_id DESC)
    WHERE trashed IS NULL AND project IS NOT NULL;
CREATE INDEX convos_pinned ON convos (archived, last_updated DESC, session_id DESC) WHERE trashed IS NULL AND pinned = 1;
CREATE INDEX convos_rated ON convos (archived, last_updated DESC, session_id DESC) WHERE trashed IS NULL AND rated > 0;
CREATE INDEX convos_trashed ON convos (trashed DESC, session_id DESC) WHERE trashed IS NOT NULL;
CREATE INDEX convos_pruned ON convos (pruned_from) WHERE pruned_from IS NOT NULL;

CREATE TRIGGER convos_rated_insert AFTER INSERT ON message_ratings BEGIN
    UPDATE convos SET rated = rated + 1 WHERE id = (SELECT convo_id FROM convo_turns WHERE id = new.turn_id);
END;

CREATE TRIGGER convos_rated_delete AFTER DELETE ON message_ratings BEGIN
    UPDATE convos SET rated = rated - 1 WHERE id = (SELECT convo_id FROM convo_turns WHERE id = old.turn_id);
END;

-- Before the turn is gone, so that the trigger above still finds whose it was.
CREATE TRIGGER convos_rated_turn_delete BEFORE DELETE ON convo_turns BEGIN
    DELETE FROM message_ratings WHERE turn_id = old.id;
END;

-- What goes to the trash leaves the index, and comes back into it.
CREATE TRIGGER search_trash_update AFTER UPDATE OF trashed ON convos WHEN (old.trashed IS NULL) <> (new.trashed IS NULL)
BEGIN
    INSERT OR IGNORE INTO search_pending_turns SELECT id FROM convo_turns WHERE convo_id = new.id;
    INSERT OR IGNORE INTO search_pending_names SELECT new.id WHERE new.name IS NOT NULL;
END;

CREATE TRIGGER search_turn_move AFTER UPDATE OF convo_id ON convo_turns WHEN old.convo_id <> new.convo_id BEGIN
    INSERT OR IGNORE INTO search_pending_turns VALUES (new.id);
END;
