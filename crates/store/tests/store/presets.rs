use aios_model::Timestamp;
use aios_store::{
    Connection, conversations,
    notes::{self, AnswerNotes},
    presets::{self, Preference},
    schema,
    turns::{self, NewTurn},
};

fn database() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    schema::migrate(&mut connection).unwrap();
    let now = Timestamp::from_milliseconds(0);
    turns::add_turn(&connection, "c", &NewTurn::new("Why?", "Because."), now).unwrap();
    connection
}

fn used(connection: &Connection) -> Option<String> {
    presets::of_conversation(connection, "c").unwrap().map(|preset| preset.name)
}

#[test]
fn a_conversation_uses_its_own_preset_else_the_default_and_one_that_is_gone_is_none() {
    let connection = database();
    assert_eq!(used(&connection), None);
    let brief = presets::save(&connection, "Brief", "Be brief.").unwrap();
    let kind = presets::save(&connection, "Kind", "Be kind.").unwrap();
    presets::prefer(&connection, Preference::DefaultPreset, Some(&brief.to_string())).unwrap();
    assert_eq!(used(&connection).as_deref(), Some("Brief"));
    assert!(presets::choose(&connection, "c", Some(kind)).unwrap());
    assert_eq!(used(&connection).as_deref(), Some("Kind"));
    assert!(presets::delete(&connection, kind).unwrap() && !presets::delete(&connection, kind).unwrap());
    assert_eq!(used(&connection).as_deref(), Some("Brief"));
    presets::prefer(&connection, Preference::DefaultPreset, None).unwrap();
    assert_eq!(used(&connection), None);
    assert!(!presets::choose(&connection, "nobody", None).unwrap());
}

#[test]
fn saving_under_the_same_name_replaces_whatever_the_case() {
    let connection = database();
    let first = presets::save(&connection, "Brief", "One.").unwrap();
    assert_eq!(presets::save(&connection, "BRIEF", "Two.").unwrap(), first);
    let all: Vec<_> =
        presets::list(&connection).unwrap().into_iter().map(|preset| (preset.name, preset.prompt)).collect();
    assert_eq!(all, [("BRIEF".to_owned(), "Two.".to_owned())]);
}

#[test]
fn favourites_are_kept_once_and_let_go() {
    let connection = database();
    for model in ["b/2", "a/1", "b/2"] {
        presets::set_favourite(&connection, model, true).unwrap();
    }
    assert_eq!(presets::favourites(&connection).unwrap(), ["a/1", "b/2"]);
    presets::set_favourite(&connection, "a/1", false).unwrap();
    assert_eq!(presets::favourites(&connection).unwrap(), ["b/2"]);
}

#[test]
fn a_name_that_a_person_gave_or_took_away_is_never_replaced() {
    let connection = database();
    assert!(notes::is_unnamed(&connection, "c").unwrap());
    assert!(notes::name_if_unnamed(&connection, "c", "By the model").unwrap());
    assert!(!notes::name_if_unnamed(&connection, "c", "Again").unwrap());
    conversations::rename(&connection, "c", "").unwrap();
    assert!(!notes::is_unnamed(&connection, "c").unwrap());
    assert!(!notes::name_if_unnamed(&connection, "c", "Again").unwrap());
}

#[test]
fn notes_join_what_the_turn_has_and_leave_alone_what_is_no_object() {
    let connection = database();
    let set = |json: Option<&str>| connection.execute("UPDATE convo_turns SET metadata_json = ?1", [json]).unwrap();
    let all = AnswerNotes { notice: Some("3 turns were left out.".into()), estimated_tokens: true };
    notes::note(&connection, 1, &all).unwrap();
    assert_eq!(notes::notes(&connection, 1).unwrap(), all);
    set(Some(r#"{"a":1}"#));
    notes::note(&connection, 1, &AnswerNotes { notice: None, ..all.clone() }).unwrap();
    let stored: String = connection.query_row("SELECT metadata_json FROM convo_turns", [], |row| row.get(0)).unwrap();
    assert_eq!(stored, r#"{"a":1,"tokens":"estimated"}"#);
    for other in ["no json", "[1]"] {
        set(Some(other));
        notes::note(&connection, 1, &all).unwrap();
        assert_eq!(notes::notes(&connection, 1).unwrap(), AnswerNotes::default());
    }
}
