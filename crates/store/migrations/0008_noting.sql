-- Whoever inserts a turn or a conversation notes it for the search by himself (`search::note_turn`, `search::note_name`). So that an insert with a
-- trigger can be taken back alone, SQLite copies every page that it changes, and holds the copies in memory as long as a savepoint around it is open: that was
-- more than half of the time of an import.
-- Never edit a migration that has been released: add the next one.

DROP TRIGGER search_turn_insert;
DROP TRIGGER search_name_insert;
