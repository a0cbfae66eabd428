//! Who has neither token nor session sees nothing, whichever door it is; who has one is let in until it is taken away.

use crate::support::{Answer, Served, request};
use axum::http::StatusCode;
use futures::{FutureExt as _, SinkExt as _, StreamExt as _, stream::FuturesUnordered};
use server::{
    access::{Rules, secret::Token, store::Stored},
    guard::{Peer, access::PUBLIC, hosts::AllowedHosts},
    socket::Limits,
};
use std::{collections::BTreeSet, future::IntoFuture as _, net::SocketAddr, time::Duration};
use tokio::net::TcpListener;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest as _},
};

const TOKEN: &str = "a token for tests only";

fn rules() -> Rules {
    Rules { token: Some(Token::new(TOKEN)), hold: Duration::ZERO, ..Rules::default() }
}

fn guarded() -> Served {
    Served::with_rules(rules())
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const PAGE: (&str, &str) = ("accept", "text/html");

async fn sign_in(served: &Served, token: &str) -> Answer {
    served.post("/sign-in", &[FORM], &format!("token={}&next=/imports", token.replace(' ', "+"))).await
}

/// The cookie of somebody who has just signed in, as a browser sends it.
async fn cookie(served: &Served) -> String {
    let answer = sign_in(served, TOKEN).await;
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

/// Every path that the router knows, as axum shows it: a route that is added is among them without anybody having to think of it.
fn routes(served: &Served) -> BTreeSet<String> {
    let shown = format!("{:?}", served.router);
    let paths: BTreeSet<String> =
        shown.split('"').skip(1).step_by(2).filter(|text| text.starts_with('/')).map(str::to_owned).collect();
    for known in
        ["/ws", "/health", "/", "/c/{session_id}", "/api/fn/rename", "/api/backup", "/files/{hash}", "/sign-in"]
    {
        assert!(paths.contains(known), "the routes are not shown as they were: {known} is not among {paths:?}");
    }
    paths
}

#[tokio::test]
async fn every_route_asks_who_comes() {
    let served = guarded();
    let mut paths = routes(&served);
    // What has no route is answered, too.
    paths.extend(
        ["/nowhere", "/pkg/page.0123.js", "/api/unknown", "/health/", "/sign-in/x", "//sign-in"].map(str::to_owned),
    );
    for path in &paths {
        let path = path
            .replace("{*", "{")
            .split('/')
            .map(|part| if part.starts_with('{') { "x" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        if PUBLIC.contains(&path.as_str()) {
            continue;
        }
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            for headers in [
                &[][..],
                &[("authorization", "Bearer wrong")],
                &[("authorization", "Basic YTpi")],
                &[("cookie", "aios_session=0000")],
                &[("x-forwarded-for", "127.0.0.1"), ("x-forwarded-proto", "https")],
            ] {
                let answer = served.send(request(method, &path, headers, "")).await;
                assert!(
                    matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS),
                    "{method} {path} {headers:?}: {}",
                    answer.status
                );
            }
            let page = served.send(request(method, &path, &[PAGE], "")).await;
            let is_page = matches!(method, "GET" | "HEAD");
            assert_eq!(
                page.status,
                if is_page { StatusCode::SEE_OTHER } else { StatusCode::UNAUTHORIZED },
                "{method} {path}"
            );
            assert!(
                !is_page
                    || page.header("location").starts_with("/sign-in?next=%")
                    || page.header("location").starts_with("/sign-in?next=/")
            );
        }
    }
    assert_eq!(served.get("/health", &[]).await.status, StatusCode::OK);
    assert_eq!(served.get("/icon.svg", &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn with_the_token_every_route_can_be_reached() {
    let served = guarded();
    for path in routes(&served).into_iter().filter(|path| !path.contains('{')) {
        let answer = served.get(&path, &[("authorization", &format!("bearer {TOKEN}"))]).await;
        assert!(
            !matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS),
            "{path}: {}",
            answer.status
        );
    }
}

#[tokio::test]
async fn a_browser_signs_in_once_is_led_back_and_signs_out() {
    let served = guarded();
    let sent_away = served.get("/c/1?last=5&x=%22", &[PAGE]).await;
    assert_eq!(sent_away.header("location"), "/sign-in?next=/c/1%3Flast%3D5%26x%3D%2522");
    let page = served.get(sent_away.header("location"), &[PAGE]).await;
    assert!(page.body.contains("value=\"/c/1?last=5&amp;x=%22\""), "{}", page.body);
    assert!(page.header("content-security-policy").contains("form-action 'self'") && !page.body.contains("<script"));

    let signed_in = sign_in(&served, TOKEN).await;
    assert_eq!((signed_in.status, signed_in.header("location")), (StatusCode::SEE_OTHER, "/imports"));
    let set = signed_in.header("set-cookie");
    assert!(set.contains("; HttpOnly; SameSite=Lax; ") && !set.contains("Secure"), "{set}");
    let cookie = set.split(';').next().unwrap();
    assert_eq!(served.get("/", &[PAGE, ("cookie", cookie)]).await.status, StatusCode::OK);
    assert_eq!(served.get("/sign-in", &[PAGE, ("cookie", cookie)]).await.status, StatusCode::SEE_OTHER);
    let list = served.get("/access", &[PAGE, ("cookie", cookie)]).await;
    assert!(list.body.contains("this browser") && !list.body.contains(&cookie[13..]), "{}", list.body);
    let kept = std::fs::read_to_string(served.chat.data().join("access/sessions.json")).unwrap();
    assert!(!kept.contains(&cookie[13..]) && !kept.contains(TOKEN));

    let out = served.post("/sign-out", &[FORM, ("cookie", cookie)], "").await;
    assert_eq!((out.status, out.header("location")), (StatusCode::SEE_OTHER, "/sign-in"));
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(served.get("/", &[PAGE, ("cookie", cookie)]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn wrong_tokens_are_slowed_for_all_and_the_right_one_always_counts() {
    let served = guarded();
    let cookie = cookie(&served).await;
    for _ in 0..10 {
        let answer = sign_in(&served, "a token for tests onlY").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.body.contains("not the token") && answer.header("set-cookie").is_empty());
    }
    let answer = sign_in(&served, "wrong").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.header("retry-after").parse::<u64>().unwrap() <= 6 && answer.header("set-cookie").is_empty());
    let with = async |token: &str| served.get("/", &[("authorization", &format!("Bearer {token}"))]).await;
    assert_eq!(with("wrong").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(with(TOKEN).await.status, StatusCode::OK);
    assert_eq!(sign_in(&served, TOKEN).await.status, StatusCode::SEE_OTHER);
    assert_eq!(served.get("/", &[("cookie", &cookie)]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_guesses_waits_for_each_answer_while_others_are_served() {
    // Longer than anybody waits for a test.
    let served = Served::with_rules(Rules { hold: Duration::from_secs(3600), ..rules() });
    let right = format!("Bearer {TOKEN}");
    let (right, wrong) = ([("authorization", right.as_str())], [("authorization", "Bearer wrong")]);
    let mut guesses: FuturesUnordered<_> =
        (0..20).flat_map(|_| [served.get("/", &wrong).boxed(), sign_in(&served, "wrong").boxed()]).collect();
    loop {
        tokio::select! {
            biased;
            Some(guess) = guesses.next() => assert_eq!(guess.status, StatusCode::UNAUTHORIZED),
            answer = served.get("/", &right) => break assert_eq!(answer.status, StatusCode::OK),
        }
    }
    assert!(!guesses.is_empty(), "ten are answered, and one more every six seconds");
}

#[tokio::test]
async fn another_site_can_neither_sign_in_nor_out() {
    let served = guarded();
    let cookie = cookie(&served).await;
    for path in ["/sign-in", "/sign-out", "/access/revoke"] {
        let headers = [FORM, ("cookie", cookie.as_str()), ("origin", "http://evil.example")];
        assert_eq!(
            served.post(path, &headers, &format!("token={TOKEN}")).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    assert_eq!(served.get("/", &[("cookie", &cookie)]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn behind_a_listed_proxy_with_tls_the_cookie_is_bound_to_it() {
    let proxy: SocketAddr = "10.0.0.7:4711".parse().unwrap();
    let served = Served::with_rules(Rules { trusted_proxies: vec![proxy.ip()], ..rules() });
    let sign_in = async |peer: SocketAddr, proto: &str| {
        let body = format!("token={}", TOKEN.replace(' ', "+"));
        let mut request = request("POST", "/sign-in", &[FORM, ("x-forwarded-proto", proto)], &body);
        request.extensions_mut().insert(Peer(peer));
        served.send(request).await.header("set-cookie").to_owned()
    };
    let secure = sign_in(proxy, "https").await;
    assert!(secure.starts_with("__Host-aios_session=") && secure.ends_with("; Secure"), "{secure}");
    assert!(sign_in(proxy, "https, http").await.starts_with("aios_session="));
    assert!(sign_in("10.0.0.8:1".parse().unwrap(), "https").await.starts_with("aios_session="));
    // A cookie for TLS is none without it.
    let cookie = secure.split(';').next().unwrap();
    assert_eq!(served.get("/", &[("cookie", cookie)]).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_ends_with_its_time_and_with_its_token() {
    let served = guarded();
    let cookie = cookie(&served).await;
    let mut stored = Stored::open(served.chat.data()).unwrap();
    let is_in = async || served.get("/", &[("cookie", &cookie)]).await.status == StatusCode::OK;
    assert!(is_in().await);
    // As if it had been made with another token.
    let path = served.chat.data().join("access/sessions.json");
    let before = std::fs::read_to_string(&path).unwrap();
    let key = stored.sessions()[0].key.to_string();
    std::fs::write(&path, before.replace(&key, &"0".repeat(64)).replace("\"agent\"", " \"agent\"")).unwrap();
    served.access.refresh().unwrap();
    assert!(!is_in().await);
    std::fs::write(&path, &before).unwrap();
    served.access.refresh().unwrap();
    assert!(is_in().await);
    let expires = stored.sessions()[0].expires.to_string();
    std::fs::write(&path, before.replace(&expires, "1")).unwrap();
    served.access.refresh().unwrap();
    assert!(!is_in().await);
    stored.change(Vec::clear).unwrap();
}

#[tokio::test]
async fn a_websocket_needs_the_same_and_ends_with_its_session() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = Served::open(AllowedHosts::new(address, Vec::new()), Limits::default(), rules());
    tokio::spawn(axum::serve(listener, served.router.clone()).into_future());
    const OURS: (&str, &str) = ("sec-websocket-protocol", "aios-chat.v1");
    let connect_as = async |headers: &[(&'static str, &str)]| {
        let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        connect_async(request).await.map(|(stream, _)| stream)
    };
    let connect = async |headers: &[(&'static str, &str)]| connect_as(&[headers, &[OURS]].concat()).await;
    for headers in [&[][..], &[("authorization", "Bearer wrong")], &[("cookie", "aios_session=1")]] {
        let refused = connect(headers).await;
        assert!(
            matches!(&refused, Err(Error::Http(answer)) if answer.status() == StatusCode::UNAUTHORIZED),
            "{refused:?}"
        );
    }
    let own = format!("http://{address}");
    let answer = served
        .send(request(
            "POST",
            "/sign-in",
            &[FORM, ("host", &address.to_string())],
            &format!("token={}", TOKEN.replace(' ', "+")),
        ))
        .await;
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let mut program = connect(&[("authorization", &format!("Bearer {TOKEN}"))]).await.unwrap();
    let mut browser = connect(&[("cookie", &cookie), ("origin", &own)]).await.unwrap();
    assert!(connect(&[("cookie", &cookie), ("origin", "http://evil.example")]).await.is_err());
    let mut of_original = connect_as(&[("cookie", &cookie), ("origin", &own)]).await.unwrap();
    // By the command line, as far as the server can tell.
    Stored::open(served.chat.data()).unwrap().change(Vec::clear).unwrap();
    served.access.refresh().unwrap();
    for browser in [&mut browser, &mut of_original] {
        let end = loop {
            match browser.next().await.unwrap().unwrap() {
                Message::Close(frame) => break frame.unwrap(),
                _ => continue,
            }
        };
        assert_eq!((u16::from(end.code), end.reason.as_str()), (1008, "signed out"));
    }
    program.send(Message::text(r#"{"type":"ping"}"#)).await.unwrap();
    assert!(matches!(program.next().await, Some(Ok(Message::Text(_)))), "the program's token counts on");
}

#[tokio::test]
async fn without_a_need_nobody_is_asked_and_no_page_leads_to_who_is_signed_in() {
    let link = "href=/access ";
    let served = guarded();
    let cookie = cookie(&served).await;
    assert!(served.get("/", &[PAGE, ("cookie", &cookie)]).await.body.contains(link));
    let served = Served::new();
    let page = served.get("/", &[PAGE]).await;
    assert!(page.status == StatusCode::OK && !page.body.contains(link));
    assert_eq!(served.get("/sign-in?next=//evil.example", &[PAGE]).await.header("location"), "/");
    assert!(served.get("/access", &[PAGE]).await.body.contains("nobody has to sign in"));
}

#[tokio::test]
async fn a_server_that_is_read_only_shows_everything_and_changes_nothing() {
    let served = Served::with_rules(Rules { read_only: true, ..Rules::default() });
    let session_id = served.chat.create(Some("before".into())).await.unwrap();
    assert_eq!(served.get(&format!("/c/{session_id}"), &[PAGE]).await.status, StatusCode::OK);
    let listed =
        served.post("/api/fn/list", &[("content-type", "application/json")], r#"{"archived":false,"limit":9}"#).await;
    assert_eq!(listed.status, StatusCode::OK, "{}", listed.body);
    for (path, body) in [
        ("/api/fn/shelf", r#"{"which":"archive","source":null,"project":null,"after":null}"#),
        ("/api/fn/ratings", r#"{"filter":{"rating":"","model":"","since":"","until":"","after":"","preview":""}}"#),
    ] {
        let read = served.post(path, &[("content-type", "application/json")], body).await;
        assert_eq!(read.status, StatusCode::OK, "{path}: {}", read.body);
    }
    for path in
        ["/api/fn/rename", "/api/fn/delete", "/api/import/file", "/api/conversations/x", "/api/chatter", "/nowhere"]
    {
        let refused = served.post(path, &[FORM], &format!("session_id={session_id}&name=after")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        let body: serde_json::Value = serde_json::from_str(&refused.body).unwrap();
        assert!(body["error"] == "demo is read-only" && body["detail"].as_str().unwrap().contains(path), "{body}");
    }
    for path in ["/api/chat/send", "/api/notify/x", "/api/sensory/record"] {
        assert_eq!(served.post(path, &[], "").await.status, StatusCode::NOT_FOUND, "{path} is taken, if there is one");
    }
    assert_eq!(served.chat.get(&session_id, None).await.unwrap().summary.name.as_deref(), Some("before"));
}
