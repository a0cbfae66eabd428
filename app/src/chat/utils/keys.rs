//! Everything that has a key or a line in the palette, in one table: the listener, the palette, the page of keys and the titles of buttons take it from
//! here, so they cannot disagree.

use aios_texts::Texts;

/// Where a command has a meaning: the headings of the page of keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Area {
    /// On every page.
    Anywhere,
    /// In an open conversation.
    Conversation,
    /// In the list of conversations.
    List,
    /// Where a message is written.
    Composer,
}

/// What a command does, told by what is on the page: the buttons and forms that a hand uses do the work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// Goes to an address of the app.
    Go(&'static str),
    /// Presses the first element that a selector finds.
    Press(&'static str),
    /// Presses it in the turn that has the focus, else in the last turn.
    PressInTurn(&'static str),
    /// Goes to a field, and chooses what is in it.
    Focus(&'static str),
    /// Opens the palette.
    Palette,
    /// Goes so many turns on.
    Turn(i32),
    /// Goes so many lines on in the list of conversations.
    Line(i32),
    /// Leaves what is open: a menu, an answer that is being written, a field.
    Leave,
    /// Puts the address of the conversation on the clipboard.
    CopyLink,
    /// Chooses a theme: a value of the setting `theme`.
    Theme(&'static str),
    /// What has the focus does it by itself: it is only told.
    Told,
}

/// What there is to be done, as far as it has words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "their words are in `Name::words`")]
pub enum Name {
    Palette,
    Search,
    New,
    Import,
    Library,
    Order,
    Shelved,
    Trash,
    Ratings,
    Imports,
    Settings,
    Keys,
    Leave,
    Light,
    Dark,
    System,
    Mode,
    Write,
    Stop,
    TurnBefore,
    NextTurn,
    Copy,
    Quote,
    Good,
    Bad,
    Again,
    Change,
    Find,
    Instructions,
    Rename,
    Pin,
    Archive,
    Export,
    Link,
    Delete,
    NextLine,
    LineBefore,
    Along,
    Choose,
    Menu,
    SaidBefore,
    Send,
    NewLine,
    LeaveField,
}

impl Name {
    /// What it does, in words.
    pub fn words(self, texts: Texts) -> &'static str {
        match self {
            Name::Palette => texts.find_anything(),
            Name::Search => texts.search(),
            Name::New => texts.new_conversation(),
            Name::Import => texts.import(),
            Name::Library => texts.library(),
            Name::Order => texts.do_order(),
            Name::Shelved => texts.archive(),
            Name::Trash => texts.trash(),
            Name::Ratings => texts.ratings(),
            Name::Imports => texts.imports(),
            Name::Settings => texts.settings(),
            Name::Keys => texts.do_keys(),
            Name::Leave => texts.do_leave(),
            Name::Light => texts.do_light(),
            Name::Dark => texts.do_dark(),
            Name::System => texts.do_system(),
            Name::Mode => texts.do_mode(),
            Name::Write => texts.do_write(),
            Name::Stop => texts.do_stop(),
            Name::TurnBefore => texts.do_turn_before(),
            Name::NextTurn => texts.do_next_turn(),
            Name::Copy => texts.do_copy(),
            Name::Quote => texts.do_quote(),
            Name::Good => texts.do_good(),
            Name::Bad => texts.do_bad(),
            Name::Again => texts.do_again(),
            Name::Change => texts.do_change(),
            Name::Find => texts.do_find(),
            Name::Instructions => texts.do_instructions(),
            Name::Rename => texts.do_rename(),
            Name::Pin => texts.do_pin(),
            Name::Archive => texts.do_archive(),
            Name::Export => texts.do_export(),
            Name::Link => texts.do_link(),
            Name::Delete => texts.do_delete(),
            Name::NextLine => texts.do_next_line(),
            Name::LineBefore => texts.do_line_before(),
            Name::Along => texts.do_along(),
            Name::Choose => texts.do_choose(),
            Name::Menu => texts.do_menu(),
            Name::SaidBefore => texts.do_said_before(),
            Name::Send => texts.do_send(),
            Name::NewLine => texts.do_new_line(),
            Name::LeaveField => texts.do_leave_field(),
        }
    }
}

/// Something that can be done by a key, by the palette, or by both.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Command {
    /// What it is.
    pub name: Name,
    /// Its key as the browser names it, after its modifiers and `+`: `/`, `Mod+k` (Control, or Command on a Mac), `Alt+ArrowUp`; two keys after
    /// each other have a space between. Empty if it has none.
    pub keys: &'static str,
    /// Where it has a meaning.
    pub area: Area,
    /// What it does.
    pub act: Act,
}

const fn command(area: Area, keys: &'static str, name: Name, act: Act) -> Command {
    Command { name, keys, area, act }
}

/// All of them, in the order of the page of keys and of the palette.
///
/// The buttons of turns are told by their icons, which no language changes.
pub static COMMANDS: [Command; 46] = {
    use Act::{CopyLink, Focus, Go, Leave, Line, Palette, Press, PressInTurn, Theme, Told, Turn};
    use Area::{Anywhere, Composer, Conversation, List};
    [
        command(Anywhere, "Mod+k", Name::Palette, Palette),
        command(Anywhere, "/", Name::Search, Focus("#search")),
        command(Anywhere, "n", Name::New, Go("/new")),
        command(Anywhere, "i", Name::Import, Press("#open-import")),
        command(Anywhere, "g l", Name::Library, Go("/")),
        command(Anywhere, "g c", Name::Order, Go("/conversations")),
        command(Anywhere, "g a", Name::Shelved, Go("/archive")),
        command(Anywhere, "g t", Name::Trash, Go("/trash")),
        command(Anywhere, "g r", Name::Ratings, Go("/ratings")),
        command(Anywhere, "g i", Name::Imports, Go("/imports")),
        command(Anywhere, "g s", Name::Settings, Go("/settings")),
        command(Anywhere, "?", Name::Keys, Go("/keys")),
        command(Anywhere, "Escape", Name::Leave, Leave),
        command(Anywhere, "", Name::Light, Theme("light")),
        command(Anywhere, "", Name::Dark, Theme("dark")),
        command(Anywhere, "", Name::System, Theme("system")),
        command(Anywhere, "", Name::Mode, Press(".database-toggle button")),
        command(Conversation, "m", Name::Write, Focus("#message")),
        command(Conversation, "Escape", Name::Stop, Press(".send.stop")),
        command(Conversation, "Alt+ArrowUp", Name::TurnBefore, Turn(-1)),
        command(Conversation, "Alt+ArrowDown", Name::NextTurn, Turn(1)),
        command(Conversation, "y", Name::Copy, PressInTurn("button:has([href$=icon-copy],[href$=icon-check])")),
        command(Conversation, "q", Name::Quote, PressInTurn("button:has([href$=quote])")),
        command(Conversation, "+", Name::Good, PressInTurn("button:has([href$=thumbs-up])")),
        command(Conversation, "-", Name::Bad, PressInTurn("button:has([href$=thumbs-down])")),
        command(Conversation, "r", Name::Again, PressInTurn("button:has([href$=refresh-cw])")),
        command(Conversation, "e", Name::Change, PressInTurn("button:has([href$=pencil])")),
        command(Conversation, "f", Name::Find, Press(".outline-button")),
        command(Conversation, "p", Name::Instructions, Press("button.instructions")),
        command(Conversation, "F2", Name::Rename, Focus("input.title")),
        command(Conversation, "", Name::Pin, Press(".menu form:has([value=pin],[value=unpin]) button")),
        command(Conversation, "", Name::Archive, Press(".menu form:has([name=archived]) button")),
        command(Conversation, "", Name::Export, Press(".menu form[method=get] button")),
        command(Conversation, "", Name::Link, CopyLink),
        command(Conversation, "", Name::Delete, Press(".menu form[action$='/delete'] button")),
        command(List, "j", Name::NextLine, Line(1)),
        command(List, "k", Name::LineBefore, Line(-1)),
        command(List, "ArrowUp ArrowDown Home End", Name::Along, Told),
        command(List, "F2", Name::Rename, Told),
        command(List, "Space", Name::Choose, Told),
        command(List, "Delete", Name::Delete, Told),
        command(List, "Shift+F10", Name::Menu, Told),
        command(Composer, "ArrowUp", Name::SaidBefore, Told),
        command(Composer, "Enter", Name::Send, Told),
        command(Composer, "Shift+Enter", Name::NewLine, Told),
        command(Composer, "Escape", Name::LeaveField, Told),
    ]
};

impl Command {
    /// Whether its key is one that is also written with: letters, signs, digits. Those can be switched off (WCAG 2.1.4).
    pub fn is_letter(&self) -> bool {
        self.keys.split(' ').all(|stroke| stroke.chars().count() == 1)
    }

    /// Whether it has a key that the listener hears.
    pub fn is_heard(&self) -> bool {
        !self.keys.is_empty() && self.act != Act::Told
    }

    /// Its keys as `aria-keyshortcuts` writes them.
    pub fn as_attribute(&self) -> String {
        self.keys.replace("Mod+", "Control+")
    }
}

/// A key as it stands on a keyboard, for each stroke: the keys that are held together. `command` is what `Mod` is called here.
pub fn strokes(keys: &str, command: &'static str) -> Vec<Vec<String>> {
    let name = |key: &str| match key {
        "Mod" => command.to_owned(),
        "ArrowUp" => "↑".to_owned(),
        "ArrowDown" => "↓".to_owned(),
        "Escape" => "Esc".to_owned(),
        key if key.len() == 1 => key.to_ascii_uppercase(),
        key => key.to_owned(),
    };
    let together = |stroke: &str| match stroke {
        "+" => vec!["+".to_owned()],
        stroke => stroke.split('+').map(name).collect(),
    };
    keys.split(' ').filter(|stroke| !stroke.is_empty()).map(together).collect()
}

/// Keys as a line of text.
pub fn in_words(keys: &str, command: &'static str) -> String {
    let strokes = strokes(keys, command).into_iter().map(|keys| keys.join(" "));
    strokes.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Area, COMMANDS, Command, Name, in_words, strokes};

    #[test]
    fn no_key_means_two_things_where_both_are_heard() {
        let heard = || COMMANDS.iter().filter(|command| command.is_heard());
        for one in heard() {
            let same = heard().filter(|other| other.keys == one.keys);
            // Escape leaves what is open, and what is left last is the answer that is being written.
            assert!(same.count() == 1 || one.keys == "Escape", "{one:?}");
            let begins = |other: &&Command| other.keys.strip_prefix(one.keys).is_some_and(|rest| rest.starts_with(' '));
            assert_eq!(heard().find(begins), None, "{one:?} would never be waited for");
        }
    }

    #[test]
    fn the_keys_that_can_be_switched_off_are_those_that_one_writes_with() {
        let of = |name| COMMANDS.iter().find(|command| command.name == name).unwrap();
        let letters = [Name::Search, Name::Trash, Name::Good, Name::Keys];
        assert!(letters.into_iter().all(|name| of(name).is_letter()));
        let others = [Name::Palette, Name::TurnBefore, Name::Rename, Name::Send];
        assert!(others.into_iter().all(|name| !of(name).is_letter()));
    }

    #[test]
    fn keys_are_written_as_they_stand_on_a_keyboard() {
        assert_eq!(strokes("Mod+k", "⌘"), [["⌘", "K"]]);
        assert_eq!(strokes("g l", "Ctrl"), [["G"], ["L"]]);
        assert_eq!(strokes("+", "Ctrl"), [["+"]]);
        assert_eq!(strokes("", "Ctrl"), Vec::<Vec<String>>::new());
        assert_eq!(in_words("Alt+ArrowUp", "Ctrl"), "Alt ↑");
    }

    #[test]
    fn the_areas_stand_together() {
        let mut areas: Vec<Area> = COMMANDS.iter().map(|command| command.area).collect();
        areas.dedup();
        assert_eq!(areas, [Area::Anywhere, Area::Conversation, Area::List, Area::Composer]);
    }
}
