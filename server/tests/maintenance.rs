//! Backups, restoring, checking and tokens, as a person does them at a terminal and in the browser.

use crate::{
    command_line::{Folder, Serving, json},
    support::Served,
};
use server::listener;
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    process::Output,
    time::Duration,
};

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn export() -> String {
    format!("{}/tests/fixtures/chatgpt.json", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_history_is_backed_up_beside_a_server_checked_and_brought_back() {
    let folder = Folder::new();
    assert!(said(&folder.run(&["check"])).contains("no history yet"));
    folder.run(&["import", &export()]);
    let copy = folder.path("copy.db").to_str().unwrap().to_owned();
    {
        let _serving = Serving::start(folder.program().args(["serve", "--listen", "127.0.0.1:0"]));
        let backup = folder.run(&["backup", &copy, "--files"]);
        assert_eq!(backup.status.code(), Some(0), "{backup:?}");
        assert!(said(&folder.run(&["backup"])).contains("data/backups/personal-backup-2"));
        let check = folder.run(&["check"]);
        assert!(check.status.code() == Some(0) && said(&check).contains("2 conversations"), "{}", said(&check));
        let refused = folder.run(&["restore", &copy]);
        assert!(refused.status.code() == Some(1) && said(&refused).contains("stop it first"), "{}", said(&refused));
    }
    let session_id = json(&folder.run(&["list", "--json"]))[0]["session_id"].as_str().unwrap().to_owned();
    folder.run(&["delete", &session_id]);
    let check = folder.run(&["check"]);
    assert_eq!(check.status.code(), Some(0), "what is in the trash is nothing wrong: {}", said(&check));
    std::fs::write(folder.path("data/demo.db"), b"no database").unwrap();
    let check = folder.run(&["check"]);
    assert!(check.status.code() == Some(1) && said(&check).contains("demo.db"), "{}", said(&check));
    std::fs::remove_file(folder.path("data/demo.db")).unwrap();
    let imports = json(&folder.run(&["imports", "--json"]));
    folder.run(&["undo", imports[0]["id"].as_str().unwrap()]);
    assert_eq!(json(&folder.run(&["list", "--json"])).as_array().unwrap().len(), 0);
    let restored = folder.run(&["restore", &copy]);
    assert!(restored.status.code() == Some(0) && said(&restored).contains("personal-replaced-"), "{}", said(&restored));
    assert_eq!(json(&folder.run(&["list", "--json"])).as_array().unwrap().len(), 2);
    folder.write("letter.txt", b"Dear Sir or Madam");
    let refused = folder.run(&["restore", folder.path("letter.txt").to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert_eq!(json(&folder.run(&["list", "--json"])).as_array().unwrap().len(), 2);
}

#[test]
fn a_server_that_others_reach_needs_a_token() {
    let folder = Folder::new();
    for words in [&["serve", "--listen", "0.0.0.0:0"][..], &["serve", "--listen", "127.0.0.1:0", "--require-token"]] {
        let refused = folder.run(words);
        assert!(refused.status.code() == Some(1) && said(&refused).contains("token new"), "{}", said(&refused));
    }
    let short = folder.run(&["serve", "--listen", "127.0.0.1:0", "--token", "secret"]);
    assert!(short.status.code() == Some(1) && said(&short).contains("16 characters"), "{}", said(&short));
    let made = folder.run(&["token", "new"]);
    let token = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    assert_eq!(token.len(), 64);
    assert!(!std::fs::read_to_string(folder.path("data/access/token")).unwrap().contains(&token));
    let serving = Serving::start(folder.program().args(["serve", "--listen", "127.0.0.1:0", "--require-token"]));
    assert!(serving.get("/health").starts_with("HTTP/1.1 200"));
    assert!(serving.get("/").starts_with("HTTP/1.1 401"));
    let ask = |headers: &str, method: &str, path: &str, body: &str| {
        let mut stream = TcpStream::connect(serving.address()).unwrap();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}", serving.address());
        write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    assert!(ask(&format!("Authorization: Bearer {token}\r\n"), "GET", "/", "").starts_with("HTTP/1.1 200"));
    let form = "Content-Type: application/x-www-form-urlencoded\r\nUser-Agent: browser of a test\r\n";
    let signed_in = ask(form, "POST", "/sign-in", &format!("token={token}"));
    let cookie = signed_in.split("set-cookie: ").nth(1).unwrap().split(';').next().unwrap();
    let is_in = || ask(&format!("Cookie: {cookie}\r\n"), "GET", "/", "").starts_with("HTTP/1.1 200");
    assert!(is_in());
    let list = said(&folder.run(&["sessions"]));
    assert!(list.contains("browser of a test"), "{list}");
    let id = list.split(' ').next().unwrap();
    assert_eq!(folder.run(&["sessions", "--revoke", "none"]).status.code(), Some(1));
    assert_eq!(folder.run(&["sessions", "--revoke", id]).status.code(), Some(0));
    // The server hears of it by itself.
    while is_in() {}
}

#[tokio::test]
async fn the_whole_history_can_be_downloaded_and_nothing_is_left_behind() {
    let served = Served::new();
    served.chat.create(Some("in the backup".into())).await.unwrap();
    let answer = served.get("/api/backup", &[]).await;
    assert!(answer.body.starts_with("SQLite format 3\0") && answer.body.contains("in the backup"));
    assert!(answer.header("content-disposition").starts_with("attachment; filename=\"aios-chat-2"));
    assert_eq!(std::fs::read_dir(served.chat.data().join("backups")).unwrap().count(), 0);
    assert_eq!(served.get("/api/backup", &[]).await.status, 200, "the place is free again");
}

#[tokio::test]
async fn who_never_says_what_it_wants_is_not_waited_for() {
    let served = Served::new();
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let limits = listener::Limits { connections: 1, head: Duration::from_millis(50) };
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let router: axum::Router = served.router.clone();
    let serving = tokio::spawn(listener::serve(socket, router, limits, async { drop(ended.await) }));
    let asked = tokio::task::spawn_blocking(move || {
        let mut slow = TcpStream::connect(address).unwrap();
        write!(slow, "GET /health HTTP/1.1\r\nHost: 127.0.0.1:3000\r\nX-Slow: ").unwrap();
        // It has to wait for the one place.
        let mut next = TcpStream::connect(address).unwrap();
        write!(next, "GET /health HTTP/1.1\r\nHost: 127.0.0.1:3000\r\nConnection: close\r\n\r\n").unwrap();
        let mut answers = [String::new(), String::new()];
        slow.read_to_string(&mut answers[0]).unwrap();
        next.read_to_string(&mut answers[1]).unwrap();
        answers
    });
    let [slow, next] = asked.await.unwrap();
    assert!(!slow.contains("200 OK") && next.contains("200 OK"), "{slow:?} {next:?}");
    end.send(()).unwrap();
    serving.await.unwrap();
}
