//! What the cases show.

use crate::chat::{
    hooks::use_chat::Chat,
    types::chat::{Enclosure, OpenConversation, OpenTurn, Step},
};
use aios_model::{ConversationSummary, Rating, Source, Timestamp, TurnStatus};

/// 2026-03-04 09:30 UTC: whatever says "today" means it.
pub(super) const NOW: Timestamp = Timestamp::from_milliseconds(1_772_616_600_000);

const DAY: i64 = 86_400_000;

pub(super) const ANSWER: &str = r#"## What a keeper counts

Ships, *mostly*. Three things **help**, and `lamp.trim()` is one of them[^1]:

1. a log with the hour of each light,
2. a kettle that never quite boils,
   - green tea
   - black tea
3. somebody to tell it to.

- [x] oil
- [ ] wicks

> The sea is calm to-night.

| Hour | Light | Bearing | Remarks that make this table wider than a phone can show at once |
|-----:|:------|:-------:|:---|
| 2:10 | white | NNE | a collier, low in the water, with no hurry at all |
| 3:45 | red   | W | fishing |

```rust
/// How many passed.
fn passed(ships: &[Ship]) -> usize {
    ships.iter().filter(|ship| ship.lights > 0 && ship.name != "Flying Dutchman").count() // but who is sure?
}
```

A link that [says where it goes](https://example.org/lights), and one that is [not followed](javascript:alert(1)).

---

[^1]: Trimmed twice a night."#;

pub(super) fn long_word() -> String {
    format!(
        "{} and {}",
        "Donaudampfschifffahrtsgesellschaft".repeat(8),
        "https://example.org/".to_owned() + &"path/".repeat(60)
    )
}

/// A line of the list: its name, where it was held, and how many days ago something was said in it.
pub(super) fn summary(name: Option<&str>, source: &'static str, days: i64) -> ConversationSummary {
    let last_updated = Timestamp::from_milliseconds(NOW.milliseconds() - days * DAY);
    ConversationSummary {
        session_id: format!("made-up-{source}-{days}"),
        name: name.map(str::to_owned),
        source: Source::new(source),
        started: last_updated,
        last_updated,
        turn_count: 12,
        archived: false,
        pinned: false,
        model: Some("claude-opus-4".to_owned()),
        preview: "What does a lighthouse keeper do all night?".to_owned(),
    }
}

/// A turn that is stored and whole.
pub(super) fn turn(id: i64) -> OpenTurn {
    OpenTurn {
        id,
        timestamp: NOW,
        user_message: "What does a lighthouse keeper do all night?".to_owned(),
        enclosures: Vec::new(),
        reasoning: String::new(),
        steps: Vec::new(),
        assistant_message: "Count ships, the way others count sheep.".to_owned(),
        model: Some("claude-opus-4".to_owned()),
        status: TurnStatus::Complete,
        error: None,
        rating: None,
        siblings: Vec::new(),
    }
}

/// A turn with everything that there can be.
pub(super) fn full_turn(id: i64) -> OpenTurn {
    let enclosure = |name: &str, text: Option<&str>, is_picture| Enclosure {
        name: name.to_owned(),
        text: text.map(str::to_owned),
        is_picture,
        file: None,
    };
    let artifact = |version, is_latest| Step::Artifact {
        title: "Log of the night".to_owned(),
        language: Some("markdown".to_owned()),
        text: "# 4 March\n\n- 2:10 a collier".to_owned(),
        version: Some((version, 2)),
        is_latest,
    };
    OpenTurn {
        enclosures: vec![enclosure("tides.csv", Some("hour,height\n2,1.4"), false), enclosure("sea.png", None, true)],
        reasoning: "The reader wants **numbers**, not poetry.".to_owned(),
        steps: vec![
            Step::ToolCall { name: "search_history".to_owned(), input: r#"{"words": "collier"}"#.to_owned() },
            Step::ToolResult { output: "2 conversations".to_owned(), error: false },
            Step::ToolResult { output: "The second one could not be read.".to_owned(), error: true },
            Step::Notice("The model was given the last 8 of 40 turns.".to_owned()),
            Step::Citation { title: "Lights and signals".to_owned(), text: "A white light by night.".to_owned() },
            artifact(1, false),
            artifact(2, true),
            Step::Unsupported { kind: "hologram".to_owned(), text: "A lighthouse, turning.".to_owned() },
        ],
        assistant_message: ANSWER.to_owned(),
        rating: Some(Rating::Up),
        siblings: vec![id - 1, id, id + 1],
        ..turn(id)
    }
}

/// Opens a conversation with these turns, as a context.
pub(super) fn open(turns: Vec<OpenTurn>, earlier_turns: u32, later_turns: u32) -> Chat {
    Chat::provide(Some(&OpenConversation {
        summary: summary(Some("Nights at the lighthouse"), "claude", 0),
        system_prompt: None,
        presets: Vec::new(),
        preset: None,
        turns,
        earlier_turns,
        later_turns,
        is_aside: false,
    }))
}
