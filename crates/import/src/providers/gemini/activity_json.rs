//! The activity as JSON: `Takeout/My Activity/Gemini Apps/MyActivity.json`, names of folders and files in the language of the account.
//!
//! ```text
//! [ { "header": "Gemini Apps", "title": "Prompted <prompt>", "time", "products": ["Gemini Apps"],
//!     "safeHtmlItem": [{"html": answer}] (several if it was asked for again), "details": [{"name", "url"}],
//!     "subtitles": [{"name": "Attached 1 file."}, {"name": "-  a.png", "url": "a-1e98.png"}], "attachedFiles": [names], "imageFile": name } ]
//! ```

use super::{
    html,
    row::{self, Pieces, Row},
    verbs,
};
use crate::lenient::{List, Text, TextOr, Time, lenient_object};
use aios_model::Part;

lenient_object! {
    struct RawRow<'de> {
        "header" => header: Text<'de>,
        "title" => title: Text<'de>,
        "time" => time: Time,
        "products" => products: List<Text<'de>>,
        "details" => details: List<RawLink<'de>>,
        "safeHtmlItem" => answers: List<RawHtml<'de>>,
        "subtitles" => subtitles: List<RawLink<'de>>,
        "attachedFiles" => files: List<TextOr<'de, RawLink<'de>>>,
        "audioFiles" => recordings: List<TextOr<'de, RawLink<'de>>>,
        "imageFile" => image: Text<'de>,
        "text" => text: Text<'de>,
    } known ["activityControls" "titleUrl" "description" "locationInfos"]
}

lenient_object! {
    struct RawLink<'de> {
        "name" => name: Text<'de>,
        "url" => url: Text<'de>,
    }
}

lenient_object! {
    struct RawHtml<'de> {
        "html" => html: Text<'de>,
    }
}

impl RawRow<'_> {
    /// It is a row of the activity, of whatever product.
    pub fn is_row(&self) -> bool {
        self.title.0.is_some() && (self.header.0.is_some() || !self.products.0.is_empty())
    }

    /// It is about Gemini.
    pub fn is_gemini(&self) -> bool {
        std::iter::once(&self.header).chain(&self.products.0).any(|name| row::is_gemini(name.as_str()))
    }

    /// The row, if it is part of a conversation.
    pub fn convert(&self) -> Option<Row> {
        let mut conversations: Vec<String> = Vec::new();
        for link in &self.details.0 {
            let found = [&link.url, &link.name].into_iter().find_map(|text| row::conversation_of(text.as_str()));
            if let Some(id) = found.filter(|id| !conversations.contains(id)) {
                conversations.push(id);
            }
        }
        let mut answers: Vec<_> = self.answers.0.iter().map(|answer| html::convert(answer.html.as_str())).collect();
        if answers.is_empty() {
            answers.extend(self.text.filled().map(html::convert));
        }
        let in_answers =
            |name: &str| answers.iter().flat_map(|answer| &answer.pictures).any(|picture| picture.name == name);
        let mut beside = self.subtitles();
        let named = self.files.0.iter().chain(&self.recordings.0).filter_map(file_name);
        for name in named.chain(self.image.owned()) {
            if !in_answers(&name) && !beside.iter().any(|part| reference(part) == Some(&name)) {
                beside.push(row::file(None, name));
            }
        }
        Row::new(Pieces {
            time: self.time.0,
            conversations,
            title: self.title.as_str(),
            marked: false,
            beside,
            answers,
        })
    }

    /// The first word of the title, for a count of what was passed over.
    pub fn verb(&self) -> String {
        self.title.as_str().split_whitespace().next().unwrap_or_default().to_owned()
    }

    fn subtitles(&self) -> Vec<Part> {
        let with_files = self.subtitles.0.iter().any(|link| link.url.filled().is_some());
        let mut parts = Vec::new();
        for link in &self.subtitles.0 {
            let name = link.name.as_str().trim();
            let counts = verbs::is_count(name) || (with_files && name.chars().any(char::is_numeric));
            match link.url.filled() {
                None if counts || name.is_empty() => {}
                None if name.starts_with("- ") => parts.extend(row::given(name, None)),
                None => parts.push(Part::Unsupported { kind: "note".to_owned(), text: name.to_owned() }),
                Some(address) => parts.extend(row::given(name, Some(address))),
            }
        }
        parts
    }
}

fn file_name(file: &TextOr<'_, RawLink<'_>>) -> Option<String> {
    let name = match file {
        TextOr::Text(name) => name,
        TextOr::Other(link) => link.url.filled().or(link.name.filled())?,
        TextOr::Nothing => return None,
    };
    // These are names as they are, not addresses: a `%` is one.
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).trim();
    (!name.is_empty()).then(|| name.to_owned())
}

fn reference(part: &Part) -> Option<&String> {
    match part {
        Part::Image { reference, .. } => Some(reference),
        Part::Attachment { reference, .. } => reference.as_ref(),
        _ => None,
    }
}
