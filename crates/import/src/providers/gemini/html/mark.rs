use super::Converter;

/// What words are marked as.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Strong,
    Emphasis,
    Deleted,
    Link,
}

impl Kind {
    pub(super) fn of(name: &str) -> Option<Kind> {
        match name {
            "strong" | "b" => Some(Kind::Strong),
            "em" | "i" | "cite" => Some(Kind::Emphasis),
            "del" | "s" | "strike" => Some(Kind::Deleted),
            "a" => Some(Kind::Link),
            _ => None,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Kind::Strong => "**",
            Kind::Emphasis => "*",
            Kind::Deleted => "~~",
            Kind::Link => "[",
        }
    }
}

/// A mark that is open. Its sign is written before the next text, so that it stands before a letter and not before a space.
pub(super) struct Mark {
    kind: Kind,
    destination: String,
    /// Where its sign is.
    opened: Option<usize>,
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric()
}

fn is_punctuation(character: char) -> bool {
    !character.is_alphanumeric() && !character.is_whitespace()
}

impl Converter {
    pub(super) fn open_mark(&mut self, kind: Kind, destination: String) {
        if self.marks.iter().any(|mark| mark.kind == kind) {
            self.nested[kind as usize] += 1;
        } else {
            self.marks.push(Mark { kind, destination, opened: None });
        }
    }

    pub(super) fn close_mark(&mut self, kind: Kind) {
        if let Some(less) = self.nested[kind as usize].checked_sub(1) {
            self.nested[kind as usize] = less;
            return;
        }
        let Some(at) = self.marks.iter().position(|mark| mark.kind == kind) else { return };
        self.close_marks(at);
        self.marks.remove(at);
    }

    /// Writes the signs that end the marks from this one on. They begin again before the next text.
    pub(super) fn close_marks(&mut self, from: usize) {
        for mark in self.marks[from..].iter_mut().rev() {
            let Some(opened) = mark.opened.take() else { continue };
            self.doubtful = None;
            if mark.kind == Kind::Link {
                self.out.push_str("](");
                self.out.push_str(&mark.destination);
                self.out.push(')');
            } else {
                if self.out.chars().next_back().is_some_and(is_punctuation) {
                    self.doubtful = Some((opened, self.out.len()));
                }
                self.out.push_str(mark.kind.sign());
            }
        }
    }

    /// CommonMark does not end emphasis between punctuation and a letter, as Chinese and Japanese write it: then the words stay and
    /// the signs go.
    pub(super) fn settle_mark(&mut self, next: Option<char>) {
        let Some((opened, closed)) = self.doubtful.filter(|_| next.is_some_and(is_word)) else { return };
        let length = self.out.len() - closed;
        if self.out[opened..].starts_with(&self.out[closed..]) {
            self.out.truncate(closed);
            self.out.replace_range(opened..opened + length, "");
        }
    }

    pub(super) fn open_marks(&mut self, next: Option<char>) {
        for mark in &mut self.marks {
            if mark.opened.is_some() {
                continue;
            }
            let before = self.out.chars().next_back();
            let unseen = before.is_some_and(is_word) && next.is_some_and(is_punctuation);
            if mark.kind == Kind::Link || !unseen {
                mark.opened = Some(self.out.len());
                self.out.push_str(mark.kind.sign());
            }
        }
    }
}
