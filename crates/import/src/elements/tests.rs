use super::Elements;
use crate::splitter::{Ending, Splitter, Step};
use proptest::prelude::*;

/// What is found in a text: elements as `sure: …` or `doubt: …`, everything else as its debug form. The first element that is whole counts as good.
fn walk(text: &str, maximum: usize, good: impl Fn(&str) -> bool) -> Vec<String> {
    let mut elements = Elements::with_maximum(Box::new(text.as_bytes()), maximum);
    let mut found = Vec::new();
    loop {
        match elements.step() {
            Step::Working => {}
            Step::Element(element) => {
                let inside = String::from_utf8_lossy(elements.bytes(&element)).into_owned();
                if good(&inside) {
                    elements.found_again(&element);
                    found.push(format!("{} {inside}", element.number));
                } else if !element.doubtful {
                    found.push(format!("{} not good", element.number));
                }
            }
            Step::End(Ending::Whole) => return found,
            other => {
                found.push(format!("{other:?}"));
                if matches!(other, Step::End(_)) {
                    return found;
                }
            }
        }
    }
}

fn conversation(inside: &str) -> bool {
    inside.starts_with("{\"id\"") && inside.contains("\"chat\"")
}

#[test]
fn a_broken_element_costs_itself_only() {
    let good = r#"{"id":1,"chat":[{"id":7},{"id":8}]}"#;
    let broken = r#"{"id":2,"chat":[{"id":7},{"id":"x y" z},{"id":9}]}"#;
    let found = walk(&format!("[{good},{broken},{good},\n  {good}]"), 1000, conversation);
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(found[1].starts_with("Broken { number: 1, byte: 74"), "{found:#?}");
    assert_eq!([&found[0], &found[2], &found[3]], [&format!("0 {good}"), &format!("2 {good}"), &format!("3 {good}")]);
}

#[test]
fn a_bracket_too_many_costs_its_element_only() {
    let good = r#"{"id":1,"chat":[{"id":7}]}"#;
    let found = walk(&format!(r#"[{good},{{"id":2,"chat":[{{"id":{{7}}]}},{good},{good}]"#), 1000, conversation);
    assert_eq!(found.iter().filter(|line| line.ends_with(good)).count(), 3, "{found:#?}");
    assert_eq!(found.iter().filter(|line| line.starts_with("Broken")).count(), 1, "{found:#?}");
}

#[test]
fn a_first_element_that_is_broken_does_not_hide_the_others() {
    let good = r#"{"id":1,"chat":[{"id":7}]}"#;
    let found = walk(&format!(r#"[{{"id":"}},{good},{good}]"#), 1000, conversation);
    assert_eq!(found.iter().filter(|line| line.ends_with(good)).count(), 2, "{found:#?}");
}

#[test]
fn a_first_element_that_takes_in_all_others_does_not_hide_them() {
    let good = r#"{"id":1,"chat":[{"id":7}]}"#;
    let found = walk(&format!(r#"[{{"id":0,"chat":[{{"id":7[]}},{good},{good}]"#), 1000, conversation);
    assert_eq!(found.iter().filter(|line| line.ends_with(good)).count(), 2, "{found:#?}");
    assert!(found.contains(&"Broken { number: 0, byte: 1 }".to_owned()), "{found:#?}");
}

#[test]
fn an_element_that_is_too_large_is_passed_over() {
    let good = r#"{"id":1,"chat":[]}"#;
    let large = format!(r#"{{"id":2,"chat":[{}{{"id":3}}]}}"#, r#"{"id":3},"#.repeat(100_000));
    let found = walk(&format!("[{good},{large},{good}]"), 400_000, conversation);
    assert_eq!(found.len(), 3, "{found:#?}");
    assert_eq!(found[1], "TooLarge { number: 1, byte: 20 }");
    assert!(found[2].ends_with(good), "{found:#?}");
}

#[test]
fn an_early_end_keeps_what_is_whole() {
    let found = walk(r#"[{"id":1,"chat":[]},{"id":2,"ch"#, 1000, conversation);
    assert_eq!(found, [r#"0 {"id":1,"chat":[]}"#, "End(Early { byte: 31, in_element: true })"]);
}

#[test]
fn nothing_after_a_broken_element_is_said() {
    let found = walk(r#"[{"id":1,"chat":[]},{"id":2 word]"#, 1000, conversation);
    assert_eq!(found[2..], ["End(Lost { from: 20, to: 33 })"], "{found:#?}");
}

#[test]
fn a_broken_line_costs_itself_only() {
    let good = r#"{"id":1,"chat":[{"id":7}]}"#;
    let found = walk(&format!("{good}\n12\n{{\"id\":2 word}}\n{good}\n{good}\n"), 1000, conversation);
    assert_eq!(found.iter().filter(|line| line.ends_with(good)).count(), 3, "{found:#?}");
    assert_eq!(found.iter().filter(|line| line.starts_with("Broken")).count(), 1, "{found:#?}");
    assert_eq!(found.len(), 4, "{found:#?}");
}

proptest! {
    #[test]
    fn any_bytes_come_to_an_end(text in proptest::collection::vec(prop_oneof![
        proptest::sample::select(br#"{}[]",:\ 1n"#.to_vec()), any::<u8>()], 0..300)) {
        let mut elements = Elements::with_maximum(Box::new(text.as_slice()), 50);
        let mut steps = 0;
        while !matches!(elements.step(), Step::End(_)) {
            steps += 1;
            prop_assert!(steps < 10_000);
        }
    }
}
