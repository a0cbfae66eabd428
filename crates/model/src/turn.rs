use crate::{Conversation, Message, Part, Rating, Role, Timestamp};
use std::collections::HashMap;

/// A user message with the answer to it. What ran in between (tools, reasoning) belongs to the answer.
#[derive(Clone, PartialEq, Debug)]
pub struct Turn<'a> {
    /// The turn before, as an index into [`TurnTree::turns`]; always smaller than this turn's own.
    pub parent: Option<usize>,
    /// The messages, in the order they were said: at most one visible message of the user, first among the visible ones, then the answer.
    /// Turns that answer the same question share the question's message.
    pub messages: Vec<&'a Message>,
}

/// The turns of a conversation, parents before children, siblings in the order of the export.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TurnTree<'a> {
    /// The turns.
    pub turns: Vec<Turn<'a>>,
    /// The last turn of the branch that the owner saw last, as an index.
    pub active: Option<usize>,
}

impl Turn<'_> {
    /// The user's words, as markdown; empty if the turn begins with an answer.
    pub fn user_text(&self) -> String {
        visible_text(self.messages.iter().filter(|message| message.role == Role::User))
    }

    /// The words of the answer, as markdown, runs of several messages apart by a blank line; empty if there is none.
    pub fn assistant_text(&self) -> String {
        visible_text(self.messages.iter().filter(|message| message.role == Role::Assistant))
    }

    /// When it began: the first time that a message of it names.
    pub fn created(&self) -> Option<Timestamp> {
        self.messages.iter().find_map(|message| message.created)
    }

    /// The model that gave the answer.
    pub fn model(&self) -> Option<&str> {
        let answers = self.messages.iter().filter(|message| message.role == Role::Assistant);
        answers.rev().find_map(|message| message.model.as_deref())
    }

    /// What its reader thought of the answer.
    pub fn rating(&self) -> Option<Rating> {
        let answers = self.messages.iter().filter(|message| message.role == Role::Assistant);
        answers.rev().find_map(|message| message.rating)
    }
}

/// The visible words of messages: text and code, parts and messages apart by a blank line.
fn visible_text<'a>(messages: impl Iterator<Item = &'a &'a Message>) -> String {
    let mut text = String::new();
    for part in messages.filter(|message| !message.hidden).flat_map(|message| &message.parts) {
        let (fence, words) = match part {
            Part::Text { text } => (None, text),
            Part::Code { language, text } => (Some(language.as_deref().unwrap_or("")), text),
            _ => continue,
        };
        if words.trim().is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        match fence {
            None => text.push_str(words),
            Some(language) => {
                // A fence longer than any run of backticks inside cannot be closed by the code itself.
                let ticks = "`".repeat(longest_run_of_backticks(words).max(2) + 1);
                text.push_str(&format!("{ticks}{language}\n{words}\n{ticks}"));
            }
        }
    }
    text
}

fn longest_run_of_backticks(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

/// How many times the messages of a conversation may be repeated in all, on average. Real conversations stay below 3: they would need a
/// regenerated answer after each of a long run of messages without a question.
const SHARED_MESSAGES: usize = 16;

/// Folds the message tree of a conversation into a tree of turns.
///
/// A visible user message begins a turn. The turn goes on along each path of other messages until the next visible user message; where
/// such paths fork, each becomes a turn of its own with the same question. Messages before the first question (hidden ones apart) are a turn
/// without a question. A parent that does not exist makes a root, and a cycle is cut at its first message in file order, so every message
/// is in at least one turn, whatever the export says. A turn holds hidden messages as well, but hidden messages alone make no turn.
///
/// Time and memory grow with the number of messages, and depth costs nothing (no recursion). What forked turns share is repeated in each,
/// up to 16 times a message on average; in a tree that is made to repeat more, later turns hold only what no turn before
/// them holds.
pub fn turns(conversation: &Conversation) -> TurnTree<'_> {
    let messages = &conversation.messages;
    let forest = Forest::new(messages);
    let mut tree = TurnTree::default();
    let mut room = messages.len().saturating_mul(SHARED_MESSAGES);
    // Which turn holds a message first; for a shared question that is its first answer.
    let mut turn_of: Vec<Option<usize>> = vec![None; messages.len()];
    let mut segments: Vec<Segment> =
        forest.roots.iter().rev().map(|&root| Segment { first: root, parent: None }).collect();
    // The paths from `first` to the end of the turn, walked depth first; `path` holds the messages above the one
    // at hand, each with whether it or one above it is shown.
    let mut path: Vec<(usize, bool)> = Vec::new();
    let mut stack: Vec<(usize, usize)> = Vec::new();
    let mut next: Vec<Segment> = Vec::new();
    let (mut questions, mut others): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    while let Some(segment) = segments.pop() {
        stack.push((segment.first, 0));
        while let Some((index, depth)) = stack.pop() {
            path.truncate(depth);
            let shown = !messages[index].hidden && messages[index].role != Role::System;
            path.push((index, shown || path.last().is_some_and(|&(_, shown)| shown)));
            for child in forest.children(index) {
                if begins_turn(&messages[child]) { questions.push(child) } else { others.push(child) }
            }
            let mut parent = segment.parent;
            let ends_here = !questions.is_empty() || others.is_empty();
            if ends_here && path.last().is_some_and(|&(_, shown)| shown) {
                let number = tree.turns.len();
                // A message that is in no turn yet has only such messages after it on the path.
                let new = path.iter().rev().take_while(|&&(at, _)| turn_of[at].is_none()).count();
                let start = if path.len() <= room { 0 } else { path.len() - new };
                room = room.saturating_sub(path.len() - start);
                tree.turns
                    .push(Turn { parent, messages: path[start..].iter().map(|&(at, _)| &messages[at]).collect() });
                path[path.len() - new..].iter().for_each(|&(at, _)| turn_of[at] = Some(number));
                parent = Some(number);
            }
            next.extend(questions.drain(..).map(|first| Segment { first, parent }));
            stack.extend(others.drain(..).rev().map(|child| (child, depth + 1)));
        }
        segments.extend(next.drain(..).rev());
    }
    tree.active = conversation
        .active_leaf
        .as_deref()
        .and_then(|id| forest.index.get(id).copied())
        .and_then(|leaf| std::iter::successors(Some(leaf), |&at| forest.parents[at]).find_map(|at| turn_of[at]))
        .or_else(|| tree.turns.len().checked_sub(1));
    tree
}

/// A turn to be made: its first message and the turn before it.
struct Segment {
    first: usize,
    parent: Option<usize>,
}

fn begins_turn(message: &Message) -> bool {
    message.role == Role::User && !message.hidden
}

/// Messages as a forest of indices: every message has at most one parent, and no cycle is left.
struct Forest<'a> {
    index: HashMap<&'a str, usize>,
    parents: Vec<Option<usize>>,
    /// The first message below each, and the next one below the same.
    first_child: Vec<Option<usize>>,
    next_sibling: Vec<Option<usize>>,
    roots: Vec<usize>,
}

impl<'a> Forest<'a> {
    fn new(messages: &'a [Message]) -> Forest<'a> {
        let mut index = HashMap::with_capacity(messages.len());
        for (at, message) in messages.iter().enumerate() {
            index.entry(message.id.as_str()).or_insert(at);
        }
        let mut parents: Vec<Option<usize>> = messages
            .iter()
            .enumerate()
            .map(|(at, message)| {
                message.parent.as_deref().and_then(|id| index.get(id).copied()).filter(|&parent| parent != at)
            })
            .collect();
        cut_cycles(&mut parents);
        let (mut first_child, mut next_sibling) = (vec![None; messages.len()], vec![None; messages.len()]);
        let mut roots = Vec::new();
        // From the last one on, so that each comes before those that are there already.
        for (at, parent) in parents.iter().enumerate().rev() {
            match parent {
                Some(parent) => next_sibling[at] = first_child[*parent].replace(at),
                None => roots.push(at),
            }
        }
        roots.reverse();
        Forest { index, parents, first_child, next_sibling, roots }
    }

    /// The messages below one, in the order of the file.
    fn children(&self, at: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.first_child[at], |&child| self.next_sibling[child])
    }
}

fn cut_cycles(parents: &mut [Option<usize>]) {
    const UNSEEN: usize = usize::MAX;
    let mut seen_from = vec![UNSEEN; parents.len()];
    for start in 0..parents.len() {
        let mut at = start;
        loop {
            if seen_from[at] == start {
                // Met on this very walk: a cycle. `start` is its first message in file order, or leads into it.
                parents[at] = None;
                break;
            }
            if seen_from[at] != UNSEEN {
                break;
            }
            seen_from[at] = start;
            match parents[at] {
                Some(parent) => at = parent,
                None => break,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::turns;
    use crate::{Conversation, Message, Part, Role, Source};
    use proptest::prelude::*;

    fn conversation(messages: &[(&str, Option<&str>, Role)]) -> Conversation {
        let mut conversation = Conversation::new(Source::AIOS, "test");
        conversation.messages = messages
            .iter()
            .map(|(id, parent, role)| Message::text(*id, *parent, *role, format!("text {id}")))
            .collect();
        conversation
    }

    fn shape(conversation: &Conversation) -> Vec<(Option<usize>, Vec<&str>)> {
        turns(conversation)
            .turns
            .iter()
            .map(|turn| (turn.parent, turn.messages.iter().map(|message| message.id.as_str()).collect()))
            .collect()
    }

    use Role::{Assistant, System, Tool, User};

    #[test]
    fn a_straight_conversation_is_a_chain_of_turns() {
        let conversation = conversation(&[
            ("q1", None, User),
            ("a1", Some("q1"), Assistant),
            ("q2", Some("a1"), User),
            ("a2", Some("q2"), Assistant),
        ]);
        assert_eq!(shape(&conversation), [(None, vec!["q1", "a1"]), (Some(0), vec!["q2", "a2"])]);
        assert_eq!(turns(&conversation).active, Some(1));
    }

    #[test]
    fn a_regenerated_answer_is_a_sibling_with_the_same_question() {
        let mut conversation = conversation(&[
            ("q1", None, User),
            ("a1", Some("q1"), Assistant),
            ("b1", Some("q1"), Assistant),
            ("q2", Some("a1"), User),
        ]);
        conversation.active_leaf = Some("b1".into());
        assert_eq!(shape(&conversation), [(None, vec!["q1", "a1"]), (None, vec!["q1", "b1"]), (Some(0), vec!["q2"])]);
        assert_eq!(turns(&conversation).active, Some(1));
    }

    #[test]
    fn an_edited_question_is_a_sibling_after_the_same_answer() {
        let conversation = conversation(&[
            ("q1", None, User),
            ("a1", Some("q1"), Assistant),
            ("q2", Some("a1"), User),
            ("q3", Some("a1"), User),
            ("a3", Some("q3"), Assistant),
        ]);
        assert_eq!(
            shape(&conversation),
            [(None, vec!["q1", "a1"]), (Some(0), vec!["q2"]), (Some(0), vec!["q3", "a3"])]
        );
    }

    #[test]
    fn tools_belong_to_the_answer_and_the_system_prompt_makes_no_turn() {
        let conversation = conversation(&[
            ("s", None, System),
            ("q", Some("s"), User),
            ("call", Some("q"), Assistant),
            ("tool", Some("call"), Tool),
            ("a", Some("tool"), Assistant),
        ]);
        assert_eq!(shape(&conversation), [(None, vec!["q", "call", "tool", "a"])]);
        assert_eq!(turns(&conversation).turns[0].assistant_text(), "text call\n\ntext a");
    }

    #[test]
    fn an_answer_without_a_question_is_a_turn() {
        let conversation = conversation(&[("a", None, Assistant), ("q", Some("a"), User)]);
        assert_eq!(shape(&conversation), [(None, vec!["a"]), (Some(0), vec!["q"])]);
        assert_eq!(turns(&conversation).turns[0].user_text(), "");
    }

    #[test]
    fn orphans_cycles_and_self_parents_are_kept_as_roots() {
        let conversation = conversation(&[
            ("a", Some("gone"), User),
            ("b", Some("b"), User),
            ("c", Some("d"), User),
            ("d", Some("c"), Assistant),
        ]);
        assert_eq!(shape(&conversation), [(None, vec!["a"]), (None, vec!["b"]), (None, vec!["c", "d"])]);
    }

    #[test]
    fn a_chain_of_100_000_messages_is_walked_without_recursion() {
        let mut conversation = Conversation::new(Source::AIOS, "deep");
        for number in 0..100_000 {
            let parent = (number > 0).then(|| (number - 1).to_string());
            let role = if number % 2 == 0 { User } else { Assistant };
            conversation.messages.push(Message::text(number.to_string(), parent.as_deref(), role, "x"));
        }
        assert_eq!(turns(&conversation).turns.len(), 50_000);
    }

    #[test]
    fn a_tree_made_of_forks_costs_no_more_than_a_multiple_of_its_messages() {
        let mut conversation = Conversation::new(Source::AIOS, "forks");
        for number in 0..20_000 {
            // A chain of answers, and at each of them another one that ends there.
            let parent = (number > 0).then(|| format!("a{}", number - 1));
            conversation.messages.push(Message::text(format!("a{number}"), parent.as_deref(), Assistant, "x"));
            conversation.messages.push(Message::text(format!("b{number}"), parent.as_deref(), Assistant, "x"));
        }
        let tree = turns(&conversation);
        assert_eq!(tree.turns.len(), 20_001);
        let held: usize = tree.turns.iter().map(|turn| turn.messages.len()).sum();
        assert!(held <= 17 * conversation.messages.len(), "{held}");
        assert!(tree.turns.iter().all(|turn| !turn.messages.is_empty()));
    }

    #[test]
    fn code_that_holds_a_fence_is_fenced_with_a_longer_one() {
        let mut conversation = conversation(&[("a", None, Assistant)]);
        conversation.messages[0].parts = vec![Part::Code { language: Some("md".into()), text: "```\nx\n```".into() }];
        assert_eq!(turns(&conversation).turns[0].assistant_text(), "````md\n```\nx\n```\n````");
    }

    proptest! {
        #[test]
        fn every_visible_message_is_in_a_turn_and_parents_come_first(
            links in proptest::collection::vec((0usize..20, 0u8..4, any::<bool>()), 0..20)
        ) {
            let mut conversation = Conversation::new(Source::AIOS, "any");
            for (number, (parent, role, hidden)) in links.iter().enumerate() {
                let role = [User, Assistant, System, Tool][usize::from(*role)];
                let mut message = Message::text(number.to_string(), Some(&parent.to_string()), role, "x");
                message.hidden = *hidden;
                conversation.messages.push(message);
            }
            let tree = turns(&conversation);
            for (number, turn) in tree.turns.iter().enumerate() {
                prop_assert!(turn.parent.is_none_or(|parent| parent < number));
                prop_assert!(turn.messages.iter().filter(|message| super::begins_turn(message)).count() <= 1);
            }
            for message in conversation.messages.iter().filter(|message| !message.hidden && message.role != System) {
                prop_assert!(tree.turns.iter().any(|turn| turn.messages.iter().any(|other| std::ptr::eq(*other, message))));
            }
        }
    }
}
