use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use std::fmt;

/// Any JSON as compact text, keys in their order. A string alone is its own text, without quotation marks.
#[derive(Default, Clone, PartialEq, Debug)]
pub(crate) struct Json(pub Option<String>);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
        let mut text = String::new();
        Copy { text: &mut text, top: true }.deserialize(deserializer)?;
        Ok(Json((!text.is_empty()).then_some(text)))
    }
}

/// Writes the value that it meets behind `text`. How deep it goes is bounded by the deserializer.
struct Copy<'a> {
    text: &'a mut String,
    top: bool,
}

impl Copy<'_> {
    fn string(self, text: &str) {
        if self.top {
            self.text.push_str(text);
        } else {
            quote(self.text, text);
        }
    }
}

fn quote(json: &mut String, text: &str) {
    // Writing a string as JSON into memory cannot fail.
    json.push_str(&serde_json::to_string(text).unwrap_or_default());
}

impl<'de> DeserializeSeed<'de> for Copy<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Copy<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        if !self.top {
            self.text.push_str("null");
        }
        Ok(())
    }

    fn visit_bool<E>(self, flag: bool) -> Result<(), E> {
        self.text.push_str(if flag { "true" } else { "false" });
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.text.push_str(&number.to_string());
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.text.push_str(&number.to_string());
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.text.push_str(&number.to_string());
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.string(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.text.push('[');
        let begin = self.text.len();
        loop {
            let end = self.text.len();
            if end > begin {
                self.text.push(',');
            }
            if seq.next_element_seed(Copy { text: self.text, top: false })?.is_none() {
                self.text.truncate(end);
                break;
            }
        }
        self.text.push(']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.text.push('{');
        let mut first = true;
        while let Some(super::Key(key)) = map.next_key()? {
            if !std::mem::take(&mut first) {
                self.text.push(',');
            }
            quote(self.text, &key);
            self.text.push(':');
            map.next_value_seed(Copy { text: self.text, top: false })?;
        }
        self.text.push('}');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn json_is_made_compact_in_its_order() {
        let text = r#"{ "b" : [ 1, -2.5, null, true, "\u00e4\"" ], "a": {}, "c": [] }"#;
        let json: Json = serde_json::from_str(text).unwrap();
        assert_eq!(json.0.as_deref(), Some(r#"{"b":[1,-2.5,null,true,"ä\""],"a":{},"c":[]}"#));
        assert_eq!(serde_json::from_str::<Json>(r#""print(1)""#).unwrap().0.as_deref(), Some("print(1)"));
        assert_eq!(serde_json::from_str::<Json>("null").unwrap().0, None);
        assert!(serde_json::from_str::<Json>(&"[".repeat(100_000)).is_err());
    }
}
