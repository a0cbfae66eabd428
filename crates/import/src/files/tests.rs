use super::{Files, Key, keys, wanted};
use crate::input::Shared;
use proptest::prelude::*;
use std::io::{Cursor, Read};

fn plain(names: &[(&str, &str)]) -> Files<'static> {
    let mut files = Files::default();
    for (name, bytes) in names {
        files.add_plain(name, Shared::new(Box::new(Cursor::new(bytes.to_string().into_bytes()))).unwrap());
    }
    files
}

fn text(files: &mut Files<'static>, reference: &str) -> Option<String> {
    let place = files.find(reference)?;
    let mut text = String::new();
    files.open(place)?.bytes.read_to_string(&mut text).unwrap();
    Some(text)
}

#[test]
fn a_file_is_found_by_each_of_the_forms_that_exports_have() {
    let mut files = plain(&[
        ("Export/file-AbC123-holiday photo.png", "old"),
        ("Export/file_0000a1b2.dat", "new"),
        ("Export/dalle-generations/3f2b8c1e-11aa.webp", "drawn"),
        ("Export/c0ffee/audio/file_77aa-1234.wav", "said"),
        ("Takeout/My Activity/Gemini Apps/sky.png", "sky"),
    ]);
    for (reference, expected) in [
        ("file-service://file-AbC123", "old"),
        ("file-AbC123", "old"),
        ("file-AbC123-holiday photo.png", "old"),
        ("sediment://file_0000a1b2", "new"),
        ("file_0000a1b2.dat", "new"),
        ("sediment://3bfe#file_0000a1b2#p_0.png", "new"),
        ("dalle-generations/3f2b8c1e-11aa.webp", "drawn"),
        ("3f2b8c1e-11aa", "drawn"),
        ("sediment://file_77aa", "said"),
        ("file_77aa-1234", "said"),
        ("sky.png", "sky"),
    ] {
        assert_eq!(text(&mut files, reference).as_deref(), Some(expected), "{reference}");
    }
    for reference in ["", "file-", "file-AbC12", "sky", "Gemini Apps/other.png", "/", "://", "#", "p_0.png"] {
        assert_eq!(text(&mut files, reference), None, "{reference}");
    }
}

#[test]
fn a_name_that_different_files_have_leads_to_none_unless_the_folder_is_said() {
    let mut files =
        plain(&[("a/photo.png", "one"), ("b/photo.png", "other"), ("c/map.png", "map"), ("d/map.png", "MAP")]);
    assert_eq!(text(&mut files, "photo.png"), None);
    assert_eq!(text(&mut files, "b/photo.png").as_deref(), Some("other"));
    // As large as each other, so taken for copies.
    assert_eq!(text(&mut files, "map.png").as_deref(), Some("map"));
}

#[test]
fn the_original_goes_before_its_cleaned_copy() {
    let mut files = plain(&[("file_1-sanitized.png", "clean"), ("file_1.dat", "original")]);
    assert_eq!(text(&mut files, "file_1").as_deref(), Some("original"));
}

proptest! {
    #[test]
    fn any_names_and_references_are_harmless(
        names in proptest::collection::vec("(file[-_]|[a-z./\\\\#:-]|\\PC){0,12}", 0..8), reference in "(file[-_]|[a-z./\\\\#:-]|\\PC){0,12}"
    ) {
        let pairs: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x")).collect();
        let mut files = plain(&pairs);
        if let Some(place) = files.find(&reference) {
            let found = files.open(place).unwrap();
            prop_assert!(!found.name.contains(['/', '\\']));
        }
        prop_assert!(wanted(&reference).all(|key| !key.is_empty()));
        for name in &names {
            prop_assert!(keys(name).filter(|(_, key)| *key == Key::Name).count() <= 1);
        }
    }
}
