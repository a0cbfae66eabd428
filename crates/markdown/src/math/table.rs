//! Matrices, cases, and lines that stand below each other.

use super::element::around;
use super::read::{End, Reader, fenced, number_of_formula};

const ALIGNED: &str = "<mtable class=\"aligned\" displaystyle=\"true\">";

impl Reader<'_> {
    /// `{name} … \end{name}`, after `\begin`.
    pub(super) fn environment(&mut self) -> Option<String> {
        const MATRIX: &str = "<mtable class=\"matrix\">";
        let name = self.source.raw_argument()?;
        let mut columns = Vec::new();
        let (start, open, close) = match name.trim_end_matches('*') {
            "matrix" => (MATRIX, "", ""),
            "smallmatrix" => ("<mtable class=\"matrix\" scriptlevel=\"1\">", "", ""),
            "pmatrix" => (MATRIX, "(", ")"),
            "bmatrix" => (MATRIX, "[", "]"),
            "Bmatrix" => (MATRIX, "{", "}"),
            "vmatrix" => (MATRIX, "|", "|"),
            "Vmatrix" => (MATRIX, "‖", "‖"),
            "cases" => ("<mtable class=\"cases\">", "{", ""),
            "dcases" => ("<mtable class=\"cases\" displaystyle=\"true\">", "{", ""),
            "rcases" => ("<mtable class=\"cases\">", "", "}"),
            "aligned" | "align" | "split" | "eqnarray" | "flalign" => (ALIGNED, "", ""),
            "alignat" | "alignedat" => {
                self.source.raw_argument()?;
                (ALIGNED, "", "")
            }
            "gathered" | "gather" | "multline" | "equation" | "displaymath" | "math" => {
                ("<mtable class=\"stack\" displaystyle=\"true\">", "", "")
            }
            "array" | "subarray" => {
                self.option()?;
                columns = self.columns()?;
                (MATRIX, "", "")
            }
            _ => return None,
        };
        if matches!(name, "aligned" | "gathered" | "matrix*") {
            self.option()?;
        }
        let table = self.table(start, &columns, End::Cell)?;
        if !self.source.skip_command("end") || self.source.raw_argument()? != name {
            return None;
        }
        Some(fenced(open, &table, close))
    }

    /// The start tags of the cells in a row, from letters like `lc|r`.
    fn columns(&mut self) -> Option<Vec<&'static str>> {
        let mut columns = Vec::new();
        let mut letters = self.source.raw_argument()?.bytes().filter(|byte| *byte != b' ').peekable();
        while let Some(letter) = letters.next() {
            let has_bar = letters.peek() == Some(&b'|');
            columns.push(match (letter, has_bar) {
                (b'|', _) => continue,
                (b'l', false) => "<mtd class=\"left\">",
                (b'c', false) => "<mtd>",
                (b'r', false) => "<mtd class=\"right\">",
                (b'l', true) => "<mtd class=\"left-bar\">",
                (b'c', true) => "<mtd class=\"bar\">",
                (b'r', true) => "<mtd class=\"right-bar\">",
                _ => return None,
            });
        }
        Some(columns)
    }

    /// Rows of cells up to `\end`, which is left to read, or to `}`, which is not.
    pub(super) fn table(&mut self, start: &str, columns: &[&'static str], end: End) -> Option<String> {
        let outer_tag = self.tag.take();
        let mut out = start.to_owned();
        loop {
            self.source.skip_space();
            let mut start = "<mtr>";
            while self.source.skip_command("hline") {
                start = "<mtr class=\"line\">";
                self.source.skip_space();
            }
            if self.is_at_end_of_table(end) {
                break;
            }
            out.push_str(start);
            let mut column = 0;
            loop {
                let cell = self.row(if end == End::Group { End::Group } else { End::Cell });
                out.push_str(columns.get(column).copied().unwrap_or("<mtd>"));
                out.push_str(&cell?.concat());
                out.push_str("</mtd>");
                column += 1;
                if !self.source.skip('&') {
                    break;
                }
            }
            if let Some(tag) = self.tag.take() {
                out.push_str(&around("<mtd class=\"tag\">", &[&number_of_formula(tag)], "</mtd>"));
            }
            out.push_str("</mtr>");
            if let Some(rest) = self.source.rest.strip_prefix("\\\\") {
                self.source.rest = rest.strip_prefix('*').unwrap_or(rest);
                // `\\[2pt]`: the distance to the next line is ours.
                if self.source.rest.trim_start().starts_with('[') {
                    self.source.rest = self.source.rest.split_once(']')?.1;
                }
            } else if self.is_at_end_of_table(end) {
                break;
            } else {
                return None;
            }
        }
        if end == End::Group {
            self.source.skip('}');
        }
        self.tag = outer_tag;
        out.push_str("</mtable>");
        Some(out)
    }

    fn is_at_end_of_table(&self, end: End) -> bool {
        if end == End::Group { self.source.rest.starts_with('}') } else { self.source.command_ahead() == Some("end") }
    }
}
