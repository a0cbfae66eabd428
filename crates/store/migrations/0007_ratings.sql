-- Ratings that are found by their time, and ratings that were taken back here.
-- Never edit a migration that has been released: add the next one.

CREATE INDEX message_ratings_by_time ON message_ratings (rated_at DESC, turn_id DESC);

-- A rating that came with an import and was taken back: a later import of the same answer does not bring it again.
CREATE TABLE ratings_taken_back (
    turn_id INTEGER PRIMARY KEY REFERENCES convo_turns (id) ON DELETE CASCADE
) STRICT;
