//! What this project exports is read back as it was.

use crate::common::{conversations, items};
use aios_model::{Conversation, Feedback, Message, Part, Rating, Role, Source, Timestamp};
use proptest::{option, prelude::*};
use serde_json::{Value, json};

fn words() -> impl Strategy<Value = String> {
    // Everything but NUL, which no text of ours has.
    proptest::string::string_regex("[^\\x00]{0,12}").unwrap()
}

fn time() -> impl Strategy<Value = Option<Timestamp>> {
    option::of((-10_000_000_000_000i64..10_000_000_000_000).prop_map(Timestamp::from_milliseconds))
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        words().prop_map(Part::text),
        (words(), option::of(words())).prop_map(|(text, summary)| Part::Reasoning { text, summary }),
        (words(), option::of(words())).prop_map(|(text, language)| Part::Code { language, text }),
        (words(), option::of(words()), words()).prop_map(|(name, id, input)| Part::ToolCall { id, name, input }),
        (option::of(words()), words(), any::<bool>()).prop_map(|(name, output, error)| Part::ToolResult {
            id: None,
            name,
            output,
            error
        }),
        (words(), option::of(words())).prop_map(|(reference, description)| Part::Image {
            reference,
            media_type: None,
            description
        }),
        (words(), option::of(words()), option::of(any::<u32>())).prop_map(|(name, text, size)| Part::Attachment {
            name,
            reference: None,
            media_type: None,
            size: size.map(u64::from),
            text
        }),
        (option::of(words()), option::of(words())).prop_map(|(title, url)| Part::Citation { title, url, text: None }),
        (words(), words()).prop_map(|(id, text)| Part::Artifact { id, title: None, language: None, text }),
        (words(), words()).prop_map(|(kind, text)| Part::Unsupported { kind, text }),
    ]
}

prop_compose! {
    fn message()(
        role in proptest::sample::select(vec![Role::User, Role::Assistant, Role::System, Role::Tool]),
        created in time(), model in option::of(words()), hidden: bool, parts in proptest::collection::vec(part(), 0..4),
        rating in option::of(proptest::sample::select(vec![Rating::Up, Rating::Down])),
        reason in option::of(words()), parent: prop::sample::Index,
    ) -> (Message, prop::sample::Index) {
        let feedback = reason.map(|reason| Feedback { reason: Some(reason), comment: None });
        (Message { id: String::new(), parent: None, role, created, model, hidden, parts, rating, feedback }, parent)
    }
}

prop_compose! {
    fn conversation()(
        source in "[a-z][a-z-]{0,10}", source_id in "[a-z0-9]{1,12}", title in option::of(words()), created in time(), updated in time(),
        project in option::of(words()), summary in option::of(words()), model in option::of(words()), system_prompt in option::of(words()), archived: bool, starred: bool,
        messages in proptest::collection::vec(message(), 0..12),
    ) -> Conversation {
        let mut conversation = Conversation {
            title, created, updated, project, summary, model, system_prompt, archived, starred,
            // Something is said, so that it is not left out.
            messages: vec![Message::text("m0", None, Role::User, "Hello")],
            active_leaf: Some("m0".to_owned()),
            ..Conversation::new(Source::from_name(&source), source_id)
        };
        for (number, (message, above)) in messages.into_iter().enumerate() {
            let parent = above.get(&conversation.messages).id.clone();
            let message = Message { id: format!("m{}", number + 1), parent: Some(parent), ..message };
            conversation.messages.push(message);
        }
        conversation
    }
}

/// A conversation as the export of this project writes it.
fn exported(conversation: &Conversation) -> Value {
    json!({
        "session_id": "here", "name": conversation.title, "started": "2026-01-01T00:00:00.000Z", "source": conversation.source,
        "turns": [{ "timestamp": "2026-01-01T00:00:00.000Z", "user": "Hello", "assistant": "" }], "turn_count": 1,
        "state_snapshot": null, "canonical": conversation,
    })
}

proptest! {
    #[test]
    fn an_exported_conversation_is_read_back_as_it_was(conversation in conversation()) {
        let file = json!({ "version": "1.0", "platform": "AI_OS", "exported_at": "now", "conversation": exported(&conversation) });
        let found = items(&[("conversation.json", file.to_string().as_bytes())]);
        prop_assert_eq!(conversations(&found), [&conversation]);
        prop_assert_eq!(found.len(), 1);
    }

    #[test]
    fn all_exported_conversations_are_read_back_as_they_were(all in proptest::collection::vec(conversation(), 1..4)) {
        let all: Vec<Conversation> = all
            .into_iter()
            .enumerate()
            .map(|(number, conversation)| Conversation { source_id: number.to_string(), ..conversation })
            .collect();
        let list: Vec<String> = all.iter().map(|one| exported(one).to_string()).collect();
        let head = r#"{"version":"1.0","platform":"AI_OS","exported_at":"now","conversations":["#;
        let file = format!("{head}\n{}\n]}}\n", list.join(",\n"));
        let found = items(&[("all.json", file.as_bytes())]);
        prop_assert_eq!(conversations(&found), all.iter().collect::<Vec<_>>());
        prop_assert_eq!(found.len(), all.len());
    }
}

#[test]
fn a_whole_form_that_somebody_has_changed_is_put_in_order() {
    let mut conversation = Conversation::new(Source::AIOS, "");
    for (id, parent) in [("b", "a"), ("a", "b"), ("a", "gone")] {
        conversation.messages.push(Message::text(id, Some(parent), Role::User, id));
    }
    let mut changed = exported(&conversation);
    changed["canonical"]["source"] = json!("../Some Where");
    let found = items(&[("changed.json", changed.to_string().as_bytes())]);
    let [read] = conversations(&found)[..] else { panic!("{found:#?}") };
    assert_eq!(read.source.as_str(), "---some-where");
    assert!(!read.source_id.is_empty());
    let ids: Vec<&str> = read.messages.iter().map(|message| message.id.as_str()).collect();
    assert_eq!(ids, ["a~2", "b", "a"]);
}
