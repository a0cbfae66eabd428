//! What a caller may choose.

/// How a text is rendered.
#[derive(Clone, Debug)]
pub struct Options {
    /// What every `id` starts with. Two texts on one page need different ones, and none may be the start of an `id`
    /// that the page itself uses. Default: `user-content-`.
    pub id_prefix: String,
    /// How many levels deeper a heading is on the page than in the text; the deepest level is 6. Default: 2, for a
    /// message below the headings of the page and of the conversation.
    pub heading_offset: u8,
    /// Whether code blocks have a switch to wrap their lines, and buttons to copy and to save them. The page does what they say: they are
    /// `button` elements whose `data-code` is `copy` or `save`. Default: no.
    pub code_actions: bool,
    /// What screen readers say for parts that have no text of their own.
    pub labels: Labels,
}

/// Names for controls and for screen readers, in the reader's language. Default: English.
#[derive(Clone, Copy, Debug)]
pub struct Labels {
    /// The region in which a wide table scrolls.
    pub table: &'static str,
    /// The box of a task that is done.
    pub task_done: &'static str,
    /// The box of a task that is not done.
    pub task_open: &'static str,
    /// The link from a footnote to where it is referred to.
    pub footnote_back: &'static str,
    /// A picture that has no description.
    pub picture: &'static str,
    /// The switch that wraps the lines of code.
    pub wrap_code: &'static str,
    /// The button that copies code.
    pub copy_code: &'static str,
    /// The button that saves code as a file.
    pub save_code: &'static str,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            id_prefix: "user-content-".to_owned(),
            heading_offset: 2,
            code_actions: false,
            labels: Labels::default(),
        }
    }
}

impl Default for Labels {
    fn default() -> Self {
        Self {
            table: "Table",
            task_done: "Done",
            task_open: "To do",
            footnote_back: "Back to the text",
            picture: "Picture",
            wrap_code: "Wrap",
            copy_code: "Copy",
            save_code: "Download",
        }
    }
}
