use super::{
    SOURCE,
    line::{Line, Title},
};
use crate::{
    provider::Notes,
    providers::{fallback_id, local::basename},
    tree::{self, Node, Tree},
};
use aios_model::{Conversation, Message, Part, Timestamp};
use std::collections::{BTreeMap, HashMap};

/// The lines of one session.
#[derive(Default)]
pub(super) struct Session {
    pub id: String,
    pub lines: Vec<Line>,
    pub titles: Vec<(Title, String)>,
    pub folder: Option<String>,
}

/// What a message follows.
enum Above {
    Nothing,
    /// Exactly this message.
    Message(String),
    /// A group of messages.
    Group(usize),
    /// The group of this line, which may come later in the file; if it does not, a group.
    Line(String, Option<usize>),
}

/// Puts messages into a tree.
///
/// The answers of tools that ran side by side each follow their own call, hidden messages follow anything, and other agents begin anew: as a tree
/// these would be branches. So a message makes a group with all of these behind it, one after the other, and what follows any of them follows the last.
#[derive(Default)]
struct Arranger {
    nodes: Vec<Node>,
    above: Vec<Above>,
    /// For each group, its last message.
    tails: Vec<String>,
    /// The group of each line.
    group_of: HashMap<String, usize>,
    /// Where in `nodes` each is.
    node_of: HashMap<String, usize>,
    /// Where in `nodes` the messages of the model are, whose pieces are lines of their own.
    pieces: HashMap<(bool, String), usize>,
    /// The group of the line before, other agents apart.
    last: Option<usize>,
    /// Lines say what they follow.
    linked: bool,
    /// How many ids were taken already.
    copies: usize,
}

impl Session {
    /// The conversations of the session: its own, or those of the agents that it started, if only theirs are in the file.
    pub fn conversations(mut self, notes: &mut Notes) -> Vec<Conversation> {
        let says = |line: &Line| line.message.is_some() || line.said.is_some();
        let own = self.lines.iter().any(|line| !line.side && says(line));
        if own || !self.lines.iter().any(|line| line.side) {
            return vec![self.conversation(notes)];
        }
        let mut agents: BTreeMap<String, Vec<Line>> = BTreeMap::new();
        for mut line in self.lines.drain(..).filter(|line| line.side) {
            line.side = false;
            agents.entry(line.agent.clone().unwrap_or_else(|| "agent".to_owned())).or_default().push(line);
        }
        let session = |(agent, lines)| Session {
            id: if self.id.is_empty() { String::new() } else { format!("{}:{agent}", self.id) },
            lines,
            titles: Vec::new(),
            folder: self.folder.clone(),
        };
        agents.into_iter().map(|agent| session(agent).conversation(notes)).collect()
    }

    fn conversation(self, notes: &mut Notes) -> Conversation {
        let mut arranger =
            Arranger { linked: self.lines.iter().any(|line| line.parent.is_some()), ..Arranger::default() };
        self.lines.into_iter().for_each(|line| arranger.add(line));
        let tree = arranger.arrange();
        if tree.circles > 0 {
            notes
                .warnings
                .push(format!("Lines follow each other in a circle ({} times); each circle was cut.", tree.circles));
        }
        let title_from = |wanted: &dyn Fn(&Title) -> bool| {
            self.titles.iter().rev().find(|(from, _)| wanted(from)).map(|(_, title)| title.clone())
        };
        let times = || tree.messages.iter().filter_map(|message| message.created);
        let source_id = Some(self.id).filter(|id| !id.is_empty());
        let source_id = source_id.unwrap_or_else(|| fallback_id("", None, &tree.messages));
        Conversation {
            title: title_from(&|from| *from == Title::Given)
                .or_else(|| title_from(&|from| *from == Title::Found))
                .or_else(|| title_from(&|from| matches!(from, Title::Summary { .. }))),
            created: times().min(),
            updated: times().max(),
            project: self.folder.as_deref().map(basename).filter(|name| !name.is_empty()),
            active_leaf: tree.active_leaf,
            messages: tree.messages,
            ..Conversation::new(SOURCE, source_id)
        }
    }
}

impl Arranger {
    fn add(&mut self, line: Line) {
        let Line { id, has_id, parent, created, side, message_id, is_compaction, mut message, said, .. } = line;
        if let Some(message) = &mut message {
            message.hidden |= side;
            if self.is_copy(&id, message) || self.is_piece(&id, side, message_id, message) {
                return;
            }
        }
        let stays = message
            .as_ref()
            .is_some_and(|message| message.hidden || matches!(message.parts.first(), Some(Part::ToolResult { .. })));
        // Another agent runs while the call that started it waits for the answer.
        let known = parent.as_ref().filter(|_| !side).and_then(|parent| self.group_of.get(parent).copied());
        let is_root = parent.is_none() && self.linked && has_id && !is_compaction && !stays;
        let group = known.or(self.last);
        let above = match (group, parent) {
            (Some(group), _) if stays => Above::Message(self.tails[group].clone()),
            _ if is_root => Above::Nothing,
            (Some(group), _) if known.is_some() => Above::Group(group),
            (group, Some(parent)) => Above::Line(parent, group),
            (Some(group), None) => Above::Group(group),
            (None, None) => Above::Nothing,
        };
        let group = group.filter(|_| stays);
        let group = self.push(id.clone(), group, created, above, message);
        if !side {
            self.last = Some(group);
        }
        if let Some(said) = said {
            let said_group = self.push(said.id.clone(), None, created, Above::Group(group), Some(said));
            // What follows the line follows all that is in it.
            self.group_of.insert(id, said_group);
            self.last = Some(said_group);
        }
    }

    /// Whether the message is there already: sessions that were resumed repeat lines.
    fn is_copy(&self, id: &str, message: &Message) -> bool {
        let there = self.node_of.get(id).and_then(|&node| self.nodes[node].message.as_ref());
        there.is_some_and(|there| there.parts == message.parts)
    }

    /// Adds a further piece to a message of the model; says whether it was one.
    fn is_piece(&mut self, id: &str, side: bool, message_id: Option<String>, message: &mut Message) -> bool {
        let Some(message_id) = message_id else { return false };
        let Some(&node) = self.pieces.get(&(side, message_id.clone())) else {
            self.pieces.insert((side, message_id), self.nodes.len());
            return false;
        };
        let node = &mut self.nodes[node];
        if let Some(whole) = &mut node.message {
            for part in message.parts.drain(..) {
                // Lines are repeated soon, if at all.
                if !whole.parts.iter().rev().take(64).any(|other| *other == part) {
                    whole.parts.push(part);
                }
            }
        }
        if let Some(&group) = self.group_of.get(&node.id) {
            self.group_of.entry(id.to_owned()).or_insert(group);
            if !side {
                self.last = Some(group);
            }
        }
        true
    }

    /// Adds a node at the end of a group, or with a new one. Returns the group.
    fn push(
        &mut self,
        id: String,
        group: Option<usize>,
        created: Option<Timestamp>,
        above: Above,
        mut message: Option<Message>,
    ) -> usize {
        let mut own = id;
        while self.node_of.contains_key(&own) {
            // The count goes on over all ids, so that this ends after one step nearly always.
            self.copies += 1;
            own = format!("{own}~{}", self.copies + 1);
        }
        if let Some(message) = &mut message {
            message.id.clone_from(&own);
        }
        let group = match group {
            Some(group) => {
                self.tails[group].clone_from(&own);
                group
            }
            None => {
                self.tails.push(own.clone());
                self.tails.len() - 1
            }
        };
        self.node_of.insert(own.clone(), self.nodes.len());
        self.group_of.entry(own.clone()).or_insert(group);
        self.nodes.push(Node { id: own, parent: None, created, message });
        self.above.push(above);
        group
    }

    fn arrange(mut self) -> Tree {
        for (node, above) in self.nodes.iter_mut().zip(self.above) {
            let group = match above {
                Above::Nothing => continue,
                Above::Message(id) => {
                    node.parent = Some(id);
                    continue;
                }
                Above::Group(group) => group,
                Above::Line(line, or) => match self.group_of.get(&line).copied().or(or) {
                    Some(group) => group,
                    None => continue,
                },
            };
            let tail = &self.tails[group];
            node.parent = (*tail != node.id).then(|| tail.clone());
        }
        tree::arrange(self.nodes, self.last.map(|group| self.tails[group].as_str()))
    }
}
