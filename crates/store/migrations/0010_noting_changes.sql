-- Whoever inserts a turn or a conversation notes it for copies by himself, too (`changes::note_turn`, `changes::note_conversation`): see 0008.
-- Never edit a migration that has been released: add the next one.

DROP TRIGGER changes_turn_insert;
DROP TRIGGER changes_convo_insert;
