use crate::{
    Language, Texts,
    compile::{Argument, like, messages},
    file,
    fill::{Value, fill},
};

fn error(language: &str, source: &str) -> String {
    let english = messages("en", "close = Close\nturns = { $count ->\n    [one] 1 turn\n   *[other] { $count } turns\n}\nof = { $name } of { $place }\n").unwrap();
    let read = messages(language, source).and_then(|messages| like(&english, messages, language));
    read.unwrap_err().to_string()
}

#[test]
fn a_message_becomes_a_template_with_its_arguments_in_the_order_of_english() {
    let english = messages("en", "of = { $name } of { NUMBER($place) }\n").unwrap();
    let arguments = ["name", "place"].map(|name| Argument { name: name.into(), is_count: name == "place" });
    assert_eq!((english[0].template.as_str(), english[0].arguments.as_slice()), ("{0} of {1}", arguments.as_slice()));
    let german = messages(
        "de",
        "# Where.\nof = In\n    { $place ->\n        [one] einem\n       *[other] { $place }\n    }:{\" \"}{ $name }\n",
    )
    .unwrap();
    assert_eq!(like(&english, german, "de").unwrap(), ["In {1|oeinem|x{1}}: {0}"]);
}

#[test]
fn what_is_missing_too_much_or_given_otherwise_is_refused_with_its_place() {
    let turns = "turns = { $count ->\n    [one] 1\n   *[other] { $count }\n}\n";
    let of = "of = { $name } { $place }\n";
    assert_eq!(
        error("de", &format!("close = Zu\n{turns}")),
        "texts/de.ftl:2: of: it is missing (texts/en.ftl:6 has it)"
    );
    let extra = error("de", &format!("close = Zu\n{turns}{of}\nopen = Auf\n"));
    assert_eq!(extra, "texts/de.ftl:8: open: texts/en.ftl has no such message");
    let unknown = error("de", &format!("close = {{ {{ $what }} }}\n{turns}{of}"));
    assert_eq!(
        unknown,
        "texts/de.ftl:1: close: only arguments, text in quotation marks and NUMBER($argument) are taken in braces"
    );
    assert_eq!(
        error("de", &format!("close = {{ $what }}\n{turns}{of}")),
        "texts/de.ftl:1: close: texts/en.ftl does not give it $what"
    );
    assert_eq!(
        error("de", &format!("close = Zu\n{turns}of = {{ $name }}\n")),
        "texts/de.ftl:6: of: $place does not come in it"
    );
    let number = error("de", &format!("close = Zu\n{turns}of = {{ NUMBER($name) }} {{ $place }}\n"));
    assert_eq!(number, "texts/de.ftl:6: of: $name is no number in texts/en.ftl");
    assert_eq!(error("de", "close = Zu\nclose = Zu\n"), "texts/de.ftl:2: close: it is there twice");
}

#[test]
fn what_is_no_fluent_or_not_taken_of_it_is_refused_with_its_place() {
    assert!(error("de", "close = Zu\n\nturns { $count }\n").starts_with("texts/de.ftl:3: "));
    let few = "close = Zu\nturns = { $count ->\n    [few] 1\n   *[other] 2\n}\n";
    assert_eq!(error("de", few), "texts/de.ftl:2: turns: [few] is no category of this language");
    let default = "turns = { $count ->\n   *[one] 1\n    [other] 2\n}\n";
    assert_eq!(error("de", default), "texts/de.ftl:1: turns: the default is [other], and only that");
    assert!(error("de", "close = Zu\n    .title = Zu\n").contains("no attributes"));
    assert!(error("de", "close = Zu\n-brand = AI OS\n").starts_with("texts/de.ftl:2: -brand: terms are not taken"));
    assert!(error("de", "close = Zu | Auf\n").contains("'|' cannot be in a text"));
    assert!(error("de", "close = <b>Zu</b>\n").contains("'<' cannot be in a text"));
    assert!(error("de", "close = { DATETIME($now) }\n").contains("the only function is NUMBER"));
}

#[test]
fn a_number_selects_its_words() {
    let turns = "{0|2a pair|oone turn|x{0} turns} in {1}";
    let say = |count: u32| fill(turns, &[Value::Count(count), Value::Words("a {0} b")], Language::English);
    assert_eq!(say(1), "one turn in a {0} b");
    assert_eq!(say(2), "a pair in a {0} b");
    assert_eq!(say(12_000), "12\u{202f}000 turns in a {0} b");
}

#[test]
fn every_arabic_category_has_words_of_its_own() {
    let say = |count: u32| Texts::of(Language::Arabic).conversation_count(count);
    let words = [0, 1, 2, 3, 11, 100].map(say);
    for (position, one) in words.iter().enumerate() {
        assert!(words.iter().skip(position + 1).all(|other| other != one), "{words:?}");
    }
    assert_eq!(words[3], "3 محادثات");
}

#[test]
fn what_is_put_into_a_text_that_runs_right_to_left_stands_apart() {
    assert_eq!(fill("في {0}.", &[Value::Words("a.zip")], Language::Arabic), "في \u{2068}a.zip\u{2069}.");
    assert_eq!(
        fill("{0}، {1}", &[Value::Words("\u{2068}3\u{2069} مايو"), Value::Words("7")], Language::Arabic),
        "\u{2068}3\u{2069} مايو، \u{2068}7\u{2069}"
    );
    assert_eq!(fill("In {0}.", &[Value::Words("a.zip")], Language::German), "In a.zip.");
}

#[test]
fn the_file_of_a_language_has_a_line_for_every_message() {
    for language in [Language::German, Language::Arabic] {
        let file = file(language).unwrap();
        assert_eq!(file.split('\n').next(), Some(language.code()));
        assert_eq!(file.split('\n').count(), crate::COUNT + 1);
        assert!(file.split('\n').all(|line| !line.trim().is_empty()), "{language:?}");
    }
    assert_eq!(file(Language::English), None);
}

/// A message that nobody says is dead, in every language.
#[test]
fn every_message_is_said_somewhere() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let mut code = String::new();
    for package in ["app", "server", "xtask"] {
        gather(&mut code, format!("{root}/{package}/src").as_ref());
    }
    let english =
        messages("en", &std::fs::read_to_string(format!("{root}/crates/texts/texts/en.ftl")).unwrap()).unwrap();
    let unsaid: Vec<&str> = english
        .iter()
        .map(|message| message.id.as_str())
        .filter(|id| {
            let name = id.replace('-', "_");
            !code.contains(&format!(".{name}(")) && !code.contains(&format!("Texts::{name}"))
        })
        .collect();
    assert!(unsaid.is_empty(), "{unsaid:?}");
}

fn gather(code: &mut String, folder: &std::path::Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(code, &path);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            *code += &std::fs::read_to_string(path).unwrap();
        }
    }
}
