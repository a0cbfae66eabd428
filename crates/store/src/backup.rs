//! Copies of a whole database, made with SQLite's backup API while it is in use, and the way back.
//!
//! **Invariant:** a copy gets its name only when it is complete, on the disk, and has been read and found whole. Nothing that was there is
//! lost to a copy that fails.

use crate::{Error, error::During, schema};
use rusqlite::{Connection, OpenFlags, backup::Backup};
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The folder beside a database in which its backups are.
pub const FOLDER: &str = "backups";

/// How many backups from before migrations are kept.
const KEPT: usize = 5;

/// Between two attempts to copy while somebody holds a lock.
const PAUSE: Duration = Duration::from_millis(50);

const OPERATION: &str = "copying the database";

/// Copies everything that `source` sees to `target`, a file that stands alone. In a database with a write-ahead log nobody waits for it, and the
/// copy is of one moment.
///
/// # Errors
/// [`Error::NoBackup`], with what went wrong in it; then `target` is as it was.
pub fn copy(source: &Connection, target: &Path) -> Result<(), Error> {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".unfinished");
    let unfinished = target.with_file_name(name);
    let copied = (|| {
        remove(&unfinished)?;
        write(source, &unfinished)?;
        verify(&unfinished)?;
        rename(&unfinished, target)
    })();
    copied.map_err(|error| {
        // What matters is the first error.
        let _ = fs::remove_file(&unfinished);
        Error::NoBackup { path: target.to_owned(), source: Box::new(error) }
    })
}

fn write(source: &Connection, target: &Path) -> Result<(), Error> {
    make_private(target)?;
    let mut copy = Connection::open(target).during(OPERATION)?;
    // All pages at once: with a log this holds up nobody, and a copy in steps would begin again after each write.
    Backup::new(source, &mut copy)
        .and_then(|backup| backup.run_to_completion(i32::MAX, PAUSE, None))
        .during(OPERATION)?;
    // The copy says that it has a log, as the original does. One file is easier to keep.
    copy.pragma_update_and_check(None, "journal_mode", "delete", |row| row.get::<_, String>(0)).during(OPERATION)?;
    copy.close().map_err(|(_, source)| source).during(OPERATION)
}

/// Makes an empty file that only its owner may read: what people say to models is theirs.
fn make_private(path: &Path) -> Result<(), Error> {
    let mut options = fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|source| Error::File { path: path.to_owned(), source })
}

/// Reads a whole database file and says which version it has: 0 for one of the original AI OS.
///
/// # Errors
/// [`Error::Damaged`]; [`Error::Newer`] and [`Error::Foreign`]; what SQLite says, for example that it is no database.
pub fn verify(path: &Path) -> Result<u32, Error> {
    const OPERATION: &str = "checking a copy of the database";
    let damaged = |reason: &str| Error::Damaged { path: path.to_owned(), reason: reason.to_owned() };
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).during(OPERATION)?;
    let version = schema::version(&connection)?;
    let integrity: String =
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).during(OPERATION)?;
    if integrity != "ok" {
        return Err(damaged(&integrity));
    }
    if !has_history(&connection)? {
        return Err(damaged("there are no conversations and no table for them in it"));
    }
    Ok(version)
}

fn has_history(connection: &Connection) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'convos')";
    connection.query_row(sql, [], |row| row.get(0)).during(OPERATION)
}

/// Copies a database that the program is about to migrate, into the folder of backups, and removes all but the newest of such copies. Does
/// nothing for a new file, and for one that is up to date.
pub(crate) fn before_migration(connection: &Connection, path: &Path) -> Result<(), Error> {
    let version = schema::version(connection)?;
    if version == schema::VERSION || !has_history(connection)? {
        return Ok(());
    }
    let target = place(path, &format!("v{version}"))?;
    copy(connection, &target)?;
    tracing::info!(from = version, to = schema::VERSION, backup = %target.display(), "migrating the history");
    forget_old(path);
    Ok(())
}

/// Where a backup of the database `path` goes that is made now: `backups/<name>-<why>-<UTC>.db`. Makes the folder.
///
/// # Errors
/// [`Error::Folder`].
pub fn place(path: &Path, why: &str) -> Result<PathBuf, Error> {
    let folder = path.with_file_name(FOLDER);
    fs::create_dir_all(&folder).map_err(|source| Error::Folder { path: folder.clone(), source })?;
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = aios_model::Timestamp::from_milliseconds(i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
    // `20260131T120000Z`
    let moment: String = now.to_string().chars().take_while(|of| *of != '.').filter(|of| !"-:".contains(*of)).collect();
    Ok(folder.join(format!("{}-{why}-{moment}Z.db", stem(path))))
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Removes all but the newest backups from before migrations. Others, which a person asked for, are theirs to remove.
fn forget_old(path: &Path) {
    let beginning = format!("{}-v", stem(path));
    let entries = fs::read_dir(path.with_file_name(FOLDER)).into_iter().flatten().flatten();
    let moment = |name: &str| {
        let rest = name.strip_prefix(&beginning)?.strip_suffix(".db")?;
        let (version, moment) = rest.split_once('-')?;
        version.parse::<u32>().ok().map(|_| moment.to_owned())
    };
    let mut backups: Vec<(String, PathBuf)> =
        entries.filter_map(|entry| Some((moment(&entry.file_name().to_string_lossy())?, entry.path()))).collect();
    backups.sort_unstable();
    let old = backups.len().saturating_sub(KEPT);
    for (_, path) in backups.into_iter().take(old) {
        if let Err(error) = fs::remove_file(&path) {
            tracing::warn!(path = %path.display(), %error, "an old backup could not be removed");
        }
    }
}

/// Puts the database `from` in the place of `database`, which nobody may have open. What was there is kept among the backups, with its journal
/// if it is too damaged to be opened. Returns where.
///
/// # Errors
/// What [`verify`] says of `from`; [`Error::NoBackup`], [`Error::Folder`], [`Error::File`]. Until the last step `database` is as it was.
pub fn restore(from: &Path, database: &Path) -> Result<Option<PathBuf>, Error> {
    verify(from)?;
    let coming = database.with_extension("db.restoring");
    remove(&coming)?;
    {
        let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY).during(OPERATION)?;
        copy(&source, &coming)?;
    }
    let kept = keep(database)?;
    rename(&coming, database)?;
    Ok(kept)
}

/// Gives a database a second name among the backups.
fn keep(database: &Path) -> Result<Option<PathBuf>, Error> {
    if !database.exists() {
        return Ok(None);
    }
    // Moves the log into the file, if there is one; closing then removes it. A damaged database may not let itself be opened.
    if let Err(error) =
        Connection::open(database).and_then(|connection| connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)"))
    {
        tracing::warn!(%error, "the database that is replaced cannot be opened: it is kept with its journal as it is");
    }
    let kept = place(database, "replaced")?;
    // A second name, not a new one: at no moment the folder is without a history.
    fs::hard_link(database, &kept)
        .or_else(|_| fs::copy(database, &kept).map(drop))
        .map_err(|source| Error::File { path: kept.clone(), source })?;
    for suffix in ["-wal", "-shm", "-journal"] {
        let with_suffix = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            PathBuf::from(name)
        };
        if with_suffix(database).exists() {
            rename(&with_suffix(database), &with_suffix(&kept))?;
        }
    }
    Ok(Some(kept))
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(Error::File { path: path.to_owned(), source }),
        _ => Ok(()),
    }
}

/// Gives a file another name, on the disk when it returns.
fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    let failed = |source| Error::File { path: to.to_owned(), source };
    fs::rename(from, to).map_err(failed)?;
    #[cfg(unix)]
    if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    }
    Ok(())
}
