//! The files that a person named: folders are walked, and what is an SQLite database is told from exports.

use aios_model::{Location, Warning};
use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

/// What every SQLite database begins with (<https://www.sqlite.org/fileformat2.html>).
const SQLITE: &[u8; 16] = b"SQLite format 3\0";

/// The most files of one folder.
const MAXIMUM_FILES: usize = 200_000;

/// What there is to be read.
#[derive(Default)]
pub(super) struct Inputs {
    pub files: Vec<Named>,
    pub databases: Vec<Named>,
    /// What cannot be read, and why, as a sentence for a person.
    pub refused: Vec<Warning>,
}

/// A file under the name that the person knows it by.
pub(super) struct Named {
    pub name: String,
    pub path: PathBuf,
    /// It was found in a folder: nobody said that it is an export.
    pub walked: bool,
}

impl Inputs {
    /// Looks at what was named. Files of a folder are in the order of their names, under their paths below the folder; symbolic links in it are
    /// not followed.
    pub fn of(paths: &[PathBuf]) -> Inputs {
        let mut inputs = Inputs::default();
        for path in paths {
            let name = path.to_string_lossy().into_owned();
            match fs::metadata(path) {
                Ok(metadata) if metadata.is_dir() => inputs.walk(path, &name),
                Ok(metadata) if metadata.is_file() => inputs.add(Named { name, path: path.clone(), walked: false }),
                // It cannot be read twice, and opening it may wait for ever.
                Ok(_) => inputs.say(
                    name,
                    "This is no file but a pipe or a device: write what comes out of it to a file and name that."
                        .to_owned(),
                ),
                Err(error) => inputs.refuse(name, &error),
            }
        }
        inputs
    }

    /// Not by recursion: a folder may be as deep as it likes.
    fn walk(&mut self, top: &Path, name: &str) {
        let mut folders = vec![top.to_owned()];
        let mut found: Vec<PathBuf> = Vec::new();
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries.flatten(),
                Err(error) => {
                    self.refuse(folder.to_string_lossy().into_owned(), &error);
                    continue;
                }
            };
            for entry in entries {
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                    Ok(kind) if kind.is_file() => found.push(entry.path()),
                    // A link leads elsewhere, maybe into a circle; anything else is no file.
                    _ => {}
                }
            }
            if found.len() > MAXIMUM_FILES {
                let message = format!("This folder holds more than {MAXIMUM_FILES} files: name the export in it.");
                return self.say(name.to_owned(), message);
            }
        }
        found.sort();
        if found.is_empty() {
            self.say(name.to_owned(), "There is no file in this folder.".to_owned());
        }
        for path in found {
            let below = path.strip_prefix(top).unwrap_or(&path);
            let name = below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
            self.add(Named { name, path, walked: true });
        }
    }

    /// Tells by its first bytes what it is.
    pub fn add(&mut self, named: Named) {
        let mut head = [0; SQLITE.len()];
        let is_database = match File::open(&named.path).map(|mut file| file.read_exact(&mut head)) {
            Ok(read) => read.is_ok() && head == *SQLITE,
            Err(error) => return self.refuse(named.name, &error),
        };
        if is_database { self.databases.push(named) } else { self.files.push(named) }
    }

    fn refuse(&mut self, file: String, error: &io::Error) {
        let message = match error.kind() {
            io::ErrorKind::NotFound => "There is no such file.".to_owned(),
            _ => format!("This cannot be opened: {error}."),
        };
        self.say(file, message);
    }

    /// Refuses with a sentence.
    fn say(&mut self, file: String, message: String) {
        self.refused.push(Warning { location: Location { file, ..Location::default() }, message });
    }
}

/// A file that is open only while it is read: a folder may hold more of them than a program may have open. Readers ask for large pieces.
pub(super) struct Lazy {
    path: PathBuf,
    position: u64,
    open: Option<File>,
}

impl Lazy {
    /// `keep_open`: it is one of few.
    pub fn new(path: &Path, keep_open: bool) -> io::Result<Lazy> {
        let open = if keep_open { Some(File::open(path)?) } else { None };
        Ok(Lazy { path: path.to_owned(), position: 0, open })
    }
}

impl Read for Lazy {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.open {
            Some(file) => file.read(buffer)?,
            None => {
                let mut file = File::open(&self.path)?;
                file.seek(SeekFrom::Start(self.position))?;
                file.read(buffer)?
            }
        };
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Lazy {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let length = || fs::metadata(&self.path).map(|metadata| metadata.len());
        let moved = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => length()?.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        let position = moved.ok_or(io::ErrorKind::InvalidInput)?;
        if let Some(file) = &mut self.open {
            file.seek(SeekFrom::Start(position))?;
        }
        self.position = position;
        Ok(position)
    }
}

#[cfg(test)]
mod tests {
    use super::{Inputs, Lazy};
    use std::{
        fs,
        io::{Read as _, Seek as _, SeekFrom},
    };

    #[test]
    fn a_folder_is_walked_in_order_without_following_links() {
        let folder = tempfile::tempdir().unwrap();
        let export = folder.path().join("export");
        fs::create_dir_all(export.join("b/c")).unwrap();
        for name in ["b/c/two.json", "a.json", "b.json"] {
            fs::write(export.join(name), "[]").unwrap();
        }
        fs::write(export.join("state.db"), b"SQLite format 3\0rest").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.path(), export.join("circle")).unwrap();
        let inputs = Inputs::of(&[export.clone(), export.join("a.json"), folder.path().join("gone")]);
        let names: Vec<_> = inputs.files.iter().map(|named| (named.name.clone(), named.walked)).collect();
        let single = export.join("a.json").to_string_lossy().into_owned();
        let walked = ["a.json", "b/c/two.json", "b.json"].map(|name| (name.to_owned(), true));
        assert_eq!(names, [&walked[..], &[(single, false)]].concat());
        assert_eq!((inputs.databases.len(), inputs.refused.len()), (1, 1));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_refused_without_being_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let inputs = Inputs::of(&[path]);
        assert!(inputs.files.is_empty());
        assert!(inputs.refused[0].message.starts_with("This is no file"), "{}", inputs.refused[0].message);
    }

    #[test]
    fn a_file_that_is_not_kept_open_reads_as_one_that_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "0123456789").unwrap();
        for keep_open in [false, true] {
            let mut file = Lazy::new(&path, keep_open).unwrap();
            let mut piece = [0; 3];
            file.seek(SeekFrom::End(-4)).unwrap();
            file.read_exact(&mut piece).unwrap();
            assert_eq!((&piece, file.stream_position().unwrap()), (b"678", 9));
            file.seek(SeekFrom::Start(1)).unwrap();
            file.read_exact(&mut piece).unwrap();
            assert_eq!(&piece, b"123");
            assert!(file.seek(SeekFrom::Current(-9)).is_err());
        }
    }
}
