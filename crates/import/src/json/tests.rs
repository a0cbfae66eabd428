use super::from_str;
use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

/// Both ways to read it agree, on what it says or on that it is no JSON.
fn agree(text: &str) -> Result<(), TestCaseError> {
    let (ours, theirs) = (from_str::<Value>(text), serde_json::from_str::<Value>(text));
    prop_assert_eq!(ours.as_ref().ok(), theirs.as_ref().ok(), "{}", text);
    let (ours, theirs) = (from_str::<IgnoredAny>(text), serde_json::from_str::<IgnoredAny>(text));
    prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "passed over: {}", text);
    Ok(())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a\"\\\\\n\u{1}äß€🦀]{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec(("[a-c\"\n]{0,20}", inner), 0..5)
                .prop_map(|entries| entries.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_json_says_what_it_says(value in value(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        agree(&text)?;
    }

    #[test]
    fn json_with_a_byte_changed_is_taken_or_refused_alike(value in value(), place in 0.0f64..1.0, other in "[\\[\\]{}\",:\\\\0-9e.+\\- ntu\u{1}]") {
        let text = value.to_string();
        let mut at = (text.len() as f64 * place) as usize;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let after = text[at..].chars().next().map_or(0, char::len_utf8);
        agree(&format!("{}{other}{}", &text[..at], &text[at + after..]))?;
        agree(&text[..at])?;
    }

    #[test]
    fn strings_with_any_escapes_are_taken_or_refused_alike(
        pieces in proptest::collection::vec(prop_oneof![
            4 => "[a-zä€🦀]{0,20}",
            2 => "\\\\[\"\\\\/bfnrt]",
            2 => "\\\\u[0-9a-fA-F]{4}",
            2 => "\\\\u[dD][89abAB][0-9a-f]{2}\\\\u[dD][c-fC-F][0-9a-f]{2}",
            1 => "\\\\u[dD][89a-fA-F][0-9a-f]{2}",
            1 => "\\\\[ux ]?[0-9a-g]{0,4}|\n",
        ], 0..8)
    ) {
        agree(&format!("\"{}\"", pieces.concat()))?;
        agree(&format!("{{\"{0}\": \"{0}\"}}", pieces.concat()))?;
    }

    #[test]
    fn numbers_are_the_same_to_the_last_bit(number in "-?(0|[1-9][0-9]{0,24}|[0-9]{1,4})(\\.[0-9]{0,24})?([eE][+-]?[0-9]{0,3})?") {
        agree(&number)?;
        agree(&format!("[{number}]"))?;
        if let (Ok(ours), Ok(theirs)) = (from_str::<f64>(&number), serde_json::from_str::<f64>(&number)) {
            prop_assert_eq!(ours.to_bits(), theirs.to_bits(), "{}", number);
        }
    }

    #[test]
    fn anything_is_taken_or_refused_alike(text in "[\\[\\]{}\":, \\\\a0-9.eE+tru-]{0,30}") {
        agree(&text)?;
    }
}

#[test]
fn depth_is_bounded_as_before() {
    for depth in [63, 64, 65, 126, 127, 128, 129, 200] {
        agree(&format!("{}{}", "[".repeat(depth), "]".repeat(depth))).unwrap();
        agree(&format!("{}1{}", r#"{"a":["#.repeat(depth), "]}".repeat(depth))).unwrap();
        agree(&format!("{}1{}", r#"{"a":["#.repeat(depth), "}]".repeat(depth))).unwrap();
    }
    assert!(from_str::<IgnoredAny>(&"[".repeat(100_000)).is_err());
}

#[test]
fn errors_say_where() {
    let error = from_str::<Value>("{\"a\":\n 1,}").err().unwrap();
    assert_eq!((error.line(), error.column()), (2, 4), "{error}");
    let error = from_str::<Value>("[1e999]").err().unwrap();
    assert!(error.to_string().contains("too large"), "{error}");
    assert!(super::from_slice::<Value>(b"\"\xff\"").is_err());
}

#[test]
fn enumerations_and_options_are_read_as_serde_json_reads_them() {
    #[derive(serde::Deserialize, PartialEq, Debug)]
    enum Shape {
        Empty,
        Of(Option<u8>),
        Tuple(u8, f64),
        Named { a: String },
    }
    for text in [
        r#""Empty""#,
        r#"{"Empty":null}"#,
        r#"{"Of":null}"#,
        r#"{ "Of" : 3 }"#,
        r#"{"Tuple":[1,2]}"#,
        r#"{"Named":{"a":"\n"}}"#,
        r#"{"Named":{}}"#,
        r#"{"Of":1,"Empty":null}"#,
        r#""Of""#,
        "7",
        "[]",
    ] {
        let (ours, theirs) = (from_str::<Shape>(text), serde_json::from_str::<Shape>(text));
        assert_eq!(ours.as_ref().ok(), theirs.as_ref().ok(), "{text}");
    }
}
