use super::{Converter, MAXIMUM_DEPTH, Tag};

/// What comes between the last text and the next.
#[derive(Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Break {
    #[default]
    None,
    /// A line that ends by itself.
    Line,
    /// A line that is broken within a paragraph.
    Hard,
    /// An empty line.
    Block,
}

/// A list, an item of one, or a quotation.
pub(super) struct Container {
    kind: Holds,
    /// What its first line begins with, and all others.
    first: String,
    rest: String,
    started: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Holds {
    Items {
        /// The next number of an ordered list.
        number: Option<u32>,
        any: bool,
    },
    Item,
    Quotation,
}

impl Converter {
    /// A block begins or ends here.
    pub(super) fn block(&mut self) {
        let item = self.containers.iter().rev().find(|container| container.kind == Holds::Item);
        // The first block of an item stands beside its mark.
        let fresh = self.containers.last().is_some_and(|last| last.kind == Holds::Item && !last.started);
        let wanted = if item.is_some() && fresh { Break::Line } else { Break::Block };
        self.pending = self.pending.max(wanted);
    }

    pub(super) fn line_break(&mut self) {
        if self.heading.is_some() || self.in_cell().is_some() {
            self.space = true;
            return;
        }
        match self.pending {
            Break::None if !self.line_start && !self.out.is_empty() => self.pending = Break::Hard,
            Break::Hard => self.pending = Break::Block,
            _ => {}
        }
    }

    pub(super) fn open_container(&mut self, name: &str, tag: &Tag<'_>) {
        if self.in_cell().is_some() {
            self.space = true;
            return;
        }
        if self.containers.len() >= MAXIMUM_DEPTH {
            self.excess += 1;
            return self.block();
        }
        let container = |kind, first: String, rest: String| Container { kind, first, rest, started: false };
        match name {
            "li" => {
                self.close_container("li");
                let mut mark = "- ".to_owned();
                if let Some(Container { kind: Holds::Items { number, any }, .. }) = self.containers.last_mut() {
                    if *any {
                        self.pending = Break::Line;
                    }
                    *any = true;
                    if let Some(number) = number {
                        mark = format!("{number}. ");
                        *number = number.saturating_add(1).min(999_999_999);
                    }
                }
                self.pending = self.pending.max(Break::Line);
                let rest = " ".repeat(mark.len());
                self.containers.push(container(Holds::Item, mark, rest));
            }
            "blockquote" => {
                self.block();
                self.containers.push(container(Holds::Quotation, "> ".to_owned(), "> ".to_owned()));
            }
            _ => {
                let in_item = self.containers.last().is_some_and(|last| last.kind == Holds::Item);
                self.pending = self.pending.max(if in_item { Break::Line } else { Break::Block });
                let start = || tag.attribute("start")?.trim().parse().ok().filter(|number| *number < 1_000_000_000);
                let number = (name == "ol").then(|| start().unwrap_or(1));
                self.containers.push(container(Holds::Items { number, any: false }, String::new(), String::new()));
            }
        }
    }

    pub(super) fn close_container(&mut self, name: &str) {
        if self.in_cell().is_some() {
            return;
        }
        if self.excess > 0 {
            self.excess -= 1;
            return self.block();
        }
        let is = |container: &Container| match name {
            "li" => container.kind == Holds::Item,
            "blockquote" => container.kind == Holds::Quotation,
            _ => matches!(container.kind, Holds::Items { .. }),
        };
        let Some(at) = self.containers.iter().rposition(is) else { return };
        let behind = &self.containers[at + 1..];
        // An item ends with its list, not before.
        if name == "li" && behind.iter().any(|container| matches!(container.kind, Holds::Items { .. })) {
            return;
        }
        self.close_marks(0);
        self.containers.truncate(at);
        let in_item = self.containers.last().is_some_and(|last| last.kind == Holds::Item);
        self.pending = self.pending.max(if in_item { Break::Line } else { Break::Block });
    }

    /// Writes the break that is pending, the space, and the marks that begin before a text, whose first character is given.
    pub(super) fn prepare(&mut self, next: Option<char>) {
        if self.in_cell().is_some() {
            self.space |= self.pending != Break::None;
            self.pending = Break::None;
            if self.out.is_empty() {
                self.space = false;
            }
        } else if self.pending != Break::None || self.out.is_empty() {
            self.start_line();
        }
        if self.space && !self.line_start {
            self.out.push(' ');
        } else {
            self.settle_mark(next);
        }
        self.space = false;
        self.doubtful = None;
        if let Some(heading) = self.heading.filter(|_| self.line_start) {
            self.out.push_str(heading);
        }
        self.open_marks(next);
    }

    fn start_line(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        if pending != Break::Hard {
            self.close_marks(0);
        }
        if !self.out.is_empty() {
            if pending == Break::Hard {
                self.out.push_str("  ");
            }
            self.out.push('\n');
            if pending == Break::Block {
                let length = self.out.len();
                for container in self.containers.iter().filter(|container| container.started) {
                    self.out.push_str(&container.rest);
                }
                let kept = self.out[length..].trim_end().len();
                self.out.truncate(length + kept);
                self.out.push('\n');
            }
        }
        for container in &mut self.containers {
            let mark = if std::mem::replace(&mut container.started, true) { &container.rest } else { &container.first };
            self.out.push_str(mark);
        }
        self.line_start = true;
        self.space = false;
    }
}
