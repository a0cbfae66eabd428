//! Whatever happens to the bytes of an export, there is a report and never a panic.

use crate::{
    common::{conversations, items, zip},
    containers::raw::gzip,
};
use aios_import::Item;
use aios_model::content_hash;
use proptest::prelude::*;
use std::collections::HashSet;

const EXPORTS: &[&[u8]] = &[
    include_bytes!("../fixtures/chatgpt/tools.json"),
    include_bytes!("../fixtures/chatgpt/media.json"),
    include_bytes!("../fixtures/chatgpt/canvas.json"),
    include_bytes!("../fixtures/chatgpt/capture.json"),
    include_bytes!("../fixtures/chatgpt/kinds.json"),
    include_bytes!("../fixtures/chatgpt/references.json"),
    include_bytes!("../fixtures/claude/artifacts.json"),
    include_bytes!("../fixtures/claude/blocks.json"),
    include_bytes!("../fixtures/claude/design.json"),
    include_bytes!("../fixtures/claude/kinds.json"),
    include_bytes!("../fixtures/claude/old.json"),
];

fn hashes(items: &[Item]) -> HashSet<String> {
    conversations(items).into_iter().map(content_hash).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_truncated_export_keeps_its_whole_conversations(export in 0..EXPORTS.len(), cut in 0.0f64..1.0) {
        let whole = EXPORTS[export];
        let length = (whole.len() as f64 * cut) as usize;
        let found = items(&[("cut", &whole[..length])]);
        prop_assert!(hashes(&found).is_subset(&hashes(&items(&[("whole", whole)]))));
        prop_assert!(!found.is_empty());
    }

    #[test]
    fn a_changed_byte_is_survived(export in 0..EXPORTS.len(), place in 0.0f64..1.0, byte: u8) {
        let mut bytes = EXPORTS[export].to_vec();
        let at = (bytes.len() as f64 * place) as usize;
        bytes[at] = byte;
        prop_assert!(!items(&[("changed", &bytes)]).is_empty());
    }

    #[test]
    fn a_changed_byte_in_a_zip_is_survived(export in 0..EXPORTS.len(), place in 0.0f64..1.0, byte: u8) {
        let inner = zip(&[("c.json", EXPORTS[export]), ("c.json.gz", &gzip(EXPORTS[export]))]);
        let mut bytes = zip(&[("a.json", EXPORTS[export]), ("b.json", b"[]"), ("inner.zip", &inner)]);
        let at = (bytes.len() as f64 * place) as usize;
        bytes[at] = byte;
        let found = items(&[("changed.zip", &bytes)]);
        prop_assert!(!found.is_empty());
    }

    #[test]
    fn a_truncated_zip_keeps_what_is_whole_and_says_so(export in 0..EXPORTS.len(), cut in 0.0f64..1.0) {
        let whole = zip(&[("a.json", EXPORTS[export])]);
        let found = items(&[("cut.zip", &whole[..(whole.len() as f64 * cut) as usize])]);
        prop_assert!(hashes(&found).is_subset(&hashes(&items(&[("whole", EXPORTS[export])]))));
        prop_assert!(found.iter().any(|item| matches!(item, Item::Refused(..) | Item::Warning(_))), "{:?}", found);
    }

    /// Damage in one of many conversations costs no other one.
    #[test]
    fn a_changed_byte_costs_one_conversation_of_many(place in 0.0f64..1.0, byte in any::<u8>()) {
        let conversation = |id: usize| format!(
            r#"{{"uuid":"{id}","name":"Number {id}","chat_messages":[{{"uuid":"m","sender":"human","text":"Say \"hi\", {{ok}}?"}}, {{"uuid":"n","sender":"assistant","text":"Hi"}}]}}"#
        );
        let whole: Vec<String> = (0..20).map(conversation).collect();
        let mut bytes = format!("[{}]", whole.join(",")).into_bytes();
        let before = hashes(&items(&[("whole", &bytes)]));
        let at = 1 + ((bytes.len() - 2) as f64 * place) as usize;
        bytes[at] = byte;
        let after = hashes(&items(&[("changed", &bytes)]));
        // The byte may also be the comma between two.
        prop_assert!(before.difference(&after).count() <= 2, "{}", String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(!items(&[("any", &bytes)]).is_empty());
    }
}
