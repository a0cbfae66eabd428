//! What goes in comes out: an imported conversation is rebuilt exactly.

use crate::common::{at, check, connection, conversation, row_count, save};
use aios_model::{Conversation, Feedback, ImportStatus, Message, Part, Rating, Role, Source};
use aios_store::{
    conversations, exports, imports,
    turns::{self, NewTurn},
};
use proptest::{option, prelude::*};

#[test]
fn what_happened_here_is_in_the_export() {
    let connection = connection();
    let original = conversation("abc", &[("q1", None, "one"), ("a1", Some("q1"), "two")]);
    save(&connection, &original);
    assert_eq!(exports::conversation(&connection, "imported_abc").unwrap().unwrap(), original);
    turns::add_turn(
        &connection,
        "imported_abc",
        &NewTurn { model: Some("m"), ..NewTurn::new("three", "four") },
        at(5000),
    )
    .unwrap();
    conversations::rename(&connection, "imported_abc", "New").unwrap();
    let export = exports::conversation(&connection, "imported_abc").unwrap().unwrap();
    assert_eq!((export.title.as_deref(), export.updated), (Some("New"), Some(at(5000))));
    let parents: Vec<_> = export.messages.iter().map(|message| message.parent.as_deref()).collect();
    assert_eq!(parents, [None, Some("q1"), Some("a1"), Some("turn-2-user")]);
    assert_eq!(
        (export.messages[3].model.as_deref(), export.active_leaf.as_deref()),
        (Some("m"), Some("turn-2-assistant"))
    );
    assert_eq!(exports::conversation(&connection, "none").unwrap(), None);
}

#[test]
fn a_conversation_of_this_program_is_exported_and_imported_elsewhere() {
    let here = connection();
    turns::add_turn(&here, "a", &NewTurn::new("one", "two"), at(1)).unwrap();
    turns::add_turn(&here, "a", &NewTurn::new("three", ""), at(2)).unwrap();
    let export = exports::conversation(&here, "a").unwrap().unwrap();
    assert_eq!((export.source.as_str(), export.source_id.as_str(), export.messages.len()), ("aios", "a", 3));
    let elsewhere = connection();
    let session_id = save(&elsewhere, &export).session_id.unwrap();
    assert_eq!(exports::conversation(&elsewhere, &session_id).unwrap().unwrap(), export);
}

#[test]
fn an_export_brings_nothing_back_to_where_it_came_from() {
    let here = connection();
    turns::add_turn(&here, "a", &NewTurn::new("one", "two"), at(1)).unwrap();
    save(&here, &conversation("abc", &[("q1", None, "one"), ("a1", Some("q1"), "two")]));
    turns::add_turn(&here, "imported_abc", &NewTurn::new("three", "four"), at(5000)).unwrap();
    for session_id in ["a", "imported_abc"] {
        let export = exports::conversation(&here, session_id).unwrap().unwrap();
        // What is said later is not in the export.
        turns::add_turn(&here, session_id, &NewTurn::new("five", "six"), at(6000)).unwrap();
        let saved = save(&here, &export);
        assert_eq!((saved.status, saved.session_id.as_deref()), (ImportStatus::Unchanged, Some(session_id)));
    }
    assert_eq!((row_count(&here, "convos"), row_count(&here, "convo_turns")), (2, 5));
}

fn part() -> impl Strategy<Value = Part> {
    let text = || {
        prop_oneof![Just(String::new()), Just("a".to_owned()), Just(" \n".to_owned()), "\\PC{0,20}", any::<String>()]
    };
    prop_oneof![
        4 => text().prop_map(Part::text),
        1 => (option::of(text()), text()).prop_map(|(language, text)| Part::Code { language, text }),
        1 => (text(), option::of(text())).prop_map(|(text, summary)| Part::Reasoning { text, summary }),
        1 => (option::of(text()), text(), text()).prop_map(|(id, name, input)| Part::ToolCall { id, name, input }),
        1 => (text(), any::<bool>()).prop_map(|(output, error)| Part::ToolResult { id: None, name: None, output, error }),
        1 => (text(), option::of(text())).prop_map(|(name, text)| Part::Attachment { name, reference: None, media_type: None, size: Some(1), text }),
        1 => (text(), option::of(text()), text()).prop_map(|(id, title, text)| Part::Artifact { id, title, language: None, text }),
        1 => (text(), text()).prop_map(|(kind, text)| Part::Unsupported { kind, text }),
    ]
}

fn message(number: usize) -> impl Strategy<Value = Message> {
    let role = prop_oneof![
        3 => Just(Role::User), 3 => Just(Role::Assistant), 1 => Just(Role::System), 1 => Just(Role::Tool)
    ];
    // Some parents do not exist, some are the message itself, some make a cycle.
    let parent = prop_oneof![3 => Just(number.checked_sub(1)), 2 => option::of(0..=number + 2)];
    let rating = option::weighted(0.2, prop_oneof![Just(Rating::Up), Just(Rating::Down)]);
    let comment = option::weighted(0.2, "\\PC{0,9}");
    (
        parent,
        role,
        option::of(0i64..1_000_000),
        option::weighted(0.3, "[a-z]{1,5}"),
        prop::bool::weighted(0.2),
        proptest::collection::vec(part(), 0..4),
        rating,
        comment,
    )
        .prop_map(move |(parent, role, created, model, hidden, parts, rating, comment)| Message {
            id: format!("id {number}"),
            parent: parent.map(|parent| format!("id {parent}")),
            role,
            created: created.map(at),
            model,
            hidden,
            parts,
            rating,
            feedback: comment.map(|comment| Feedback { reason: None, comment: Some(comment) }),
        })
}

fn any_conversation() -> impl Strategy<Value = Conversation> {
    let messages = (0usize..12).prop_flat_map(|count| (0..count).map(message).collect::<Vec<_>>()).prop_shuffle();
    let head =
        (option::of("\\PC{0,9}"), option::of(0i64..9_000_000), option::of(0i64..9_000_000), option::of("\\PC{0,9}"));
    let rest =
        (option::of("[a-z]{0,3}"), option::of(any::<String>()), any::<bool>(), any::<bool>(), option::of(0usize..14));
    (messages, head, rest).prop_map(
        |(messages, (title, created, updated, project), (model, system_prompt, archived, starred, leaf))| {
            Conversation {
                title,
                created: created.map(at),
                updated: updated.map(at),
                project,
                summary: system_prompt.clone(),
                model,
                system_prompt,
                archived,
                starred,
                messages,
                active_leaf: leaf.map(|leaf| format!("id {leaf}")),
                ..Conversation::new(Source::new("chatgpt"), "abc")
            }
        },
    )
}

/// A conversation whose messages follow existing ones, so that any beginning of it could be an earlier export of it.
pub fn growing() -> impl Strategy<Value = Conversation> {
    let messages = (0usize..12).prop_flat_map(|count| {
        (0..count).map(|number| (message(number), option::weighted(0.9, 0..number.max(1)))).collect::<Vec<_>>()
    });
    messages.prop_map(|messages| {
        let hang = |(number, (mut message, parent)): (usize, (Message, Option<usize>))| {
            message.parent = parent.filter(|parent| *parent < number).map(|parent| format!("id {parent}"));
            message
        };
        let messages = messages.into_iter().enumerate().map(hang).collect();
        Conversation { messages, updated: Some(at(9)), ..Conversation::new(Source::new("chatgpt"), "abc") }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_conversation_comes_out_as_it_went_in(original in any_conversation()) {
        let connection = connection();
        let saved = save(&connection, &original);
        if saved.status == ImportStatus::Imported {
            let export = exports::conversation(&connection, "imported_abc").unwrap().unwrap();
            prop_assert_eq!(imports::content_hash(&export), imports::content_hash(&original));
            prop_assert_eq!(export, original);
        }
        check(&connection);
    }

    #[test]
    fn a_later_export_over_an_earlier_one_gives_the_later_one(
        (later, count) in growing().prop_flat_map(|later| { let count = 0..=later.messages.len(); (Just(later), count) })
    ) {
        let mut earlier = later.clone();
        earlier.updated = Some(at(1));
        earlier.title = Some("Earlier".to_owned());
        earlier.messages.truncate(count);
        let connection = connection();
        save(&connection, &earlier);
        if save(&connection, &later).session_id.is_some() {
            let export = || exports::conversation(&connection, "imported_abc").unwrap().unwrap();
            prop_assert_eq!(&export().messages, &later.messages);
            prop_assert_eq!(row_count(&connection, "convo_turns"), aios_model::turns(&later).turns.len() as i64);
            // Once more the earlier one: it has nothing to say.
            let again = save(&connection, &earlier);
            prop_assert!(matches!(again.status, ImportStatus::Unchanged | ImportStatus::Skipped));
            prop_assert_eq!(&export().messages, &later.messages);
        }
        check(&connection);
    }

    #[test]
    fn exports_that_contradict_each_other_break_nothing((first, second) in (any_conversation(), any_conversation())) {
        let connection = connection();
        for export in [&first, &second, &first, &second] {
            save(&connection, export);
            check(&connection);
        }
    }
}
