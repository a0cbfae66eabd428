use aios_model::{Message, Timestamp};
use std::collections::{HashMap, HashSet};

/// A node of a tree of messages, as an export has it.
pub(crate) struct Node {
    pub id: String,
    pub parent: Option<String>,
    pub created: Option<Timestamp>,
    /// The message; nodes without one only hold others together.
    pub message: Option<Message>,
}

/// A tree of messages in its canonical order.
pub(crate) struct Tree {
    /// Parents before children, siblings by time (those without one last) and then by their order in the file.
    pub messages: Vec<Message>,
    /// The end of the branch that was seen last.
    pub active_leaf: Option<String>,
    /// Circles that were cut.
    pub circles: usize,
}

/// Puts nodes into the canonical order, which does not depend on their order in the file unless they lack times.
///
/// Nodes without a message are left out, and their children go to the nearest message above. A parent that does not exist makes a root; a circle is cut
/// at its first node. Of nodes with the same id the later ones get a new one. The active leaf is `active` (or the latest below it, should it be no leaf);
/// without it, the latest leaf. Takes time in proportion to the number of nodes (and sorting), and no recursion.
pub(crate) fn arrange(mut nodes: Vec<Node>, active: Option<&str>) -> Tree {
    make_ids_unique(&mut nodes);
    let index: HashMap<&str, usize> = nodes.iter().enumerate().map(|(at, node)| (node.id.as_str(), at)).collect();
    let at = |id: &str| index.get(id).copied();
    let parents: Vec<Option<usize>> = nodes.iter().map(|node| at(node.parent.as_deref()?)).collect();
    let active = active.and_then(at);
    let mut children = vec![Vec::new(); nodes.len()];
    let mut roots = Vec::new();
    for (at, parent) in parents.iter().enumerate() {
        match parent {
            Some(parent) => children[*parent].push(at),
            None => roots.push(at),
        }
    }
    let by_time = |at: &usize| nodes[*at].created.map_or((1, Timestamp::MAX), |created| (0, created));
    children.iter_mut().for_each(|siblings| siblings.sort_by_key(by_time));
    roots.sort_by_key(by_time);

    let mut walk =
        Walk { order: Vec::with_capacity(nodes.len()), above: vec![None; nodes.len()], seen: vec![false; nodes.len()] };
    for root in roots {
        walk.from(root, &children);
    }
    let mut circles = 0;
    for at in 0..nodes.len() {
        if !walk.seen[at] {
            circles += 1;
            walk.from(at, &children);
        }
    }

    let leaf = match active {
        Some(mut at) => {
            // A circle that was cut does not lead back: only what was reached from here counts.
            while let Some(&child) = children[at].iter().rev().find(|&&child| walk.above[child] == Some(at)) {
                at = child;
            }
            Some(at)
        }
        None => latest_leaf(&nodes, &walk),
    };
    finish(nodes, walk, leaf, circles)
}

/// A walk over all nodes, parents first.
struct Walk {
    order: Vec<usize>,
    /// The parent from which each was reached.
    above: Vec<Option<usize>>,
    seen: Vec<bool>,
}

impl Walk {
    fn from(&mut self, root: usize, children: &[Vec<usize>]) {
        let mut stack = vec![(root, None)];
        while let Some((at, above)) = stack.pop() {
            if std::mem::replace(&mut self.seen[at], true) {
                continue;
            }
            self.above[at] = above;
            self.order.push(at);
            stack.extend(children[at].iter().rev().map(|&child| (child, Some(at))));
        }
    }
}

fn make_ids_unique(nodes: &mut [Node]) {
    let unique: HashSet<&str> = nodes.iter().map(|node| node.id.as_str()).collect();
    // Nearly always.
    let all_are_unique = unique.len() == nodes.len();
    let mut seen = HashSet::new();
    let mut copies = 1;
    for node in nodes {
        if !all_are_unique {
            while seen.contains(&node.id) {
                // The count goes on over all ids, so that this ends after one step nearly always.
                copies += 1;
                node.id = format!("{}~{copies}", node.id);
            }
            seen.insert(node.id.clone());
        }
        if let Some(message) = &mut node.message {
            message.id.clone_from(&node.id);
        }
    }
}

/// The leaf with the latest time, own or inherited from above; of equals the last in the file.
fn latest_leaf(nodes: &[Node], walk: &Walk) -> Option<usize> {
    let mut latest = vec![None; nodes.len()];
    let mut is_leaf = vec![true; nodes.len()];
    for &at in &walk.order {
        let above = walk.above[at];
        latest[at] = nodes[at].created.max(above.and_then(|above| latest[above]));
        if let Some(above) = above {
            is_leaf[above] = false;
        }
    }
    (0..nodes.len()).filter(|&at| is_leaf[at]).max_by_key(|&at| (latest[at], at))
}

fn finish(mut nodes: Vec<Node>, walk: Walk, leaf: Option<usize>, circles: usize) -> Tree {
    // For each node, its own message or the nearest above, as a position in `messages`.
    let mut nearest: Vec<Option<usize>> = vec![None; nodes.len()];
    let mut messages: Vec<Message> = Vec::new();
    for &at in &walk.order {
        let above = walk.above[at].and_then(|above| nearest[above]);
        nearest[at] = match nodes[at].message.take() {
            Some(mut message) => {
                message.parent = above.map(|above| {
                    let id = &messages[above].id;
                    // Nearly always it is what the export says, and that is not needed any more.
                    nodes[at].parent.take().filter(|parent| parent == id).unwrap_or_else(|| id.clone())
                });
                messages.push(message);
                Some(messages.len() - 1)
            }
            None => above,
        };
    }
    let active_leaf = leaf.and_then(|leaf| nearest[leaf]).map(|position| messages[position].id.clone());
    Tree { messages, active_leaf, circles }
}

#[cfg(test)]
mod tests {
    use super::{Node, arrange};
    use aios_model::{Message, Role, Timestamp};
    use proptest::prelude::*;

    fn node(id: &str, parent: Option<&str>, time: i64, message: bool) -> Node {
        Node {
            id: id.to_owned(),
            parent: parent.map(str::to_owned),
            created: (time > 0).then(|| Timestamp::from_milliseconds(time)),
            message: message.then(|| Message::text(id, None, Role::User, "x")),
        }
    }

    fn arranged(nodes: Vec<Node>, active: Option<&str>) -> (Vec<String>, Option<String>) {
        let tree = arrange(nodes, active);
        let line = |message: &Message| format!("{}<{}", message.id, message.parent.as_deref().unwrap_or(""));
        (tree.messages.iter().map(line).collect(), tree.active_leaf)
    }

    #[test]
    fn nodes_without_a_message_collapse_and_siblings_go_by_time() {
        let nodes = vec![
            node("late", Some("empty"), 9, true),
            node("timeless", Some("empty"), 0, true),
            node("early", Some("empty"), 3, true),
            node("empty", Some("a"), 2, false),
            node("a", Some("root"), 1, true),
            node("root", None, 0, false),
        ];
        let (lines, active) = arranged(nodes, None);
        assert_eq!(lines, ["a<", "early<a", "late<a", "timeless<a"]);
        assert_eq!(active.as_deref(), Some("late"));
    }

    #[test]
    fn an_active_node_that_is_no_leaf_leads_to_the_latest_below_it() {
        let nodes = || {
            vec![
                node("a", None, 1, true),
                node("b", Some("a"), 2, true),
                node("c", Some("b"), 3, false),
                node("d", None, 9, true),
            ]
        };
        assert_eq!(arranged(nodes(), Some("a")).1.as_deref(), Some("b"));
        assert_eq!(arranged(nodes(), Some("gone")).1.as_deref(), Some("d"));
    }

    #[test]
    fn circles_are_cut_and_equal_ids_told_apart() {
        let (lines, _) = arranged(vec![node("a", Some("b"), 1, true), node("b", Some("a"), 2, true)], Some("a"));
        assert_eq!(lines, ["a<", "b<a"]);
        let (lines, _) = arranged(vec![node("a", None, 1, true), node("a", Some("a"), 2, true)], None);
        assert_eq!(lines, ["a<", "a~2<a"]);
    }

    #[test]
    fn a_chain_of_100_000_is_no_trouble() {
        let nodes = (0..100_000)
            .map(|at: i64| node(&at.to_string(), (at > 0).then(|| (at - 1).to_string()).as_deref(), at, true))
            .collect();
        assert_eq!(arrange(nodes, None).messages.len(), 100_000);
    }

    proptest! {
        #[test]
        fn every_message_is_kept_once_behind_its_parent(
            links in proptest::collection::vec((0usize..15, 0i64..4, any::<bool>()), 0..15), active in 0usize..15
        ) {
            let nodes: Vec<Node> = links.iter().enumerate()
                .map(|(at, (parent, time, message))| node(&at.to_string(), Some(&parent.to_string()), *time, *message))
                .collect();
            let expected = links.iter().filter(|link| link.2).count();
            let tree = arrange(nodes, Some(&active.to_string()));
            prop_assert_eq!(tree.messages.len(), expected);
            let mut before = std::collections::HashSet::new();
            for message in &tree.messages {
                prop_assert!(message.parent.as_ref().is_none_or(|parent| before.contains(parent)));
                prop_assert!(before.insert(message.id.clone()));
            }
            prop_assert!(tree.active_leaf.is_none_or(|leaf| before.contains(&leaf)));
        }
    }
}
