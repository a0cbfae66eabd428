//! What stands in the text of an answer: `<grok:render card_id="…">` for a citation, and `<xaiArtifact title="…">` around a document.

use crate::{
    lenient::{Text, lenient_object},
    provider::Notes,
    providers::assemble::{self, attribute, link, unescape},
};
use aios_model::Part;
use std::collections::HashMap;

lenient_object! {
    struct RawCard<'de> {
        "id" => id: Text<'de>,
        "url" => url: Text<'de>,
        "image" => image: RawImage<'de>,
    }
}

lenient_object! {
    struct RawImage<'de> {
        "title" => title: Text<'de>,
        "link" => link: Text<'de>,
    }
}

/// A card: what the link to it says, and where it leads.
pub(super) struct Card {
    label: String,
    url: String,
}

/// The cards of an answer, by their ids. One that cannot be read costs its link only.
pub(super) fn cards<'a>(json: impl Iterator<Item = &'a str>) -> HashMap<String, Card> {
    json.filter_map(|json| {
        let raw: RawCard<'_> = crate::json::from_str(json).ok()?;
        let url = raw.url.filled().or(raw.image.link.filled())?;
        let label = raw.image.title.owned().unwrap_or_else(|| host(url).to_owned());
        Some((raw.id.owned()?, Card { label, url: url.to_owned() }))
    })
    .collect()
}

/// The host of an address, without `www.`.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    host.strip_prefix("www.").unwrap_or(host)
}

const RENDER: (&str, &str) = ("<grok:render", "</grok:render>");
const ARTIFACT: (&str, &str) = ("<xaiArtifact", "</xaiArtifact>");

/// Splits an answer into text, with its citations as links, and documents.
pub(super) fn split(said: &str, cards: &HashMap<String, Card>, notes: &mut Notes, parts: &mut Vec<Part>) {
    let mut text = String::new();
    let mut rest = said;
    loop {
        let found = [RENDER, ARTIFACT].iter().filter_map(|mark| Some((rest.find(mark.0)?, *mark))).min();
        let Some((begin, mark)) = found else { break };
        let Some((attributes, body, after)) = element(&rest[begin + mark.0.len()..], mark.1) else {
            // Without an end it is no element; what comes behind may be one.
            let end = begin + mark.0.len();
            text.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        };
        text.push_str(&rest[..begin]);
        rest = after;
        if mark == RENDER {
            match attribute(attributes, "card_id").and_then(|id| cards.get(id)) {
                Some(card) => text.extend(link(&card.label, &card.url).map(|link| format!(" {link}"))),
                None => notes.unknown("Grok card", attribute(attributes, "card_type").unwrap_or("(none)")),
            }
        } else {
            parts.extend(assemble::text(text.trim_end_matches('\n')));
            text.clear();
            rest = rest.trim_start_matches('\n');
            parts.push(artifact(attributes, body));
        }
    }
    text.push_str(rest);
    parts.extend(assemble::text(&text));
}

/// The attributes and the body of an element, and what comes behind it.
fn element<'a>(text: &'a str, end: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let (inside, after) = text.split_once(end)?;
    let mut quoted = false;
    let tag_end = inside.find(|character| {
        quoted ^= character == '"';
        character == '>' && !quoted
    })?;
    Some((&inside[..tag_end], &inside[tag_end + 1..], after))
}

fn artifact(attributes: &str, body: &str) -> Part {
    let value = |name| attribute(attributes, name).map(unescape).filter(|value| !value.trim().is_empty());
    let title = value("title");
    let content_type = value("contentType").unwrap_or_default().to_ascii_lowercase();
    let subtype = content_type.rsplit('/').next().unwrap_or_default();
    let language = match subtype.strip_prefix("x-").unwrap_or(subtype) {
        "" | "plain" => None,
        language => Some(language.to_owned()),
    };
    let id = value("artifact_id").or_else(|| title.clone()).unwrap_or_else(|| "artifact".to_owned());
    Part::Artifact { id, title, language, text: body.trim_matches('\n').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{cards, split};
    use crate::provider::Notes;
    use aios_model::Part;
    use proptest::prelude::*;

    fn parts(said: &str) -> Vec<Part> {
        let json = [r#"{"id":"c1","cardType":"citation_card","url":"https://www.a.example/x?y"}"#, "no JSON"];
        let mut parts = Vec::new();
        split(said, &cards(json.into_iter()), &mut Notes::default(), &mut parts);
        parts
    }

    #[test]
    fn cards_become_links_and_artifacts_parts() {
        let said = "Blue.<grok:render card_id=\"c1\" type=\"render_inline_citation\"><argument name=\"citation_id\">0</argument></grok:render>\
            <grok:render card_id=\"c2\"></grok:render>\n\n<xaiArtifact artifact_id=\"a\" title=\"sum.py\" contentType=\"text/python\">\nx > 1\n</xaiArtifact>\nEnd <grok:render";
        let expected = [
            Part::text("Blue. [a.example](https://www.a.example/x?y)"),
            Part::Artifact {
                id: "a".to_owned(),
                title: Some("sum.py".to_owned()),
                language: Some("python".to_owned()),
                text: "x > 1".to_owned(),
            },
            Part::text("End <grok:render"),
        ];
        assert_eq!(parts(said), expected);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(pieces in proptest::collection::vec(proptest::sample::select(vec![
            "<grok:render", " card_id=\"c1\"", "\"", ">", "\n", "</grok:render>", "<xaiArtifact", "</xaiArtifact>", "ä"
        ]), 0..30)) {
            parts(&pieces.concat());
        }
    }
}
