use super::{CUT_OFF, Directory, MAXIMUM_ENTRIES, MAXIMUM_NAMES, Record, short, word};
use crate::{
    input::Shared,
    stream::{self, Budget},
};
use std::io::{BufReader, Read};

/// What is behind the data of an entry: nothing, or a data descriptor in one of its four forms.
const DESCRIPTORS: [u64; 5] = [0, 16, 24, 12, 20];

impl Directory {
    /// The entries of a zip that has no table of contents, as one has whose download was interrupted: each has a header of its own before it. Entries
    /// are passed over by their sizes; those that do not say them are inflated to find their ends.
    pub(super) fn salvage(source: &Shared<'_>, budget: &Budget) -> Directory {
        let mut directory =
            Directory { records: Vec::new(), names: Vec::new(), prefix: 0, left_out: 0, is_salvaged: true };
        let mut position = 0;
        while let Some((local, data)) = directory.read_local(source, position) {
            let rest = source.length().saturating_sub(data);
            let record = if local.size_is_behind {
                stream::measure(source, data, budget)
                    .map_or(Record { compressed: rest, size: CUT_OFF, ..local.record }, |(compressed, size, crc)| {
                        Record { compressed, size, crc, ..local.record }
                    })
            } else {
                Record { compressed: local.record.compressed.min(rest), ..local.record }
            };
            directory.records.push(record);
            let end = data.saturating_add(record.compressed);
            let next = DESCRIPTORS.iter().map(|length| end.saturating_add(*length));
            let Some(next) = next.into_iter().find(|at| begins_header(source, *at)) else { break };
            position = next;
        }
        directory
    }

    /// Reads the header before an entry and keeps its name. With it, where the data begins.
    fn read_local(&mut self, source: &Shared<'_>, position: u64) -> Option<(Local, u64)> {
        let mut stream = BufReader::with_capacity(512, source.at(position));
        let mut fixed = [0; 30];
        stream.read_exact(&mut fixed).ok()?;
        let (flags, method, length) = (short(&fixed, 6), short(&fixed, 8), short(&fixed, 26));
        let start = self.names.len();
        let fits = self.records.len() < MAXIMUM_ENTRIES && start + usize::from(length) <= MAXIMUM_NAMES;
        if fixed[..4] != *b"PK\x03\x04" || !fits {
            return None;
        }
        let mut rest = vec![0; usize::from(length) + usize::from(short(&fixed, 28))];
        stream.read_exact(&mut rest).ok()?;
        let (name, extra) = rest.split_at(usize::from(length));
        let mut record = Record {
            name: (u32::try_from(start).ok()?, length),
            header: position,
            compressed: u64::from(word(&fixed, 18)),
            size: u64::from(word(&fixed, 22)),
            crc: word(&fixed, 14),
            method,
            encrypted: flags & 1 != 0 || method == 99,
        };
        record.widen(extra);
        let size_is_behind = flags & 8 != 0 && record.compressed == 0;
        // Without a size the end of what is not deflated cannot be told.
        if size_is_behind && (method != 8 || record.encrypted) {
            return None;
        }
        self.names.extend_from_slice(name);
        Some((Local { record, size_is_behind }, position + 30 + rest.len() as u64))
    }
}

/// The header before an entry.
struct Local {
    record: Record,
    size_is_behind: bool,
}

fn begins_header(source: &Shared<'_>, at: u64) -> bool {
    let mut signature = [0; 4];
    source.at(at).read_exact(&mut signature).is_ok() && signature == *b"PK\x03\x04"
}
