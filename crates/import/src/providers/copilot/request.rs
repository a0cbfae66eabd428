use super::{
    response::{self, RawPart},
    target::{Pointer, Target},
    tool::{Call, Markdown, Words, words},
};
use crate::{
    lenient::{Entries, Flag, Json, List, Number, Text, TextOr, Time, lenient_object},
    provider::Notes,
    providers::local::{Chain, basename, content_id, message},
};
use aios_model::{Feedback, Message, Part, Rating, Role, Timestamp};
use std::collections::{HashMap, HashSet};

lenient_object! {
    /// A question with the answer to it.
    struct RawRequest<'de> {
        "requestId" => id: Text<'de>,
        "providerRequestId" => provider_id: Text<'de>,
        "message" => message: TextOr<'de, RawMessage<'de>>,
        "variableData" => variables: RawVariables<'de>,
        "response" => response: TextOr<'de, List<TextOr<'de, RawPart<'de>>>>,
        "shouldBeRemovedOnSend" => removed: Json,
        "isHidden" => is_hidden: Flag,
        "isSystemInitiated" => is_system_initiated: Flag,
        "timestamp" => timestamp: Time,
        "modelId" => model: Text<'de>,
        "result" => result: RawResult<'de>,
        "responseErrorDetails" => old_error: RawError<'de>,
        "isCanceled" => is_canceled: Flag,
        "modelState" => state: RawState<'de>,
        "vote" => vote: Number,
        "voteDownReason" => vote_down_reason: Text<'de>,
        "contentReferences" => references: List<RawReference<'de>>,
        "codeCitations" => citations: List<RawCodeCitation<'de>>,
    } known [
        "responseId" "followups" "agent" "slashCommand" "modeInfo" "responseMarkdownInfo" "confirmation" "usedContext"
        "editedFileEvents" "timeSpentWaiting" "workingSet" "attempt" "acceptedConfirmationData" "rejectedConfirmationData"
        "locationData" "attachedContext" "isCompleteAddedRequest" "usage" "completionTokens" "elapsedMs"
    ]
}

lenient_object! {
    struct RawMessage<'de> {
        "text" => text: Text<'de>,
        "parts" => parts: List<RawText<'de>>,
    }
}

lenient_object! {
    struct RawText<'de> {
        "text" => text: Text<'de>,
    }
}

lenient_object! {
    struct RawVariables<'de> {
        "variables" => variables: List<RawVariable<'de>>,
    }
}

lenient_object! {
    /// Something that was given along with a question: a file, a selection, a picture, pasted text.
    struct RawVariable<'de> {
        "kind" => kind: Text<'de>,
        "name" => name: Text<'de>,
        "fileName" => file_name: Text<'de>,
        "value" => value: Pointer<'de>,
        "code" => code: Text<'de>,
        "mimeType" => media_type: Text<'de>,
        "enabled" => enabled: Flag,
    }
}

lenient_object! {
    struct RawResult<'de> {
        "errorDetails" => error: RawError<'de>,
        "timings" => timings: RawTimings<'de>,
        "details" => details: Text<'de>,
        "metadata" => metadata: RawMetadata<'de>,
    }
}

lenient_object! {
    struct RawError<'de> {
        "message" => message: Markdown<'de>,
        "code" => code: Text<'de>,
    }
}

lenient_object! {
    struct RawTimings<'de> {
        "totalElapsed" => total_elapsed: Text<'de>,
    }
}

lenient_object! {
    struct RawMetadata<'de> {
        "resolvedModel" => resolved_model: Text<'de>,
        "toolCallRounds" => rounds: List<RawRound<'de>>,
        "toolCallResults" => results: Entries<'de, Words>,
    }
}

lenient_object! {
    struct RawRound<'de> {
        "toolCalls" => calls: List<RawCall<'de>>,
    }
}

lenient_object! {
    struct RawCall<'de> {
        "id" => id: Text<'de>,
        "name" => name: Text<'de>,
        "arguments" => arguments: Json,
    }
}

lenient_object! {
    struct RawState<'de> {
        "value" => value: Text<'de>,
        "completedAt" => completed_at: Time,
    }
}

lenient_object! {
    struct RawReference<'de> {
        "reference" => reference: Pointer<'de>,
    }
}

lenient_object! {
    /// Public code that the answer resembles.
    struct RawCodeCitation<'de> {
        "value" => value: Pointer<'de>,
        "license" => license: Text<'de>,
        "snippet" => snippet: Text<'de>,
    }
}

impl RawRequest<'_> {
    /// Whether it is a question or an answer at all.
    pub fn is_one(&self) -> bool {
        !matches!((&self.message, &self.response), (TextOr::Nothing, TextOr::Nothing))
    }

    /// Adds the question and the answer, as far as there are such.
    pub fn convert(&self, chain: &mut Chain, notes: &mut Notes) {
        if !self.is_one() {
            return;
        }
        self.unknown.iter().for_each(|name| notes.unknown("Copilot request field", name));
        let asked = self.timestamp.0;
        let question = self.question();
        let answer = self.answer(notes);
        let id = self.id.owned().or_else(|| self.provider_id.owned()).unwrap_or_else(|| {
            let begin = answer.iter().find_map(|part| if let Part::Text { text } = part { Some(text) } else { None });
            let begin: String = begin.into_iter().flat_map(|text| text.chars()).take(1000).collect();
            let asked = asked.map_or(0, Timestamp::milliseconds).to_le_bytes();
            content_id(&[self.text().as_bytes(), begin.as_bytes(), &asked])
        });
        // What was undone, as VS Code decides it; an undone end leaves the rest of the answer.
        let removed = self.removed.0.as_deref().unwrap_or_default();
        let undone = (removed == "true" || removed.starts_with('{')) && !removed.contains("\"afterUndoStop\":\"");
        let hidden = undone || self.is_hidden.set();
        if !question.is_empty() {
            let hidden = hidden || self.is_system_initiated.set();
            chain.push(Message { hidden, ..message(id.clone(), Role::User, asked, question) });
        }
        if answer.is_empty() {
            return;
        }
        let rating = match self.vote.0 {
            Some(1.0) => Some(Rating::Up),
            // 2 until the end of 2023.
            Some(0.0 | 2.0) => Some(Rating::Down),
            _ => None,
        };
        let reason = self.vote_down_reason.owned().filter(|_| rating == Some(Rating::Down));
        chain.push(Message {
            model: self.model(),
            hidden,
            rating,
            feedback: reason.map(|reason| Feedback { reason: Some(reason), comment: None }),
            // The id that VS Code gives to answers is made anew when it reads an old session, that of the question is not.
            ..message(format!("{id}-answer"), Role::Assistant, self.answered(), answer)
        });
    }

    fn answered(&self) -> Option<Timestamp> {
        self.state.completed_at.0.or_else(|| {
            let took: f64 = self.result.timings.total_elapsed.as_str().parse().ok()?;
            // The cast saturates.
            Some(Timestamp::from_milliseconds(self.timestamp.0?.milliseconds().saturating_add(took as i64)))
        })
    }

    /// The model that answered: the one that was chosen, unless the choice was left to Copilot.
    fn model(&self) -> Option<String> {
        let chosen = self.model.filled();
        let resolved = self.result.metadata.resolved_model.filled();
        // "GPT-4.1 • 1x"
        let named = || self.result.details.filled().and_then(|details| details.split(" • ").next());
        let model = match chosen {
            Some(chosen) if !chosen.ends_with("/auto") => Some(chosen),
            auto => resolved.or_else(named).or(auto),
        };
        model.map(str::to_owned)
    }

    fn text(&self) -> String {
        match &self.message {
            TextOr::Text(text) => text.to_string(),
            TextOr::Other(message) if message.text.filled().is_some() => message.text.as_str().to_owned(),
            TextOr::Other(message) => message.parts.0.iter().map(|part| part.text.as_str()).collect(),
            TextOr::Nothing => String::new(),
        }
    }

    fn question(&self) -> Vec<Part> {
        let text = self.text();
        let mut parts = Vec::new();
        if !text.trim().is_empty() {
            parts.push(Part::text(text));
        }
        let mut seen = HashSet::new();
        for part in self.variables.variables.0.iter().filter_map(RawVariable::convert) {
            let is_new = match &part {
                Part::Attachment { name, text, .. } => seen.insert((name.clone(), text.clone())),
                _ => true,
            };
            parts.extend(is_new.then_some(part));
        }
        parts
    }

    fn answer(&self, notes: &mut Notes) -> Vec<Part> {
        let results: HashMap<&str, &str> =
            self.result.metadata.results.0.iter().map(|(id, words)| (&**id, words.0.as_str())).collect();
        let calls = self.result.metadata.rounds.0.iter().flat_map(|round| &round.calls.0);
        let calls: Vec<Call<'_>> = calls
            .map(|call| Call {
                id: call.id.as_str(),
                name: call.name.as_str(),
                arguments: call.arguments.0.as_deref().unwrap_or_default(),
                output: results.get(call.id.as_str()).copied().filter(|words| !words.trim().is_empty()),
            })
            .collect();
        let mut parts = match &self.response {
            TextOr::Text(text) => vec![Part::text(text.as_ref())],
            TextOr::Other(List(response)) => response::convert(response, &calls, notes),
            TextOr::Nothing => Vec::new(),
        };
        parts.retain(|part| !matches!(part, Part::Text { text } if text.trim().is_empty()));
        self.cite(&mut parts);
        for error in [&self.result.error, &self.old_error] {
            let text = words(&error.message);
            // A code comes with the sentence that a person reads, if it comes.
            if !text.trim().is_empty() || error.code.filled().is_some() {
                let text = if text.trim().is_empty() { error.code.as_str() } else { text };
                parts.push(Part::Unsupported { kind: "error".to_owned(), text: text.to_owned() });
            }
        }
        if self.is_canceled.set() || self.state.value.as_str() == "2" {
            parts.push(Part::Unsupported { kind: "canceled".to_owned(), text: String::new() });
        }
        parts
    }

    /// Adds what the answer leans on: what was looked at, and public code that it resembles.
    fn cite(&self, parts: &mut Vec<Part>) {
        let references = self
            .references
            .0
            .iter()
            .filter_map(|reference| Target::of_source(&reference.reference))
            .map(|Target { name, url }| Part::Citation { title: Some(name), url, text: None });
        let citations = self.citations.0.iter().filter_map(|citation| {
            let target = Target::of(&citation.value)?;
            let title = match citation.license.filled() {
                Some(license) => format!("{} ({license})", target.name),
                None => target.name,
            };
            Some(Part::Citation { title: Some(title), url: target.url, text: citation.snippet.owned() })
        });
        let mut seen = HashSet::new();
        for part in references.chain(citations) {
            if let Part::Citation { title, url, text } = &part
                && seen.insert((title.clone(), url.clone(), text.clone()))
            {
                parts.push(part);
            }
        }
    }
}

impl RawVariable<'_> {
    fn convert(&self) -> Option<Part> {
        let kind = self.kind.as_str();
        // Tools are named in the question itself; what is off was not sent.
        if matches!(kind, "tool" | "toolset") || self.enabled.0 == Some(false) {
            return None;
        }
        let own = self.file_name.filled().or(self.name.filled()).map(basename);
        let (pointed, text) = match &self.value {
            TextOr::Text(text) if !text.contains("://") || text.contains(char::is_whitespace) => {
                (None, Some(text.to_string()))
            }
            value => (Target::of(value), None),
        };
        let pointed = pointed.map(|target| target.url.unwrap_or(target.name));
        let text = self.code.owned().or(text).filter(|text| !text.trim().is_empty());
        let name = pointed.or(own).filter(|name| !name.is_empty())?;
        let media_type = self.media_type.owned();
        if kind == "image" {
            return Some(Part::Image { reference: name, media_type, description: None });
        }
        Some(Part::Attachment { name, reference: None, media_type, size: None, text })
    }
}
