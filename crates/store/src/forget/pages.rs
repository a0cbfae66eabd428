//! Overwriting what no page of the file uses.
//!
//! SQLite leaves the bytes of deleted rows in free pages, between the cells of a page, and behind the end of a long value; also with `secure_delete`, since a
//! page whose cells move to its neighbours keeps what it does not need to write over. So all pages are looked through, by the table of pages that SQLite
//! has (`sqlite_dbpage`), in transactions like any other change. The format is <https://sqlite.org/fileformat2.html>; it does not change.
//!
//! **Invariant:** nothing that SQLite reads is touched. A page that is not exactly as it should be is left as it is.

use crate::{Error, error::During};
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashSet;

/// Pages that a step looks at, about.
const LOOKED_AT: usize = 512;

/// With more pages the first byte of a page of a long value could be that of a page of a tree: 64 GiB in pages of 4 KiB.
const MAXIMUM_PAGES: u32 = 1 << 24;

const OPERATION: &str = "overwriting what was deleted";

/// The rest of a value that does not fit into its page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Rest {
    page: u32,
    bytes: u64,
}

/// What is used of a page of a tree.
struct Tree {
    /// Stretches from the first byte to the last, in their order.
    used: Vec<(usize, usize)>,
    /// What its values have elsewhere.
    rests: Vec<Rest>,
}

struct File<'a> {
    connection: &'a Connection,
    pages: u32,
    page_size: usize,
    /// Bytes of a page that SQLite uses.
    usable: usize,
    looked_at: usize,
}

/// Overwrites what is unused in some pages from `first` on (they count from 1). Returns where to go on; `None` at the end, and in a file in which pages of
/// another kind may be (more than 64 GiB, or one that is vacuumed by itself, which ours are not).
pub(super) fn scrub(connection: &Connection, first: i64) -> Result<Option<i64>, Error> {
    let Some(mut file) = File::open(connection)? else { return Ok(None) };
    let Some(header) = file.read(1)? else { return Ok(None) };
    if file.pages >= MAXIMUM_PAGES || number(&header, 52) != 0 {
        return Ok(None);
    }
    let Some(free) = file.clean_free_list(number(&header, 32))? else { return Ok(None) };
    let mut page = u32::try_from(first).unwrap_or(u32::MAX);
    file.looked_at = 0;
    while page <= file.pages {
        if file.looked_at >= LOOKED_AT {
            return Ok(Some(page.into()));
        }
        file.clean(page, &free)?;
        page += 1;
    }
    Ok(None)
}

impl<'a> File<'a> {
    fn open(connection: &'a Connection) -> Result<Option<File<'a>>, Error> {
        let mut known = connection
            .prepare_cached("SELECT 1 FROM pragma_module_list WHERE name = 'sqlite_dbpage'")
            .during(OPERATION)?;
        if !known.exists([]).during(OPERATION)? {
            tracing::warn!(
                "this SQLite has no table of its pages (see .cargo/config.toml): what was deleted stays in unused parts of the file until they are used again"
            );
            return Ok(None);
        }
        let value = |name| connection.pragma_query_value(None, name, |row| row.get::<_, u32>(0)).during(OPERATION);
        let (pages, page_size) = (value("page_count")?, value("page_size")? as usize);
        let mut file = File { connection, pages, page_size, usable: page_size, looked_at: 0 };
        let Some(header) = file.read(1)? else { return Ok(None) };
        file.usable = page_size - usize::from(header[20]);
        Ok(Some(file))
    }

    fn read(&mut self, page: u32) -> Result<Option<Vec<u8>>, Error> {
        self.looked_at += 1;
        let mut read =
            self.connection.prepare_cached("SELECT data FROM sqlite_dbpage WHERE pgno = ?1").during(OPERATION)?;
        let data: Option<Vec<u8>> = read.query_row([page], |row| row.get(0)).optional().during(OPERATION)?;
        Ok(data.filter(|data| data.len() == self.page_size))
    }

    fn write(&self, page: u32, data: &[u8]) -> Result<(), Error> {
        let mut write =
            self.connection.prepare_cached("UPDATE sqlite_dbpage SET data = ?2 WHERE pgno = ?1").during(OPERATION)?;
        write.execute((page, data)).map(drop).during(OPERATION)
    }

    /// Overwrites a page behind its first `used` bytes.
    fn clean_behind(&self, page: u32, data: &mut [u8], used: usize) -> Result<(), Error> {
        if data[used..self.usable].iter().any(|byte| *byte != 0) {
            data[used..self.usable].fill(0);
            self.write(page, data)?;
        }
        Ok(())
    }

    /// The pages of the list of free pages that hold nothing, and cleans those that hold the list. `None` if the list is not as it should be.
    fn clean_free_list(&mut self, mut trunk: u32) -> Result<Option<HashSet<u32>>, Error> {
        let (mut free, mut trunks) = (HashSet::new(), HashSet::new());
        while trunk != 0 {
            let Some(mut data) = self.read(trunk)? else { return Ok(None) };
            let count = number(&data, 4) as usize;
            if !trunks.insert(trunk) || count > self.usable / 4 - 2 {
                return Ok(None);
            }
            free.extend((0..count).map(|place| number(&data, 8 + 4 * place)));
            let next = number(&data, 0);
            self.clean_behind(trunk, &mut data, 8 + 4 * count)?;
            trunk = next;
        }
        Ok(free.is_disjoint(&trunks).then_some(free))
    }

    fn clean(&mut self, page: u32, free: &HashSet<u32>) -> Result<(), Error> {
        let Some(mut data) = self.read(page)? else { return Ok(()) };
        if free.contains(&page) {
            return self.clean_behind(page, &mut data, 0);
        }
        let header = if page == 1 { 100 } else { 0 };
        let Some(Tree { used, rests }) = tree(&data[..self.usable], header) else { return Ok(()) };
        let mut is_dirty = false;
        for (end, next) in used.iter().zip(&used[1..]).map(|((_, end), (next, _))| (*end, *next)) {
            is_dirty |= data[end..next].iter().any(|byte| *byte != 0);
            data[end..next].fill(0);
        }
        if is_dirty {
            self.write(page, &data)?;
        }
        rests.into_iter().try_for_each(|rest| self.clean_rest(rest))
    }

    /// Overwrites the last page of a long value behind its end.
    fn clean_rest(&mut self, rest: Rest) -> Result<(), Error> {
        let of_page = self.usable as u64 - 4;
        let Rest { mut page, mut bytes } = rest;
        // So that a circle of pages has an end.
        while bytes <= of_page * u64::from(self.pages) {
            let data = if (2..=self.pages).contains(&page) { self.read(page)? } else { None };
            let Some(mut data) = data else { return Ok(()) };
            let next = number(&data, 0);
            match (bytes <= of_page, next) {
                (true, 0) => return self.clean_behind(page, &mut data, 4 + bytes as usize),
                (true, _) | (false, 0) => return Ok(()),
                (false, next) => page = next,
            }
            bytes -= of_page;
        }
        Ok(())
    }
}

/// Reads a page of a tree. `None` if it is none, or not as it should be.
fn tree(page: &[u8], header: usize) -> Option<Tree> {
    const INTERIOR_INDEX: u8 = 2;
    const INTERIOR_TABLE: u8 = 5;
    const LEAF_INDEX: u8 = 10;
    const LEAF_TABLE: u8 = 13;
    let kind = page[header];
    let (header_size, child) = match kind {
        INTERIOR_INDEX | INTERIOR_TABLE => (12, 4),
        LEAF_INDEX | LEAF_TABLE => (8, 0),
        _ => return None,
    };
    let usable = page.len();
    let small = |place: usize| Some(usize::from(u16::from_be_bytes([*page.get(place)?, *page.get(place + 1)?])));
    let count = small(header + 3)?;
    let pointers = header + header_size;
    let head = pointers + 2 * count;
    let mut used = vec![(0, head), (usable, usable)];
    let mut rests = Vec::new();
    for number_of_cell in 0..count {
        let start = small(pointers + 2 * number_of_cell)?;
        let mut end = start + child;
        let (first, length) = varint(page, end)?;
        end += length;
        if kind != INTERIOR_TABLE {
            let payload = first;
            if kind == LEAF_TABLE {
                end += varint(page, end)?.1;
            }
            let local = local(payload, usable as u64, kind == LEAF_TABLE);
            end += usize::try_from(local).ok()?;
            if local < payload {
                rests.push(Rest { page: checked_number(page, end)?, bytes: payload - local });
                end += 4;
            }
        }
        used.push((start, end.max(start + 4)));
    }
    let mut free = small(header + 1)?;
    while free != 0 {
        // Its size is part of what SQLite reads; what is inside is not. They are in order.
        let next = small(free)?;
        if next != 0 && next < free + small(free + 2)? {
            return None;
        }
        used.push((free, free + 4));
        free = next;
    }
    used.sort_unstable();
    let fits = used.iter().zip(&used[1..]).all(|((_, end), (next, _))| end <= next);
    fits.then_some(Tree { used, rests })
}

/// How much of a value of so many bytes is in the page of its tree.
fn local(payload: u64, usable: u64, is_table: bool) -> u64 {
    let most = if is_table { usable - 35 } else { (usable - 12) * 64 / 255 - 23 };
    let least = (usable - 12) * 32 / 255 - 23;
    if payload <= most {
        return payload;
    }
    let fitting = least + (payload - least) % (usable - 4);
    if fitting <= most { fitting } else { least }
}

/// A number of one to nine bytes, and how many these are.
fn varint(page: &[u8], place: usize) -> Option<(u64, usize)> {
    let mut value = 0;
    for length in 1..=9 {
        let byte = *page.get(place + length - 1)?;
        if length == 9 {
            return Some((value << 8 | u64::from(byte), length));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((value, length));
        }
    }
    None
}

/// Four bytes of a page as a number.
fn number(page: &[u8], place: usize) -> u32 {
    checked_number(page, place).unwrap_or_default()
}

fn checked_number(page: &[u8], place: usize) -> Option<u32> {
    page.get(place..place + 4)?.try_into().ok().map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::{local, scrub, varint};
    use proptest::prelude::*;
    use rusqlite::Connection;
    use std::collections::BTreeMap;

    /// Nine letters that nothing else holds, again and again.
    fn marker(number: usize) -> String {
        format!("m{number:08}")
    }

    fn pages(connection: &Connection) -> Vec<u8> {
        let mut pages = connection.prepare("SELECT data FROM sqlite_dbpage ORDER BY pgno").unwrap();
        let pages = pages.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        pages.flat_map(Result::unwrap).collect()
    }

    fn scrub_all(connection: &Connection) {
        let mut position = Some(1);
        while let Some(at) = position {
            position = scrub(connection, at).unwrap();
        }
    }

    fn rows(connection: &Connection, table: &str) -> BTreeMap<i64, String> {
        let mut rows = connection.prepare(&format!("SELECT id, text FROM {table}")).unwrap();
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_is_used_stays_and_nothing_else_does(
            page_size in prop_oneof![Just(512), Just(1024), Just(4096), Just(65536)],
            groups in proptest::collection::vec(proptest::collection::vec((0..4u8, 0..60i64, 0..900usize, 1..12usize), 1..40), 1..10),
        ) {
            let connection = Connection::open_in_memory().unwrap();
            connection.execute_batch(&format!(
                "PRAGMA page_size = {page_size}; PRAGMA secure_delete = OFF;
                CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT);
                CREATE INDEX by_text ON texts (text);
                CREATE TABLE keyed (text TEXT, id INTEGER, PRIMARY KEY (text, id)) WITHOUT ROWID;"
            )).unwrap();
            let mut made = 0;
            for group in groups {
                connection.execute_batch("BEGIN").unwrap();
                for (what, id, length, often) in group {
                    made += 1;
                    let text = marker(made).repeat(1 + length / if often > 9 { 1 } else { 9 * often });
                    connection.execute("DELETE FROM keyed WHERE id = ?1", [id]).unwrap();
                    match what {
                        0 => drop(connection.execute("DELETE FROM texts WHERE id = ?1", [id]).unwrap()),
                        1 => drop(connection.execute("UPDATE texts SET text = ?2 WHERE id = ?1", (id, &text)).unwrap()),
                        _ => {
                            connection.execute("INSERT OR REPLACE INTO texts VALUES (?1, ?2)", (id, &text)).unwrap();
                            connection.execute("INSERT INTO keyed VALUES (?2, ?1)", (id, &text)).unwrap();
                        }
                    }
                }
                connection.execute_batch("COMMIT").unwrap();
            }
            let before = ["texts", "keyed"].map(|table| rows(&connection, table));
            scrub_all(&connection);
            let integrity: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
            prop_assert_eq!(integrity, "ok");
            prop_assert_eq!(&["texts", "keyed"].map(|table| rows(&connection, table)), &before);
            let bytes = pages(&connection);
            let found: Vec<&[u8]> = bytes.windows(9).filter(|bytes| bytes[0] == b'm' && bytes[1..].iter().all(u8::is_ascii_digit)).collect();
            for number in 1..=made {
                let is_used = before.iter().flat_map(|rows| rows.values()).any(|text| text.starts_with(&marker(number)));
                prop_assert_eq!(found.contains(&marker(number).as_bytes()), is_used, "{}", number);
            }
            // Nothing is left to do.
            let changes = connection.total_changes();
            scrub_all(&connection);
            prop_assert_eq!(connection.total_changes(), changes);
        }

        #[test]
        fn a_page_of_any_bytes_is_no_page_or_keeps_its_head(bytes in proptest::collection::vec(any::<u8>(), 512), kind in 0..4usize, cells in 0..4u8) {
            let mut page = bytes;
            page[0] = [2, 5, 10, 13][kind];
            page[3] = 0;
            page[4] = cells;
            if let Some(super::Tree { used, .. }) = super::tree(&page, 0) {
                prop_assert!(used[0].0 == 0 && used[0].1 >= 8 && used.iter().all(|(start, end)| start <= end && *end <= 512));
            }
        }
    }

    #[test]
    fn numbers_and_lengths_are_those_of_the_format() {
        assert_eq!(varint(&[0x7f], 0), Some((127, 1)));
        assert_eq!(varint(&[0, 0x81, 0x00], 1), Some((128, 2)));
        assert_eq!(varint(&[0xff; 9], 0), Some((u64::MAX, 9)));
        assert_eq!(varint(&[0xff; 8], 0), None);
        // <https://sqlite.org/fileformat2.html#b_tree_pages>, for pages of 4096 bytes.
        assert_eq!((local(4061, 4096, true), local(4062, 4096, true), local(1003, 4096, false)), (4061, 489, 489));
    }
}
