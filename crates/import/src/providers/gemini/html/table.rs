use super::Converter;
use super::block::{Break, Container};
use super::mark::Mark;
use std::mem;

/// A table that is being read.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
    /// What was written before the cell that is open.
    outside: Option<Outside>,
    /// Tables in a cell that is open: their text is text of the cell.
    inner: usize,
}

/// What stands around a cell.
struct Outside {
    out: String,
    containers: Vec<Container>,
    marks: Vec<Mark>,
}

impl Converter {
    /// The table whose cell is open.
    pub(super) fn in_cell(&self) -> Option<&Table> {
        self.table.as_ref().filter(|table| table.outside.is_some())
    }

    pub(super) fn open_table_part(&mut self, name: &str) {
        if name == "table" {
            match &mut self.table {
                Some(table) => table.inner += 1,
                None => self.table = Some(Table::default()),
            }
            return;
        }
        self.end_cell();
        let Some(table) = self.table.as_mut().filter(|table| table.inner == 0) else {
            self.space = true;
            return;
        };
        if name == "tr" || table.rows.is_empty() {
            table.rows.push(Vec::new());
        }
        if name != "tr" {
            table.outside = Some(Outside {
                out: mem::take(&mut self.out),
                containers: mem::take(&mut self.containers),
                marks: mem::take(&mut self.marks),
            });
            self.doubtful = None;
            self.space = false;
        }
    }

    pub(super) fn close_table_part(&mut self, name: &str) {
        match &mut self.table {
            Some(table) if table.inner > 0 => {
                table.inner -= usize::from(name == "table");
                self.space = true;
            }
            Some(_) if name == "table" => self.end_table(),
            _ => self.end_cell(),
        }
    }

    fn end_cell(&mut self) {
        let Some(table) = self.table.as_mut().filter(|table| table.inner == 0) else { return };
        let Some(outside) = table.outside.take() else { return };
        self.close_marks(0);
        let text = mem::replace(&mut self.out, outside.out).replace('|', "\\|");
        self.containers = outside.containers;
        self.marks = outside.marks;
        self.doubtful = None;
        self.pending = Break::None;
        self.space = false;
        if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
            row.push(text);
        }
    }

    /// Writes the table that is open.
    pub(super) fn end_table(&mut self) {
        if let Some(table) = &mut self.table {
            table.inner = 0;
        }
        self.end_cell();
        let Some(table) = self.table.take() else { return };
        let mut rows = table.rows.into_iter().filter(|row| !row.is_empty());
        let Some(mut head) = rows.next() else { return };
        let rows: Vec<Vec<String>> = rows.collect();
        // Cells beyond the head would not be shown.
        let columns = rows.iter().map(Vec::len).fold(head.len(), usize::max);
        head.resize(columns, String::new());
        self.block();
        self.raw(&line(&head));
        self.pending = Break::Line;
        self.raw(&line(&vec!["---".to_owned(); columns]));
        for row in rows {
            self.pending = Break::Line;
            self.raw(&line(&row));
        }
        self.block();
    }
}

fn line(cells: &[String]) -> String {
    let mut line = "|".to_owned();
    for cell in cells {
        line.push(' ');
        line.push_str(cell);
        line.push_str(" |");
    }
    line
}
