//! Google's activity has rows and no conversations: what makes conversations of them has to give the same ones every time.

use crate::common::{conversations, items, zip};
use aios_import::Item;
use aios_model::{Conversation, content_hash};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const EXPORTS: [&[u8]; 6] = [
    include_bytes!("../fixtures/gemini/activity.json"),
    include_bytes!("../fixtures/gemini/activity.html"),
    include_bytes!("../fixtures/gemini/A trip to Rome"),
    include_bytes!("../fixtures/gemini/workspace.txt"),
    include_bytes!("../fixtures/gemini/cli.json"),
    include_bytes!("../fixtures/gemini/extensions.json"),
];

/// Rows of these minutes and conversations, in this order.
fn activity(rows: &[(i64, Option<u8>)]) -> Vec<u8> {
    let row = |(minute, conversation): &(i64, Option<u8>)| {
        let (day, hour, minute) = (1 + minute / 1440, minute / 60 % 24, minute % 60);
        let details = conversation
            .map_or(String::new(), |id| format!(r#","details":[{{"url":"https://gemini.google.com/app/chat{id}"}}]"#));
        format!(
            r#"{{"header":"Gemini Apps","title":"Prompted {day} {hour} {minute}","time":"2026-07-{day:02}T{hour:02}:{minute:02}:00.5Z","safeHtmlItem":[{{"html":"<p>a</p>"}}]{details}}}"#
        )
    };
    format!("[{}]", rows.iter().map(row).collect::<Vec<_>>().join(",")).into_bytes()
}

fn found(bytes: &[u8]) -> Vec<Conversation> {
    conversations(&items(&[("MyActivity", bytes)])).into_iter().cloned().collect()
}

/// The ids of the messages of each conversation.
fn messages(bytes: &[u8]) -> BTreeMap<String, Vec<String>> {
    let ids = |one: Conversation| (one.source_id, one.messages.into_iter().map(|message| message.id).collect());
    found(bytes).into_iter().map(ids).collect()
}

fn rows() -> impl Strategy<Value = Vec<(i64, Option<u8>)>> {
    // A minute has one row, as nobody asks faster.
    proptest::collection::btree_map(0i64..600, proptest::option::of(0u8..3), 1..30)
        .prop_map(|rows| rows.into_iter().rev().collect())
}

#[test]
fn the_page_gives_the_conversations_and_ids_of_the_same_rows_in_json() {
    let (json, page) = (messages(EXPORTS[0]), messages(EXPORTS[1]));
    assert_eq!(json["activity-1784368800-1ca1bd7e4b3f3082"], page["activity-1784368800-1ca1bd7e4b3f3082"]);
    // The page does not tell answers that were asked for again from one long answer.
    let all: Vec<&String> = json["c0ffee00"].iter().filter(|id| !id.ends_with("-answer-2")).collect();
    assert_eq!(all, page["c0ffee00"].iter().collect::<Vec<_>>());
}

#[test]
fn a_pause_of_half_an_hour_ends_a_conversation() {
    assert_eq!(messages(&activity(&[(60, None), (30, None), (0, None)])).len(), 1);
    assert_eq!(messages(&activity(&[(61, None), (30, None), (0, None)])).len(), 2);
}

#[test]
fn the_activity_of_other_products_is_known_and_holds_nothing() {
    let other =
        br#"[{"header":"YouTube","title":"Watched Gemini","time":"2026-01-01T00:00:00Z","products":["YouTube"]}]"#;
    let found = items(&[("MyActivity.json", other)]);
    let [Item::Refused(_, sentence)] = found.as_slice() else { panic!("{found:#?}") };
    assert!(sentence.contains("the activity of other Google products than Gemini"), "{sentence}");
}

#[test]
fn in_a_takeout_each_file_goes_its_way() {
    let other =
        br#"[{"header":"YouTube","title":"Watched Gemini","time":"2026-01-01T00:00:00Z","products":["YouTube"]}]"#;
    let bytes = zip(&[
        ("Takeout/My Activity/YouTube/MyActivity.json", other),
        ("Takeout/Meine Aktivit\u{e4}ten/Gemini-Apps/MeineAktivit\u{e4}ten.json", EXPORTS[0]),
        ("Takeout/Drive/Google AI Studio/A trip to Rome", EXPORTS[2]),
        ("Takeout/Gemini in Workspace/Conversation History/conversation_0.txt", EXPORTS[3]),
    ]);
    let found = items(&[("takeout-001.zip", &bytes)]);
    let titles: BTreeSet<_> = conversations(&found).iter().filter_map(|one| one.title.clone()).collect();
    assert!(titles.contains("A trip to Rome") && titles.contains("Budget"), "{titles:?}");
    assert_eq!(conversations(&found).len(), 6);
}

#[test]
fn a_page_beside_other_files_of_gemini_is_read_and_nothing_comes_twice() {
    let found =
        items(&[("MyActivity.html", EXPORTS[1]), ("A trip to Rome", EXPORTS[2]), ("MyActivity.json", EXPORTS[0])]);
    let ids: Vec<&str> = conversations(&found).iter().map(|one| one.source_id.as_str()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    // One prompt, four conversations of the JSON, and the two that only the page has.
    assert_eq!(ids.len(), 7, "{ids:?}");
    assert_eq!(found.iter().filter(|item| matches!(item, Item::Left(..))).count(), 2);
}

#[test]
fn a_text_that_is_markup_stays_text() {
    for export in &EXPORTS[..2] {
        let text = format!("{:?}", found(export));
        assert!(!text.contains("<script") && !text.contains("<p>") && !text.contains("alert(1)"), "{text}");
    }
}

proptest! {
    #[test]
    fn the_order_of_rows_does_not_matter(rows in rows(), turn in 0usize..30) {
        let mut turned = rows.clone();
        turned.rotate_left(turn % rows.len());
        prop_assert_eq!(messages(&activity(&rows)), messages(&activity(&turned)));
    }

    #[test]
    fn a_later_export_adds_turns_and_groups_nothing_anew(rows in rows(), newer in 0usize..30) {
        let earlier = messages(&activity(&rows[newer % rows.len()..]));
        let later = messages(&activity(&rows));
        for (id, before) in earlier {
            prop_assert!(later[&id].starts_with(&before), "{id}");
        }
    }

    #[test]
    fn no_row_is_lost(rows in rows()) {
        prop_assert_eq!(messages(&activity(&rows)).values().map(Vec::len).sum::<usize>(), 2 * rows.len());
    }

    #[test]
    fn a_truncated_export_invents_no_message(export in 0usize..6, cut in 0.0f64..1.0) {
        let whole = EXPORTS[export];
        let cut = &whole[..(whole.len() as f64 * cut) as usize];
        let all: BTreeSet<String> = messages(whole).into_values().flatten().collect();
        let some = messages(cut).into_values().flatten();
        prop_assert!(BTreeSet::from_iter(some).is_subset(&all));
        prop_assert!(!items(&[("cut", cut)]).is_empty());
    }

    #[test]
    fn a_changed_byte_is_survived_and_read_the_same_twice(export in 0usize..6, place in 0.0f64..1.0, byte: u8) {
        let mut bytes = EXPORTS[export].to_vec();
        let at = (bytes.len() as f64 * place) as usize;
        bytes[at] = byte;
        let hashes = || found(&bytes).iter().map(content_hash).collect::<Vec<_>>();
        prop_assert_eq!(hashes(), hashes());
        prop_assert!(!items(&[("changed", &bytes)]).is_empty());
    }
}
