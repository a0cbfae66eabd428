//! Where a database file lies, and what that means for its journal.

use std::path::Path;

/// How SQLite keeps what is being written apart from what is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Journal {
    /// A write-ahead log: readers and the writer do not wait for each other. It needs memory that processes share through a file.
    WriteAheadLog,
    /// A rollback journal: slower, and right wherever locks on files work.
    Rollback,
}

impl Journal {
    /// The one for this file: a write-ahead log, unless the file system may be on another machine. The folder has to be there.
    ///
    /// SQLite's documentation: "WAL does not work over a network filesystem" (<https://sqlite.org/wal.html>).
    pub fn for_place(path: &Path) -> Journal {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if is_remote(folder) { Journal::Rollback } else { Journal::WriteAheadLog }
    }

    /// As `PRAGMA journal_mode` calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Journal::WriteAheadLog => "wal",
            Journal::Rollback => "delete",
        }
    }
}

/// The magic numbers of file systems that are, or may be, on another machine: `linux/magic.h` and statfs(2). FUSE is one of them, since sshfs and
/// the folders that a container shares with its host come over it.
#[cfg(target_os = "linux")]
const REMOTE: [u32; 11] = [
    0x0000_6969, // NFS
    0x0000_517b, // SMB
    0xff53_4d42, // CIFS
    0xfe53_4d42, // SMB2
    0x0102_1997, // 9P: also Windows' disks in WSL
    0x6573_5546, // FUSE
    0x00c3_6400, // Ceph
    0x5346_414f, // AFS
    0x0bd0_0bd0, // Lustre
    0x4750_4653, // GPFS
    0x7375_7245, // Coda
];

#[cfg(target_os = "linux")]
fn is_remote(folder: &Path) -> bool {
    // The numbers have 32 bits; the field has another width and sign on each platform.
    rustix::fs::statfs(folder).is_ok_and(|system| REMOTE.contains(&(system.f_type as u32)))
}

/// Elsewhere nobody is asked: SQLite itself refuses the log where shared memory cannot be had.
#[cfg(not(target_os = "linux"))]
fn is_remote(_: &Path) -> bool {
    false
}
