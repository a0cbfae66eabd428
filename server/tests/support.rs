//! A host over a data folder of its own.

use aios_chat::{
    Chat, Config,
    agent::{Agent, AgentError, AgentEvent, AgentRequest},
};
use aios_protocol::agents::{AgentModel, DatabaseMode};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use futures::{
    FutureExt as _, StreamExt as _,
    future::{self, BoxFuture},
    stream::{self, BoxStream},
};
use server::{
    access::{Access, Rules},
    embedded::Embedded,
    guard::hosts::AllowedHosts,
    router::{Host, router},
    site::{File, Site},
    socket::Limits,
};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt as _;

/// Where the hosts of these tests say they listen.
pub const ADDRESS: &str = "127.0.0.1:3000";

/// A site whose compressed forms are not really compressed: what they are is the build's business, which is chosen is tested here.
static SITE: Embedded = Embedded {
    script: "/pkg/page.0123.js",
    wasm: "/pkg/page.0123.wasm",
    style: "/pkg/page.0123.css",
    worker: "/worker/entry.0123.js",
    parts: &[("pages", "/pkg/split_pages.0123.wasm")],
    texts: &[("de", "/texts/de.0123.txt"), ("ar", "/texts/ar.0123.txt")],
    files: &[
        File {
            path: "/icon.svg",
            content_type: "image/svg+xml",
            immutable: false,
            sha256: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            raw: b"<svg/>",
            gzip: None,
            brotli: None,
        },
        File {
            path: "/offline.html",
            content_type: "text/html; charset=utf-8",
            immutable: false,
            sha256: "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
            raw: b"offline",
            gzip: None,
            brotli: None,
        },
        File {
            path: "/pkg/page.0123.js",
            content_type: "text/javascript; charset=utf-8",
            immutable: true,
            sha256: "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            raw: b"raw form",
            gzip: Some(b"gzip form"),
            brotli: Some(b"brotli form"),
        },
        File {
            path: "/service-worker.js",
            content_type: "text/javascript; charset=utf-8",
            immutable: false,
            sha256: "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
            raw: b"service worker",
            gzip: None,
            brotli: None,
        },
    ],
};

/// What `test/thinker` begins every answer with. It never comes to an end.
pub const THOUGHT: &str = "Well …";

struct Thinker;

impl Agent for Thinker {
    fn models(&self) -> BoxFuture<'_, Result<Vec<AgentModel>, AgentError>> {
        let (id, name, provider) = ("test/thinker".into(), "Thinker".into(), "test".into());
        future::ready(Ok(vec![AgentModel { id, name, provider, description: None, context_length: None }])).boxed()
    }

    fn answer(&self, _: AgentRequest) -> BoxStream<'static, AgentEvent> {
        stream::iter([AgentEvent::Text(THOUGHT.into())]).chain(stream::pending()).boxed()
    }
}

/// A host and what it stands on.
pub struct Served {
    pub chat: Chat,
    pub router: Router,
    pub access: Access,
    /// Ends the websockets when it becomes true.
    pub end: watch::Sender<bool>,
    _data: TempDir,
}

/// What was answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Served {
    /// A host that listens on [`ADDRESS`].
    pub fn new() -> Served {
        Served::with(AllowedHosts::new(ADDRESS.parse().unwrap(), Vec::new()), Limits::default())
    }

    /// A host that listens on [`ADDRESS`] and asks who comes.
    pub fn with_rules(rules: Rules) -> Served {
        // With one history the routes are those of its doors, and can be walked; with two there is a choice before them.
        let mode = Some(DatabaseMode::Personal);
        let hosts = AllowedHosts::new(ADDRESS.parse().unwrap(), Vec::new());
        Served::start(Arc::new(Thinker), hosts, Limits::default(), rules, mode)
    }

    pub fn with(hosts: AllowedHosts, limits: Limits) -> Served {
        Served::open(hosts, limits, Rules::default())
    }

    /// A host whose provider `test` is this agent.
    pub fn answered_by(agent: Arc<dyn Agent>, hosts: AllowedHosts, limits: Limits) -> Served {
        Served::start(agent, hosts, limits, Rules::default(), None)
    }

    /// A host that has browsers keep nothing.
    pub fn kept_by_nobody() -> Served {
        let hosts = AllowedHosts::new(ADDRESS.parse().unwrap(), Vec::new());
        let site = Site::Embedded(&SITE).kept_by_nobody();
        Served::start_with(site, Arc::new(Thinker), hosts, Limits::default(), Rules::default(), None)
    }

    pub fn open(hosts: AllowedHosts, limits: Limits, rules: Rules) -> Served {
        Served::start(Arc::new(Thinker), hosts, limits, rules, None)
    }

    fn start(
        agent: Arc<dyn Agent>,
        hosts: AllowedHosts,
        limits: Limits,
        rules: Rules,
        mode: Option<DatabaseMode>,
    ) -> Served {
        Served::start_with(Site::Embedded(&SITE), agent, hosts, limits, rules, mode)
    }

    fn start_with(
        site: Site,
        agent: Arc<dyn Agent>,
        hosts: AllowedHosts,
        limits: Limits,
        rules: Rules,
        mode: Option<DatabaseMode>,
    ) -> Served {
        let data = tempfile::tempdir().unwrap();
        let config = Config { data: data.path().join("data"), mode, ..Config::default() };
        let chat = Chat::open_with(config, vec![("test".into(), agent)]).unwrap();
        let (end, ending) = watch::channel(false);
        let access = Access::open(chat.data(), rules, false).unwrap();
        let router =
            router(Host { chat: chat.clone(), site, hosts, access: access.clone(), limits, ending, gallery: true });
        Served { chat, router, access, end, _data: data }
    }

    /// Sends a request; without a `Host` header of its own it goes to [`ADDRESS`].
    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        request.headers_mut().entry("host").or_insert(ADDRESS.parse().unwrap());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(request("GET", path, headers, "")).await
    }

    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.send(request("POST", path, headers, body)).await
    }
}

pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}
