//! The program as a person or a script starts it.

use serde_json::Value;
use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};
use tempfile::TempDir;

pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        std::fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    /// The program with a data folder of its own, away from the environment of whoever runs the tests.
    pub fn program(&self) -> Command {
        self.of(env!("CARGO_BIN_EXE_aios-chat"))
    }

    /// Another build of the program, in the same way.
    pub fn of(&self, program: impl AsRef<OsStr>) -> Command {
        let mut program = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AIOS_") || name == "RUST_LOG" || name == "OPENAI_API_KEY" {
                program.env_remove(name);
            }
        }
        program.current_dir(self.0.path()).env("AIOS_CHAT_DATA", self.path("data")).stdin(Stdio::null());
        program.env("AIOS_CHAT_NO_DISCOVERY", "true");
        program
    }

    pub fn run(&self, words: &[&str]) -> Output {
        self.program().args(words).output().unwrap()
    }
}

fn export() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/chatgpt.json").to_str().unwrap().to_owned()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub fn json(output: &Output) -> Value {
    serde_json::from_str(&out(output)).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

#[test]
fn an_export_is_imported_once_listed_and_taken_out_again() {
    let folder = Folder::new();
    let first = folder.run(&["import", &export(), "--json"]);
    assert_eq!(first.status.code(), Some(0), "{first:?}");
    let report = json(&first);
    assert_eq!(report["totals"]["imported"], 2);
    let of_light = &report["conversations"][0];
    assert_eq!((of_light["source"].as_str(), of_light["source_id"].as_str()), (Some("chatgpt"), Some("c-light")));
    assert_eq!((of_light["status"].as_str(), of_light["turns"].as_u64()), (Some("imported"), Some(1)));
    assert_eq!(report["warnings"], Value::Array(Vec::new()));

    let again = folder.run(&["import", &export(), "--json"]);
    assert_eq!((again.status.code(), &json(&again)["totals"]["unchanged"]), (Some(0), &Value::from(2)));

    let listed = json(&folder.run(&["list", "--json"]));
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert_eq!(listed[1]["name"], "On light");
    assert_eq!(json(&folder.run(&["list", "--json", "--limit", "1"])).as_array().unwrap().len(), 1);
    assert_eq!(json(&folder.run(&["list", "--json", "--archived"])), Value::Array(Vec::new()));

    let session_id = listed[1]["session_id"].as_str().unwrap();
    let one = json(&folder.run(&["export", "--session", session_id]));
    assert_eq!(one["conversation"]["turns"][0]["assistant"], "Rayleigh scattering.");
    let target = folder.path("all.json");
    let all = folder.run(&["export", "--all", "-o", target.to_str().unwrap()]);
    assert_eq!((all.status.code(), out(&all)), (Some(0), String::new()));
    let written: Value = serde_json::from_slice(&std::fs::read(&target).unwrap()).unwrap();
    assert_eq!(written["conversations"].as_array().unwrap().len(), 2);
    assert!(!folder.path("all.json.unfinished").exists());

    let read = out(&folder.run(&["export", "--session", session_id, "--format", "text"]));
    assert!(read.starts_with("On light\n========\n") && read.ends_with('\n'), "{read}");
    let target = folder.path("all.zip");
    let zip = folder.run(&["export", "--source", "chatgpt", "--format", "html", "-o", target.to_str().unwrap()]);
    assert_eq!((zip.status.code(), out(&zip)), (Some(0), String::new()));
    assert!(std::fs::read(&target).unwrap().starts_with(b"PK\x03\x04"));
    let demo = json(&folder.run(&["export", "--all", "--mode", "demo"])).to_string();
    assert!(demo.contains("Letter about the damp wall"));
    let wrong = folder.run(&["export", "--all", "--format", "pdf"]);
    assert!(wrong.status.code() == Some(1) && err(&wrong).contains("take json, aios, markdown, text or html"));
}

#[test]
fn conversations_are_listed_by_filter_deleted_and_taken_out_of_the_trash() {
    let folder = Folder::new();
    folder.run(&["import", &export()]);
    let count = |words: &[&str]| json(&folder.run(&[&["list", "--json"], words].concat())).as_array().unwrap().len();
    assert_eq!([count(&["--source", "chatgpt"]), count(&["--source", "claude"]), count(&["--pinned"])], [2, 0, 0]);
    assert_eq!(count(&["--project", "none"]), 0);
    let listed = json(&folder.run(&["list", "--json"]));
    let session_id = listed[0]["session_id"].as_str().unwrap();
    let deleted = folder.run(&["delete", session_id, "gone"]);
    assert_eq!((deleted.status.code(), out(&deleted).as_str()), (Some(1), "Moved to the trash: 1.\n"));
    assert!(err(&deleted).contains("not there: gone"), "{}", err(&deleted));
    assert_eq!([count(&[]), count(&["--trash"])], [1, 1]);
    let restored = folder.run(&["undelete", session_id]);
    assert_eq!((restored.status.code(), count(&[]), count(&["--trash"])), (Some(0), 2, 0));
    assert_eq!(out(&folder.run(&["delete", "--source", "chatgpt"])), "Moved to the trash: 2.\n");
    assert_eq!(count(&[]), 0);
}

#[test]
fn a_dry_run_stores_nothing_and_says_so() {
    let folder = Folder::new();
    let output = folder.run(&["import", &export(), "--dry-run"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(out(&output).contains("Nothing was stored, as asked. It would be: 2 imported"), "{}", out(&output));
    assert_eq!(json(&folder.run(&["list", "--json"])), Value::Array(Vec::new()));
}

#[test]
fn what_is_no_export_gets_a_sentence_and_nothing_is_stored() {
    let folder = Folder::new();
    let whole = std::fs::read(export()).unwrap();
    for (name, content) in [
        ("empty.json", &b""[..]),
        ("letter.txt", b"Dear Sir or Madam,"),
        ("ten.zip", b"PK\x03\x04123456"),
        ("settings.json", br#"{"theme":"dark"}"#),
    ] {
        let path = folder.write(name, content);
        let output = folder.run(&["import", path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1), "{name}: {output:?}");
        let said = out(&output);
        let line =
            said.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{name} is not named: {said}"));
        assert!(line.starts_with("refused") && line.ends_with('.'), "{line}");
        assert!(said.contains("Nothing was stored."), "{said}");
    }
    let missing = folder.run(&["import", "missing.json", "--json"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(json(&missing)["refused"][0]["message"].as_str().unwrap().contains("no such file"));
    assert_eq!(json(&folder.run(&["list", "--json"])), Value::Array(Vec::new()));

    let truncated = folder.write("truncated.json", &whole[..whole.len() - 300]);
    let output = folder.run(&["import", truncated.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(out(&output).contains("1 imported") && out(&output).contains("truncated.json"), "{}", out(&output));
}

#[test]
fn a_title_cannot_speak_to_the_terminal() {
    let folder = Folder::new();
    let imported = folder.run(&["import", &export()]);
    let listed = folder.run(&["list"]);
    for said in [out(&imported), out(&listed)] {
        assert!(said.contains("title") && !said.contains('\u{1b}'), "{said:?}");
    }
}

#[test]
fn feeds_are_written_if_asked_for() {
    let folder = Folder::new();
    folder.run(&["import", &export(), "--feeds"]);
    let feeds = folder.path("data/Feeds/chatgpt");
    assert_eq!(std::fs::read_dir(&feeds).unwrap().count(), 2);
    assert_eq!(std::fs::read_dir(folder.path("data/Feeds/conversations")).unwrap().count(), 2);
}

#[test]
fn an_import_is_listed_and_taken_back() {
    let folder = Folder::new();
    assert_eq!(json(&folder.run(&["imports", "--json"])), Value::Array(Vec::new()));
    let imported = folder.run(&["import", &export(), "--feeds"]);
    let listed = json(&folder.run(&["imports", "--json"]));
    let import_id = listed[0]["id"].as_str().unwrap();
    assert!(out(&imported).contains(&format!("aios-chat undo {import_id}")), "{}", out(&imported));
    assert_eq!((&listed[0]["state"], &listed[0]["conversations"]), (&Value::from("finished"), &Value::from(2)));
    assert!(out(&folder.run(&["imports"])).contains("finished"));
    let undone = folder.run(&["undo", import_id]);
    assert_eq!(undone.status.code(), Some(0), "{undone:?}");
    assert!(out(&undone).contains("2 conversations"), "{}", out(&undone));
    assert_eq!(json(&folder.run(&["list", "--json"])), Value::Array(Vec::new()));
    assert_eq!(std::fs::read_dir(folder.path("data/Feeds/chatgpt")).unwrap().count(), 0);
    let again = folder.run(&["undo", import_id]);
    assert_eq!(again.status.code(), Some(1));
    assert!(err(&again).contains("undone before"), "{}", err(&again));
    assert_eq!(folder.run(&["undo", "none"]).status.code(), Some(1));
    // The same files bring all of it back.
    assert_eq!(json(&folder.run(&["import", &export(), "--json"]))["totals"]["imported"], 2);
}

#[test]
fn a_folder_is_walked_and_its_files_are_named_by_their_paths_in_it() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("export/deep")).unwrap();
    std::fs::copy(export(), folder.path("export/deep/conversations.json")).unwrap();
    folder.write("export/notes.txt", b"nothing");
    let output = folder.run(&["import", folder.path("export").to_str().unwrap(), "--json"]);
    let report = json(&output);
    assert_eq!((output.status.code(), &report["totals"]["imported"]), (Some(0), &Value::from(2)));
    assert_eq!(report["conversations"][0]["location"]["file"], "deep/conversations.json");
    assert_eq!(report["refused"], Value::Array(Vec::new()));
    let fields: Vec<&String> = report["conversations"][0].as_object().unwrap().keys().collect();
    for field in
        ["source", "source_id", "title", "created", "updated", "messages", "turns", "branches", "status", "reason"]
    {
        assert!(fields.iter().any(|name| *name == field), "{field} is missing: {fields:?}");
    }
}

#[test]
fn an_unknown_conversation_and_a_wrong_command_line_are_told_apart() {
    let folder = Folder::new();
    let unknown = folder.run(&["export", "--session", "none"]);
    assert_eq!((unknown.status.code(), out(&unknown)), (Some(1), String::new()));
    assert!(err(&unknown).starts_with("aios-chat: ") && err(&unknown).contains("none"), "{}", err(&unknown));
    for words in [&["export"][..], &["import"], &["--listen", "here"], &["sevre"], &["list", "--limit", "x"]] {
        assert_eq!(folder.run(words).status.code(), Some(2), "{words:?}");
    }
}

#[test]
fn it_says_what_it_is() {
    let folder = Folder::new();
    let version = folder.run(&["--version"]);
    assert_eq!(out(&version), format!("aios-chat {}\n", env!("CARGO_PKG_VERSION")));
    let help = out(&folder.run(&["--help"]));
    for command in ["serve", "import", "imports", "undo", "export", "list"] {
        assert!(help.contains(command), "{help}");
    }
}

#[test]
fn a_reader_that_stops_reading_is_no_error() {
    let folder = Folder::new();
    folder.run(&["import", &export()]);
    let mut child =
        folder.program().args(["export", "--all"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), err(&output)), (Some(0), String::new()));
}

#[test]
fn a_wrong_configuration_file_is_named_with_the_line() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("data")).unwrap();
    folder.write("data/config.toml", b"listen = '127.0.0.1:0'\nlisten_on = 1\n");
    let output = folder.run(&["serve"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("config.toml") && err(&output).contains("line 2"), "{}", err(&output));
}

/// A server that is killed at the end of the test at the latest.
pub struct Serving(Child, String);

impl Serving {
    pub fn start(command: &mut Command) -> Serving {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address =
            line.trim().strip_prefix("AI OS Chat is at http://").unwrap_or_else(|| panic!("{line:?}")).to_owned();
        Serving(child, address)
    }

    pub fn address(&self) -> &str {
        &self.1
    }

    pub fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.1).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.1).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_server_says_where_it_is_and_answers_there() {
    let folder = Folder::new();
    folder.run(&["import", &export()]);
    let serving = Serving::start(folder.program().args(["--listen", "127.0.0.1:0"]));
    assert!(serving.get("/health").contains(r#"{"status":"ok"}"#));
    assert!(serving.get("/").contains("On light"));
}

#[test]
fn a_port_or_a_data_folder_that_is_taken_is_named_with_what_to_do() {
    let folder = Folder::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = folder.run(&["serve", "--listen", &address]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains(&address) && err(&output).contains("--listen"), "{}", err(&output));
    assert!(!folder.path("data/personal.db").exists());

    let _serving = Serving::start(folder.program().args(["serve", "--listen", "127.0.0.1:0"]));
    let second = folder.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(err(&second).contains("--data"), "{}", err(&second));
}

#[cfg(unix)]
#[test]
fn a_server_that_is_asked_to_end_ends_well() {
    let folder = Folder::new();
    let mut serving = Serving::start(folder.program().args(["serve", "--listen", "127.0.0.1:0"]));
    let asked = Command::new("kill").args(["-TERM", &serving.0.id().to_string()]).status().unwrap();
    assert!(asked.success());
    assert_eq!(serving.0.wait().unwrap().code(), Some(0));
}
