//! One example as a line.
//!
//! The forms are those of OpenAI's guides to supervised and to direct preference fine-tuning, of the dataset formats of TRL (conversational
//! preference, unpaired preference), of Stanford Alpaca, and of AI OS's two files.

use super::Dataset;
use aios_model::Rating;
use aios_store::ratings::RatedTurn;
use serde_json::{Value, json};

/// The instructions that AI OS writes where there are none.
const AIOS_SYSTEM: &str = "You are an AI assistant, a helpful AI assistant. Be concise, supportive, and clarifying.";

/// The names of the columns.
pub(super) const CSV_HEAD: &str =
    "rated_at,rating,reason,comment,model,source,conversation,session_id,turn_id,question,answer\r\n";

/// The line of a rated answer.
pub(super) fn of_one(dataset: Dataset, rated: &RatedTurn) -> String {
    let RatedTurn { user_message: question, assistant_message: answer, rating, .. } = rated;
    let is_good = rating.rating == Rating::Up;
    let message_id = format!("assistant_{}", rated.turn_id);
    let value = match dataset {
        Dataset::Csv => return csv(rated),
        Dataset::Kto => json!({ "prompt": asked(rated), "completion": [said("assistant", answer)], "label": is_good }),
        Dataset::Alpaca => {
            let mut example = json!({ "instruction": question, "input": "", "output": answer });
            if let Some(system) = &rating.system_prompt {
                example["system"] = Value::from(system.as_str());
            }
            example
        }
        Dataset::Approved => json!({
            "messages": [
                said("system", rating.system_prompt.as_deref().unwrap_or(AIOS_SYSTEM)),
                said("user", question),
                said("assistant", answer),
            ],
            "_meta": {
                "message_id": message_id,
                "conversation_id": rated.session_id,
                "rated_at": rating.rated_at.to_string(),
                "source": "user_approved",
            },
        }),
        Dataset::Negative => json!({
            "message_id": message_id,
            "conversation_id": rated.session_id,
            "user_message": question,
            "assistant_message": answer,
            "reason": reason(rated),
            "rated_at": rating.rated_at.to_string(),
        }),
        Dataset::OpenAi | Dataset::OpenAiPreference | Dataset::Preference => {
            let mut messages = asked(rated);
            messages.push(said("assistant", answer));
            json!({ "messages": messages })
        }
    };
    format!("{value}\n")
}

/// The line of a good and a bad answer to one message.
pub(super) fn of_two(dataset: Dataset, good: &RatedTurn, bad: &RatedTurn) -> String {
    let (chosen, rejected) = (said("assistant", &good.assistant_message), said("assistant", &bad.assistant_message));
    let value = match dataset {
        Dataset::OpenAiPreference => json!({
            "input": { "messages": asked(good), "tools": [], "parallel_tool_calls": true },
            "preferred_output": [chosen],
            "non_preferred_output": [rejected],
        }),
        _ => json!({ "prompt": asked(good), "chosen": [chosen], "rejected": [rejected] }),
    };
    format!("{value}\n")
}

fn asked(rated: &RatedTurn) -> Vec<Value> {
    let system = rated.rating.system_prompt.as_deref().map(|system| said("system", system));
    system.into_iter().chain([said("user", &rated.user_message)]).collect()
}

fn said(role: &str, content: &str) -> Value {
    json!({ "role": role, "content": content })
}

/// All that was said about the rating.
fn reason(rated: &RatedTurn) -> Option<String> {
    let words: Vec<&str> =
        [&rated.rating.reason, &rated.rating.comment].into_iter().filter_map(|words| words.as_deref()).collect();
    (!words.is_empty()).then(|| words.join(": "))
}

fn csv(rated: &RatedTurn) -> String {
    let rating = &rated.rating;
    let or_none = |text: &Option<String>| text.clone().unwrap_or_default();
    let fields = [
        rating.rated_at.to_string(),
        if rating.rating == Rating::Up { "up" } else { "down" }.to_owned(),
        or_none(&rating.reason),
        or_none(&rating.comment),
        or_none(&rating.model),
        rated.source.to_string(),
        or_none(&rated.name),
        rated.session_id.clone(),
        rated.turn_id.to_string(),
        rated.user_message.clone(),
        rated.assistant_message.clone(),
    ];
    let fields: Vec<String> = fields.iter().map(|field| cell(field)).collect();
    format!("{}\r\n", fields.join(","))
}

/// A cell (RFC 4180) that no spreadsheet takes for a formula: one that begins like a formula gets an apostrophe in front, as OWASP says
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
fn cell(text: &str) -> String {
    let guard =
        if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_cell_is_no_formula_and_cannot_end_early() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!((cell("a,b\n"), cell("@x")), ("\"a,b\n\"".to_owned(), "\"'@x\"".to_owned()));
    }
}
