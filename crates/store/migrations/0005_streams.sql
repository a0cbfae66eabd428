-- Answers while they are being written, event by event: what a killed program leaves is put together from here, and whoever comes back hears
-- the rest. Of a turn that is whole the log goes; of one that was cut off it stays, so that its numbers go on if the answer does.
CREATE TABLE streams (
    turn_id INTEGER PRIMARY KEY REFERENCES convo_turns (id) ON DELETE CASCADE,
    -- The number of the last event that is logged.
    last_sequence INTEGER NOT NULL DEFAULT 0,
    -- When the answer ended; NULL while it is being written.
    ended INTEGER,
    -- What went wrong, as a sentence for a person.
    error TEXT
) STRICT;

CREATE INDEX streams_unfinished ON streams (turn_id) WHERE ended IS NULL;

-- A piece of a log: a JSON array of events, the first of which has the number `first_sequence`.
CREATE TABLE stream_events (
    turn_id INTEGER NOT NULL REFERENCES streams (turn_id) ON DELETE CASCADE,
    first_sequence INTEGER NOT NULL,
    events_json TEXT NOT NULL,
    PRIMARY KEY (turn_id, first_sequence)
) STRICT, WITHOUT ROWID;
