//! Makes what is shown of a conversation from what is stored of it.

use crate::chat::types::chat::{Enclosure, FileHere, OpenConversation, OpenTurn, Place, Step};
use crate::texts::texts;
use aios_chat::{Chat, Error, ErrorKind, Path, Position};
use aios_model::{Part, Role, StoredConversation, StoredFile, StoredTurn};
use std::collections::HashMap;

/// A conversation with up to `limit` of its turns, as they are shown.
///
/// # Errors
/// Those of [`Chat::get`] and [`Chat::turns`].
pub async fn window(chat: &Chat, session_id: &str, place: Place, limit: u32) -> Result<OpenConversation, Error> {
    let (position, turn_id) = match place {
        Place::End => return Ok(open_conversation(chat.get(session_id, Some(limit)).await?)),
        Place::Turn(turn_id) => (Position::Around(turn_id), Some(turn_id)),
        Place::Number(number) => (Position::At(number.saturating_sub(1)), None),
        Place::Before(turn_id) => (Position::Before(turn_id), Some(turn_id)),
        Place::After(turn_id) => (Position::After(turn_id), Some(turn_id)),
    };
    let mut stored = chat.get(session_id, Some(0)).await?;
    let mut is_aside = false;
    let mut page = chat.turns(session_id, Path::Active, position, limit).await;
    if let (Err(error), Some(turn_id)) = (&page, turn_id)
        && error.kind() == ErrorKind::NotFound
    {
        page = chat.turns(session_id, Path::Through(turn_id), position, limit).await;
        is_aside = page.is_ok();
    }
    let page = match page {
        // A link outlives what it leads to.
        Err(error) if error.kind() == ErrorKind::NotFound && matches!(place, Place::Turn(_)) => {
            return Ok(open_conversation(chat.get(session_id, Some(limit)).await?));
        }
        page => page?,
    };
    stored.turns = page.turns;
    stored.earlier_turns = page.earlier;
    Ok(OpenConversation { is_aside, ..open_turns(stored, page.later) })
}

/// The conversation as it is shown, with the end of its active branch.
pub fn open_conversation(stored: StoredConversation) -> OpenConversation {
    open_turns(stored, 0)
}

fn open_turns(stored: StoredConversation, later_turns: u32) -> OpenConversation {
    let StoredConversation { summary, system_prompt, turns, earlier_turns, files } = stored;
    let files = files.into_iter().map(|file| (file.reference.clone(), file)).collect();
    let mut versions: HashMap<String, Versions> = HashMap::new();
    for message in turns.iter().flat_map(|turn| &turn.messages).filter(|message| !message.hidden) {
        for part in &message.parts {
            if let Part::Artifact { id, .. } = part {
                versions.entry(id.clone()).or_default().total += 1;
            }
        }
    }
    let mut beside = Beside { files, versions, is_whole: earlier_turns == 0 && later_turns == 0 };
    let turns = turns.into_iter().map(|turn| open_turn(turn, &mut beside)).collect();
    OpenConversation {
        summary,
        system_prompt,
        presets: Vec::new(),
        preset: None,
        turns,
        earlier_turns,
        later_turns,
        is_aside: false,
    }
}

/// What parts of a conversation refer to.
struct Beside {
    /// Files that are here, by reference.
    files: HashMap<String, StoredFile>,
    /// Documents, by id.
    versions: HashMap<String, Versions>,
    /// All turns are at hand.
    is_whole: bool,
}

#[derive(Default)]
struct Versions {
    seen: u32,
    total: u32,
}

fn open_turn(turn: StoredTurn, beside: &mut Beside) -> OpenTurn {
    let visible = || turn.messages.iter().filter(|message| !message.hidden);
    let asked = visible().filter(|message| message.role == Role::User).flat_map(|message| &message.parts);
    OpenTurn {
        id: turn.id,
        timestamp: turn.timestamp,
        enclosures: asked.filter_map(|part| enclosure(part, beside)).collect(),
        reasoning: reasoning(&turn),
        steps: visible()
            .flat_map(|message| message.parts.iter().map(move |part| (message.role, part)))
            .filter_map(|(role, part)| step(role, part, beside))
            .collect(),
        model: turn.model.clone(),
        status: turn.status,
        error: None,
        rating: turn.rating,
        siblings: turn.siblings,
        user_message: turn.user_message,
        assistant_message: turn.assistant_message,
    }
}

fn reasoning(turn: &StoredTurn) -> String {
    let mut reasoning = String::new();
    for part in turn.messages.iter().filter(|message| !message.hidden).flat_map(|message| &message.parts) {
        if let Part::Reasoning { text, summary } = part {
            for words in
                [summary.as_deref().map(|summary| format!("**{summary}**")), Some(text.clone())].into_iter().flatten()
            {
                if !words.trim().is_empty() {
                    if !reasoning.is_empty() {
                        reasoning.push_str("\n\n");
                    }
                    reasoning.push_str(&words);
                }
            }
        }
    }
    reasoning
}

fn step(role: Role, part: &Part, beside: &mut Beside) -> Option<Step> {
    match part {
        Part::ToolCall { name, input, .. } => Some(Step::ToolCall { name: name.clone(), input: input.clone() }),
        Part::ToolResult { output, error, .. } => Some(Step::ToolResult { output: output.clone(), error: *error }),
        Part::Citation { title, url, text } => Some(Step::Citation {
            title: title.clone().or_else(|| url.clone()).unwrap_or_else(|| texts().source().to_owned()),
            text: text.clone().unwrap_or_default(),
        }),
        Part::Artifact { id, title, language, text } => {
            let is_whole = beside.is_whole;
            let versions = beside.versions.entry(id.clone()).or_default();
            versions.seen += 1;
            Some(Step::Artifact {
                title: title.clone().or_else(|| language.clone()).unwrap_or_else(|| texts().document().to_owned()),
                language: language.clone(),
                text: text.clone(),
                version: (is_whole && versions.total > 1).then_some((versions.seen, versions.total)),
                is_latest: versions.seen >= versions.total,
            })
        }
        Part::Unsupported { kind, text } => Some(Step::Unsupported { kind: kind.clone(), text: text.clone() }),
        // What the user sent stands with the question.
        Part::Image { .. } | Part::Attachment { .. } if role != Role::User => {
            enclosure(part, beside).map(Step::Enclosure)
        }
        Part::Text { .. }
        | Part::Reasoning { .. }
        | Part::Code { .. }
        | Part::Image { .. }
        | Part::Attachment { .. } => None,
    }
}

fn enclosure(part: &Part, beside: &Beside) -> Option<Enclosure> {
    let (name, reference, text, is_picture) = match part {
        Part::Attachment { name, reference, text, media_type, .. } => {
            let is_picture = media_type.as_ref().is_some_and(|kind| kind.starts_with("image/"));
            (Some(name.clone()), reference.as_ref(), text.clone(), is_picture)
        }
        Part::Image { reference, description, .. } => (description.clone(), Some(reference), None, true),
        _ => return None,
    };
    let stored = reference.and_then(|reference| beside.files.get(reference));
    let name = name
        .filter(|name| !name.is_empty())
        .or_else(|| stored.map(|file| file.name.clone()))
        .or_else(|| reference.cloned())
        .unwrap_or_else(|| "File".to_owned());
    let file = stored.map(|file| FileHere {
        hash: file.hash.clone(),
        is_picture: file.media_type.starts_with("image/"),
        size: file.size,
    });
    Some(Enclosure { name, text, is_picture, file })
}

#[cfg(test)]
mod tests {
    use super::{Beside, Versions, enclosure, step};
    use crate::chat::types::chat::Step;
    use aios_model::{Part, Role, StoredFile};
    use std::collections::HashMap;

    fn picture(reference: &str) -> Part {
        Part::Image { reference: reference.to_owned(), media_type: None, description: None }
    }

    fn beside(is_whole: bool) -> Beside {
        let file = StoredFile {
            reference: "file-1".to_owned(),
            hash: "00".to_owned(),
            name: "sea.png".to_owned(),
            media_type: "image/png".to_owned(),
            size: 7,
        };
        let versions = HashMap::from([("a".to_owned(), Versions { seen: 0, total: 2 })]);
        Beside { files: HashMap::from([("file-1".to_owned(), file)]), versions, is_whole }
    }

    #[test]
    fn a_picture_has_its_bytes_and_name_where_they_are_here() {
        let here = enclosure(&picture("file-1"), &beside(true)).unwrap();
        assert_eq!(
            (here.name.as_str(), here.file.map(|file| (file.is_picture, file.size))),
            ("sea.png", Some((true, 7)))
        );
        let gone = enclosure(&picture("file-2"), &beside(true)).unwrap();
        assert_eq!((gone.name.as_str(), gone.is_picture, gone.file), ("file-2", true, None));
    }

    #[test]
    fn pictures_of_the_answer_are_steps_and_those_of_the_question_are_not() {
        assert!(matches!(step(Role::Assistant, &picture("file-1"), &mut beside(true)), Some(Step::Enclosure(_))));
        assert_eq!(step(Role::User, &picture("file-1"), &mut beside(true)), None);
    }

    #[test]
    fn versions_are_numbered_only_where_all_of_them_are_at_hand() {
        let part = Part::Artifact { id: "a".to_owned(), title: None, language: None, text: "x".to_owned() };
        for (is_whole, expected) in [(true, [Some((1, 2)), Some((2, 2))]), (false, [None, None])] {
            let mut beside = beside(is_whole);
            let mut told = || match step(Role::Assistant, &part, &mut beside) {
                Some(Step::Artifact { version, is_latest, .. }) => (version, is_latest),
                other => panic!("{other:?}"),
            };
            assert_eq!([told(), told()], [(expected[0], false), (expected[1], true)]);
        }
    }
}
