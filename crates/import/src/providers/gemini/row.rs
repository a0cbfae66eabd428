//! One row of Google's activity that is about Gemini, whether it came as JSON or as HTML.

use super::{
    html::{self, Converted},
    verbs::{self, Deed},
};
use aios_model::{Part, Rating, Timestamp};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// A row that is part of a conversation.
pub(super) struct Row {
    pub time: Option<Timestamp>,
    /// The conversations that its details name.
    pub conversations: Vec<String>,
    pub done: Done,
    /// The parts of each answer; several if it was asked for again.
    pub answers: Vec<Vec<Part>>,
    /// What a later row says about the answer.
    pub rating: Option<Rating>,
    /// Its position in the file, in which the newest come first.
    pub order: u64,
}

/// What was done.
pub(super) enum Done {
    Prompt { text: String, beside: Vec<Part> },
    Canvas { title: String },
    Rating(Option<Rating>),
}

/// What a row is made of.
#[derive(Default)]
pub(super) struct Pieces<'a> {
    pub time: Option<Timestamp>,
    pub conversations: Vec<String>,
    pub title: &'a str,
    /// A space that does not break stands behind the verb of the title, whatever its language.
    pub marked: bool,
    /// What came with the prompt.
    pub beside: Vec<Part>,
    pub answers: Vec<Converted>,
}

impl Row {
    /// The row; `None` if it is neither prompt nor answer.
    pub fn new(pieces: Pieces<'_>) -> Option<Row> {
        let answers = answers(pieces.answers);
        let done = match verbs::read(pieces.title) {
            Deed::Prompt(prompt) => prompt_of(prompt, pieces.beside),
            Deed::Canvas(title) => Done::Canvas { title: title.to_owned() },
            Deed::Rating(rating) if answers.is_empty() => Done::Rating(rating),
            Deed::Rating(_) => prompt_of(pieces.title, pieces.beside),
            // A verb that is not known here: it was a prompt if there is an answer.
            Deed::Other(_) if answers.is_empty() => return None,
            Deed::Other(title) => {
                let behind_verb = title.split_once('\u{a0}').filter(|(verb, _)| pieces.marked && verb.len() < 60);
                prompt_of(behind_verb.map_or(title, |(_, prompt)| prompt), pieces.beside)
            }
        };
        let Pieces { time, conversations, .. } = pieces;
        Some(Row { time, conversations, done, answers, rating: None, order: 0 })
    }

    /// An id that is the same in every export, JSON or HTML: the second of its time (HTML says no more), and a hash of its words. Of rows without a
    /// time the answer counts as well.
    pub fn id(&self) -> String {
        let mut hash = Sha256::new();
        let words = match &self.done {
            Done::Prompt { text, .. } => text,
            Done::Canvas { title } => title,
            Done::Rating(_) => "",
        };
        add_words(&mut hash, words);
        let mut id = match self.time {
            Some(time) => time.milliseconds().div_euclid(1000).to_string(),
            None => {
                self.answers.iter().flatten().for_each(|part| {
                    if let Part::Text { text } = part {
                        add_words(&mut hash, text);
                    }
                });
                "undated".to_owned()
            }
        };
        id.push('-');
        for byte in &hash.finalize()[..8] {
            // Writing into a string cannot fail.
            let _ = write!(id, "{byte:02x}");
        }
        id
    }

    /// How much memory its text takes, about.
    pub fn size(&self) -> usize {
        let beside = match &self.done {
            Done::Prompt { text, beside } => text.len() + beside.iter().map(size).sum::<usize>(),
            Done::Canvas { title } => title.len(),
            Done::Rating(_) => 0,
        };
        size_of::<Row>() + beside + self.answers.iter().flatten().map(size).sum::<usize>()
    }
}

/// Adds the words of a text and not the white space between them, which the two forms of the activity write differently.
fn add_words(hash: &mut Sha256, text: &str) {
    for word in text.split_whitespace() {
        hash.update(word);
        hash.update(b" ");
    }
}

fn size(part: &Part) -> usize {
    size_of::<Part>()
        + match part {
            Part::Text { text } | Part::Unsupported { text, .. } => text.len(),
            _ => 100,
        }
}

fn prompt_of(prompt: &str, beside: Vec<Part>) -> Done {
    Done::Prompt { text: verbs::without_count(prompt).trim().to_owned(), beside }
}

/// Several answers were asked for one after the other. What holds only pictures belongs to the answer before it.
fn answers(converted: Vec<Converted>) -> Vec<Vec<Part>> {
    let mut answers: Vec<Vec<Part>> = Vec::new();
    for Converted { markdown, pictures } in converted {
        let text = (!markdown.is_empty()).then(|| Part::text(markdown));
        let is_new = text.is_some() || answers.is_empty();
        let pictures = pictures.into_iter().map(|picture| image(picture.name, picture.description));
        let parts: Vec<Part> = text.into_iter().chain(pictures).collect();
        match answers.last_mut() {
            _ if parts.is_empty() => {}
            Some(last) if !is_new => last.extend(parts),
            _ => answers.push(parts),
        }
    }
    answers.dedup();
    answers
}

fn image(reference: String, description: Option<String>) -> Part {
    Part::Image { reference, media_type: None, description }
}

/// A file that lies beside the activity: a picture by the ending of its name, or another file.
pub(super) fn file(name: Option<String>, reference: String) -> Part {
    let ending = reference.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    if matches!(
        ending.as_str(),
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "heic" | "heif" | "bmp" | "avif" | "tif" | "tiff"
    ) {
        return image(reference, name);
    }
    Part::Attachment {
        name: name.unwrap_or_else(|| reference.clone()),
        reference: Some(reference),
        media_type: None,
        size: None,
        text: None,
    }
}

/// A file or page that was given with a prompt, by its name and address.
pub(super) fn given(name: &str, address: Option<&str>) -> Option<Part> {
    let name = name.trim().trim_start_matches(['-', '–', '•']).trim();
    let name = (!name.is_empty()).then(|| name.to_owned());
    let address = address.map(str::trim).filter(|address| !address.is_empty());
    match (name, address) {
        (name, Some(address)) => Some(match html::file_name(address) {
            Some(reference) => file(name, reference),
            None => Part::Citation { title: name, url: Some(address.to_owned()), text: None },
        }),
        (Some(name), None) => {
            Some(Part::Attachment { name, reference: None, media_type: None, size: None, text: None })
        }
        (None, None) => None,
    }
}

/// The conversation that an address of Gemini leads to.
pub(super) fn conversation_of(address: &str) -> Option<String> {
    let (_, path) = ["gemini.google.com/", "bard.google.com/"].iter().find_map(|host| address.split_once(host))?;
    let mut segments = path.split(['?', '#', ' ']).next()?.split('/').filter(|segment| !segment.is_empty());
    // More than one account: `u/1/app/…`.
    let kind =
        segments.by_ref().find(|segment| !(*segment == "u" || segment.bytes().all(|byte| byte.is_ascii_digit())))?;
    let id = match kind {
        "app" | "chat" => segments.next()?,
        // `gem/<the gem>/<the conversation>`
        "gem" => segments.nth(1)?,
        _ => return None,
    };
    let is_id =
        (4..80).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    is_id.then(|| id.to_owned())
}

/// Whether a product's name, in whatever language, is that of Gemini, or Bard as it was called before.
pub(super) fn is_gemini(product: &str) -> bool {
    product
        .split(|character: char| !character.is_ascii_alphanumeric())
        .any(|word| word.eq_ignore_ascii_case("gemini") || word.eq_ignore_ascii_case("bard"))
}

#[cfg(test)]
mod tests {
    use super::{conversation_of, is_gemini};

    #[test]
    fn addresses_of_conversations_are_told_from_others() {
        assert_eq!(
            conversation_of("https://gemini.google.com/app/7b0000000000aaaa").as_deref(),
            Some("7b0000000000aaaa")
        );
        assert_eq!(conversation_of("https://gemini.google.com/u/1/app/abcd?hl=de").as_deref(), Some("abcd"));
        assert_eq!(conversation_of("https://gemini.google.com/gem/coach/abcd1").as_deref(), Some("abcd1"));
        for address in [
            "https://gemini.google.com/app",
            "https://gemini.google.com/gem/coach",
            "https://e.org/app/abcd",
            "https://gemini.google.com/app/../x",
        ] {
            assert_eq!(conversation_of(address), None, "{address}");
        }
    }

    #[test]
    fn products_are_told_by_a_word() {
        assert!(
            ["Gemini Apps", "Gemini-appar", "Applications Gemini", "Gemini 앱", "Bard", "Geminiアプリ"]
                .into_iter()
                .all(is_gemini)
        );
        assert!(!["YouTube", "Lombard", "Geminid", ""].into_iter().any(is_gemini));
    }
}
