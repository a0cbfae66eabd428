//! What holds for every kind of export: each of our own small files is read twice, cut off and damaged.

use crate::common::{conversations, items, zip};
use aios_import::Item;
use aios_model::content_hash;
use proptest::prelude::*;
use std::{fs, path::Path, sync::LazyLock};

/// All small exports in `tests/fixtures`, with the names of their folders and files.
static EXPORTS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .flat_map(|provider| fs::read_dir(provider.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension != "snap"))
        .collect();
    files.sort();
    files.iter().map(|path| (path.display().to_string(), fs::read(path).unwrap())).collect()
});

#[test]
fn an_export_beside_itself_gives_nothing_new() {
    for (name, bytes) in EXPORTS.iter() {
        let once = items(&[("a", bytes)]);
        let twice = items(&[("a", bytes), ("a", bytes)]);
        let hashes = |items: &[Item]| conversations(items).into_iter().map(content_hash).collect::<Vec<_>>();
        assert_eq!(hashes(&once), hashes(&twice), "{name}");
        assert!(!once.is_empty(), "{name}");
    }
}

#[test]
fn ids_do_not_depend_on_the_archive() {
    for (name, bytes) in EXPORTS.iter() {
        let ids = |items: &[Item]| {
            let key = |item: &Item| match item {
                Item::Conversation(found) => {
                    let conversation = &found.conversation;
                    let messages: Vec<String> =
                        conversation.messages.iter().map(|message| message.id.clone()).collect();
                    Some((conversation.source_id.clone(), messages))
                }
                _ => None,
            };
            items.iter().filter_map(key).collect::<Vec<_>>()
        };
        // Copies of a prompt in AI Studio differ in nothing but their name, so that is the same in both.
        let plain = ids(&items(&[("same.json", bytes)]));
        let packed = ids(&items(&[("export.zip", &zip(&[("else/same.json", bytes.as_slice())]))]));
        assert_eq!(plain, packed, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_truncated_export_of_any_kind_is_answered(export in any::<prop::sample::Index>(), cut in 0.0f64..1.0) {
        let (name, whole) = export.get(&EXPORTS);
        let length = (whole.len() as f64 * cut) as usize;
        let found = items(&[("cut", &whole[..length])]);
        prop_assert!(!found.is_empty(), "{}", name);
    }

    #[test]
    fn a_changed_byte_in_an_export_of_any_kind_is_answered(
        export in any::<prop::sample::Index>(), place in 0.0f64..1.0, byte: u8
    ) {
        let (name, whole) = export.get(&EXPORTS);
        let mut bytes = whole.clone();
        let at = (bytes.len() as f64 * place) as usize;
        bytes[at] = byte;
        let found = items(&[("changed", &bytes)]);
        prop_assert!(!found.is_empty(), "{}", name);
        prop_assert_eq!(found, items(&[("changed", &bytes)]));
    }
}
