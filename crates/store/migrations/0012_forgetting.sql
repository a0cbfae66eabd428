-- What is deleted for good is taken out of the file afterwards, step by step: see `forget.rs`.
-- Never edit a migration that has been released: add the next one.

CREATE TABLE forgetting (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- 1 if something was deleted that no round has begun with.
    asked INTEGER NOT NULL CHECK (asked IN (0, 1)),
    -- What the round is at, and where that goes on. 0 if there is no round.
    stage INTEGER NOT NULL,
    position INTEGER NOT NULL,
    -- How often words were taken out of the list of words: who remembers which are in it has to forget that.
    words_taken INTEGER NOT NULL
) STRICT;

-- What was deleted by an earlier version goes, too.
INSERT INTO forgetting SELECT 1, EXISTS (SELECT 1 FROM convos), 0, 0, 0;

CREATE TRIGGER forgetting_turn AFTER DELETE ON convo_turns WHEN (SELECT asked FROM forgetting) = 0 BEGIN
    UPDATE forgetting SET asked = 1;
END;

CREATE TRIGGER forgetting_convo AFTER DELETE ON convos WHEN (SELECT asked FROM forgetting) = 0 BEGIN
    UPDATE forgetting SET asked = 1;
END;

-- What was begun to be merged goes on, whatever comes in meanwhile.
INSERT INTO search_texts (search_texts, rank) VALUES ('usermerge', 2);
INSERT INTO search_names (search_names, rank) VALUES ('usermerge', 2);

-- A word that leaves the list leaves no trace in the index of its parts.
INSERT INTO search_word_parts (search_word_parts, rank) VALUES ('secure-delete', 1);
