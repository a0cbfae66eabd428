//! What the guide says.

/// An answer.
pub(in crate::demo) struct Scene {
    /// What it thinks first.
    pub thought: &'static str,
    /// What it asks a tool, and what that answers.
    pub tool: Option<(&'static str, &'static str)>,
    /// What it says, as markdown.
    pub answer: &'static str,
}

/// Ends every answer: nobody shall take the guide for a model.
pub(super) const SIGNATURE: &str = "\n\n*I am the guide of this demo: I answer from a script, and no model was asked.*";

/// The scene for a question: the first of which a word is in it.
pub(in crate::demo) fn scene(question: &str) -> &'static Scene {
    let question = question.to_lowercase();
    let asked = |(words, _): &&(&[&str], Scene)| words.iter().any(|word| question.contains(word));
    SCENES.iter().find(asked).map_or(&WELCOME, |(_, scene)| scene)
}

/// All scenes.
#[cfg(test)]
pub(in crate::demo) fn all() -> impl Iterator<Item = &'static Scene> {
    SCENES.iter().map(|(_, scene)| scene).chain([&WELCOME])
}

const WELCOME: Scene = Scene {
    thought: "Somebody is looking around. First say what this place is, then offer a few doors.",
    tool: None,
    answer: "Welcome. This is a **reading room with made-up conversations**: everything on the left was invented, so you can open, rename, rate, archive and \
        delete without a care. Nothing that you do here reaches your own history, and *Start the demo over* below the list puts it all back.\n\n\
        Things to try:\n\n\
        1. Open *The report that takes 40 seconds* and rate an answer.\n\
        2. Search for `wärmepumpe` or 京都: both are found, with and without accents.\n\
        3. Ask me for **code**, a **table**, **maths**, or to use a **tool**, and watch the answer grow.\n\n\
        When you have seen enough, go *Back to yours* below the list, and drop an export of your own.",
};

const SCENES: &[(&[&str], Scene)] = &[
    (
        &["tool", "werkzeug", "weather", "look around"],
        Scene {
            thought: "A question that needs a look at something. Call the tool, read what it says, then answer from that and nothing else.",
            tool: Some(("{\"room\": \"reading room\"}", "{\"chairs\": 2, \"lamps\": 1, \"window\": \"rain, 9 °C\"}")),
            answer: "I looked: there are **two chairs and one lamp**, and it rains outside at 9 °C. The step above shows what I asked the tool and what it answered; \
                fold it open to see both.\n\nReal agents do the same: every call and every result is kept with the answer, and comes along when you export it.",
        },
    ),
    (
        &["code", "program", "rust", "python", "javascript", "function"],
        Scene {
            thought: "They want to see code. Something short that is worth reading, with a remark on why it is right.",
            tool: None,
            answer: "Here is a small one: the longest run of days without a gap, from any list of days.\n\n\
                ```rust\nuse std::collections::HashSet;\n\nfn longest_streak(days: &[i64]) -> usize {\n    let days: HashSet<i64> = days.iter().copied().collect();\n    \
                days.iter()\n        .filter(|day| !days.contains(&(*day - 1))) // only where a run begins\n        \
                .map(|day| (0..).take_while(|next| days.contains(&(day + next))).count())\n        .max()\n        .unwrap_or(0)\n}\n\n\
                assert_eq!(longest_streak(&[3, 1, 2, 7, 8]), 3);\n```\n\n\
                It looks like a loop in a loop, but each day is walked over once, since runs are only counted from their first day. So it is linear.",
        },
    ),
    (
        &["table", "tabelle", "compare", "vergleich"],
        Scene {
            thought: "A table then: few columns, so that it fits a phone.",
            tool: None,
            answer: "Where the conversations of this demo were held, and what to look at in each:\n\n\
                | source | look at | why |\n|---|---|---|\n| ChatGPT | *Letter about the damp wall* | a question that was asked twice: two branches |\n\
                | Claude | *A cache the borrow checker accepts* | thoughts before the answer |\n| Gemini | *京都の三日間* | Japanese, found by any two characters |\n\
                | Copilot | *Debounce that does not swallow the last call* | long code |\n| AI OS | *What I decided about the heating* | a tool step |\n| ChatGPT | *A name for the bakery* | three answers to one question |\n\
                | Claude | *A countdown for the school trip* | a document in three versions |\n| DeepSeek | *递归为什么这么慢* | Chinese, with maths |\n\
                | Claude Code | *Fix the test that fails after midnight* | tools, one of which fails |",
        },
    ),
    (
        &["math", "formula", "formel", "equation"],
        Scene {
            thought: "Something that everybody has wondered about, and one formula on its own line.",
            tool: None,
            answer: "How far away is the horizon? From a height $h$ over a sphere of radius $R$ the line of sight just touches the sphere, so with Pythagoras\n\n\
                $$d = \\sqrt{(R + h)^2 - R^2} \\approx \\sqrt{2 R h}$$\n\n\
                With $R = 6371\\,\\text{km}$ and eyes at $h = 1.7\\,\\text{m}$ that is $d \\approx 4.7\\,\\text{km}$: a good hour on foot.",
        },
    ),
    (
        &["export", "download", "backup", "finetune", "fine-tun"],
        Scene {
            thought: "They ask how to get things out again. Name the forms and where the buttons are.",
            tool: None,
            answer: "Everything that comes in can go out again:\n\n- **One conversation**: the menu beside its title, as Markdown, text, a web page that stands alone, or JSON.\n\
                - **Many or all**: at the foot of the library page.\n- **Rated answers**: under *Ratings*, as files for fine-tuning, with a preview.\n\n\
                The JSON form loses nothing: importing it gives back what was exported, branches included.",
        },
    ),
    (
        &["import", "my own", "chatgpt", "claude", "gemini", "copilot"],
        Scene {
            thought: "They think of their own conversations. Say how they get here, and that they stay here.",
            tool: None,
            answer: "Drop an export of ChatGPT, Claude, Gemini, Copilot or another program **anywhere on a page**. It is read in this browser, whatever its size; you see what is in \
                it and choose; then it is stored on this machine and nowhere else.\n\n> Importing the same file twice is importing it once, and every import can be undone as a whole.\n\n\
                Do that in your own history rather than here: *Start the demo over* would take it away.",
        },
    ),
    (
        &["search", "find", "suche"],
        Scene {
            thought: "They ask about searching. A short list is best.",
            tool: None,
            answer: "The box above the list searches **everything that was ever said**:\n\n- words in any order: `starter kitchen`\n- exactly as written: `\"watch the dough\"`\n\
                - without a word: `letter -damp`\n- only some: `source:claude`, `before:2025`, `has:code`, `rating:up`\n\nA hit leads to the turn itself.",
        },
    ),
    (
        &["rate", "rating", "thumb", "bewert"],
        Scene {
            thought: "They ask about ratings. Say where they are given and what they are good for.",
            tool: None,
            answer: "Each answer has a thumb up and a thumb down below it. Under *Ratings* you find all of them again, say why, and make files for fine-tuning of them: \
                good answers as examples, and where one question has a good and a bad answer, **pairs** from which a model learns what you prefer.",
        },
    ),
];
