//! The same through HTTP: a server of its own over what was stored, one connection that stays open, and the memory that the server holds after it.

use crate::{
    Arguments, Result,
    client::Client,
    corpus::Corpus,
    fill, library,
    questions::{self, Questions},
    report::{line, median, megabytes, memory, milliseconds, progress, rate},
};
use aios_model::Source;
use aios_store::search;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// Batches that are imported, of as many conversations as [`fill::BATCH`] says.
const BATCHES: usize = 10;

/// How often a list and a page are asked for.
const TIMES: usize = 50;

/// A server, ended when it is dropped.
struct Server {
    process: Child,
    host: String,
}

impl Server {
    fn start(program: &Path, data: &Path) -> Result<Server> {
        let mut process = Command::new(program)
            .arg("--data")
            .arg(data)
            .args(["serve", "--listen", "127.0.0.1:0", "--no-discovery"])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let output = process.stdout.take().ok_or("a server without output")?;
        let mut server = Server { process, host: String::new() };
        let mut said = String::new();
        BufReader::new(output).read_line(&mut said)?;
        let host = said.trim().rsplit_once("http://").map(|(_, host)| host);
        server.host = host.ok_or_else(|| format!("the server does not say where it is: {said:?}"))?.to_owned();
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // What was acknowledged is on disk; that it is ended at once is no harm.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Imports, searches, lists and opens through HTTP.
pub fn ask(arguments: &Arguments, program: &Path, questions: &Questions, corpus: &mut Corpus) -> Result<()> {
    let server = Server::start(program, &arguments.data())?;
    let mut client = Client::connect(&server.host)?;
    let memory_of = || memory(&server.process.id().to_string());
    let first = memory_of();
    import(arguments, &mut client, corpus)?;
    let imported = memory_of();
    progress("searching through HTTP");
    questions::ask(arguments, questions, "HTTP", |written| {
        let answer = client.post("/api/fn/search", &json!({ "query": written }))?;
        let hits: Vec<Value> = serde_json::from_slice(&answer)?;
        Ok(hits.len())
    })?;
    let searched = memory_of();
    open(arguments, &mut client)?;
    if let (Some(first), Some(imported), Some(searched), Some(last)) = (first, imported, searched, memory_of()) {
        let note = format!(
            "at most 60 MB; {} at the start, {} after importing, {} after searching, {} at most",
            megabytes(first.now),
            megabytes(imported.now),
            megabytes(searched.now),
            megabytes(last.most)
        );
        line("memory of the server after all that", &megabytes(last.now), "", None, &note);
    }
    Ok(())
}

/// Sends conversations as the worker does, and waits until they are in the index.
fn import(arguments: &Arguments, client: &mut Client, corpus: &mut Corpus) -> Result<()> {
    let (mut time, mut turns) = (Duration::ZERO, 0);
    // Another one each time: what is there already would not be stored.
    let import_id = format!("bench {:016x}", fastrand::u64(..));
    for _ in 0..BATCHES {
        let mut conversations = fill::batch(corpus, fill::BATCH * crate::corpus::TURNS);
        for conversation in &mut conversations {
            conversation.source = Source::new("claude");
            conversation.source_id = format!("{import_id} {}", conversation.source_id);
            turns += conversation.messages.len() / 2;
        }
        let body = json!({ "import_id": import_id, "feeds": false, "conversations": conversations });
        let began = Instant::now();
        let answer = client.post("/api/fn/import_save", &body)?;
        time += began.elapsed();
        let outcomes: Vec<Value> = serde_json::from_slice(&answer)?;
        if outcomes.iter().any(|outcome| outcome["status"] != "imported") {
            return Err("not all conversations were imported".into());
        }
    }
    line("import through HTTP, turns a second", &format!("{:.0}", rate(turns, time)), "", None, "");
    progress("waiting for the index");
    let connection = library::reader(&arguments.store())?;
    while search::pending(&connection, 1)? > 0 {
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// The list, the last page of the long conversation, and both as a page.
fn open(arguments: &Arguments, client: &mut Client) -> Result<()> {
    let session_id: String = library::reader(&arguments.store())?.query_row(
        "SELECT session_id FROM convos WHERE turn_count = ?1",
        [fill::LONG as i64],
        |row| row.get(0),
    )?;
    let mut timed = |name: &str, wanted: &str, run: &mut dyn FnMut(&mut Client) -> Result<usize>| {
        let mut times = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let began = Instant::now();
            if run(client)? < 1000 {
                return Err(format!("{name}: it is empty").into());
            }
            times.push(began.elapsed());
        }
        line(name, &milliseconds(median(&mut times)), "", None, wanted);
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
    };
    timed("first page of the list through HTTP", "at most 5 ms", &mut |client| {
        Ok(client.post("/api/fn/list", &json!({ "limit": 50 }))?.len())
    })?;
    timed("last page of 10,000 turns through HTTP", "at most 10 ms", &mut |client| {
        let asked = json!({ "session_id": session_id, "place": "End", "limit": null });
        Ok(client.post("/api/fn/conversation", &asked)?.len())
    })?;
    timed("the same as a page, with the list", "", &mut |client| Ok(client.get(&format!("/c/{session_id}"))?.len()))
}
