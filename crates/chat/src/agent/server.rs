//! A model server: what all dialects share. Connections, keys, limits, and what goes wrong.
//!
//! On reqwest and readers of our own rather than on genai (looked at in version 0.7.2): genai switches on serde_json's `preserve_order`
//! for the whole native build but not for the WebAssembly one, so that one export could be read into two different conversations; it brings
//! tokio's `test-util` into the program; it keeps error bodies and unfinished events of any size; and a stream that ends without `[DONE]`
//! simply ends there.

use super::{
    Agent, AgentError, AgentEvent, AgentRequest,
    connection::{self, Failed},
    dialect::{Dialect, Failure, Listed},
    reading::Reading,
};
use crate::config::{ProviderConfig, Secret};
use aios_protocol::agents::AgentModel;
use futures::{
    FutureExt, StreamExt,
    future::{BoxFuture, ready},
    stream::{self, BoxStream},
};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url, header, redirect};
use std::{
    collections::HashMap,
    fmt, io,
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::timeout;

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a server may say nothing, before the first token and between two. A local model that reads a long prompt takes its time.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a server is told about who asks.
pub(super) const USER_AGENT: &str = concat!("aios-chat/", env!("CARGO_PKG_VERSION"));

/// The most bytes of a list of models or of an error that are read.
const MAXIMUM_BODY: usize = 4 * 1024 * 1024;

/// The most models that are asked about one by one.
const MAXIMUM_DESCRIBED: usize = 64;

/// How many are asked about at once.
const DESCRIBED_AT_ONCE: usize = 8;

/// Parts of the names of models that are known to take pictures, where the server does not say.
const SEEING: &str = "gpt-4o gpt-4.1 gpt-5 o3 o4 -vl vision llava pixtral gemma-3 gemma3 llama-4 claude gemini minicpm-v moondream internvl";

/// A configured server. Cheap to clone.
#[derive(Clone)]
pub struct ModelServer(Arc<Inner>);

struct Inner {
    provider: String,
    dialect: &'static dyn Dialect,
    base_url: Url,
    api_key: Option<Secret>,
    patience: Duration,
    /// It runs on this machine, and is asked without TLS.
    is_near: bool,
    client: Client,
    /// Of the models that were listed: whether they take pictures.
    seeing: Mutex<HashMap<String, bool>>,
}

impl fmt::Debug for ModelServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ModelServer").field("provider", &self.0.provider).finish_non_exhaustive()
    }
}

impl ModelServer {
    /// The server of `config`. Nothing is asked yet.
    ///
    /// # Errors
    /// [`AgentError::Misconfigured`] if the address is no `http` or `https` URL with a host, or the key cannot be a header.
    pub fn new(config: &ProviderConfig) -> Result<ModelServer, AgentError> {
        let misconfigured = |message: String| AgentError::Misconfigured { provider: config.name.clone(), message };
        let mut base_url =
            Url::parse(config.base_url.trim()).map_err(|error| misconfigured(format!("its address: {error}")))?;
        if !matches!(base_url.scheme(), "http" | "https") || base_url.host_str().is_none_or(str::is_empty) {
            return Err(misconfigured("its address has to begin with http:// or https://".into()));
        }
        // A base without a slash at its end would lose its last part when a path is joined.
        let path = format!("{}/", base_url.path().trim_end_matches('/'));
        base_url.set_path(&path);
        base_url.set_query(None);
        base_url.set_fragment(None);
        if let Some(key) = &config.api_key
            && header::HeaderValue::from_str(key.expose()).is_err()
        {
            return Err(misconfigured("its API key has characters that no key can have".into()));
        }
        let client = client(&base_url).map_err(|error| misconfigured(format!("its connection: {error}")))?;
        let is_near = base_url.scheme() == "http" && is_loopback(&base_url);
        Ok(ModelServer(Arc::new(Inner {
            provider: config.name.clone(),
            dialect: config.protocol.dialect(),
            base_url,
            api_key: config.api_key.clone(),
            patience: config.patience.unwrap_or(PATIENCE),
            is_near,
            client,
            seeing: Mutex::default(),
        })))
    }

    pub(super) fn provider(&self) -> String {
        self.0.provider.clone()
    }

    pub(super) fn dialect(&self) -> &'static dyn Dialect {
        self.0.dialect
    }

    pub(super) fn patience(&self) -> Duration {
        self.0.patience
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, AgentError> {
        let url = self.0.base_url.join(path).map_err(|_| self.malformed("an address that cannot be made"))?;
        let mut request = self.0.client.request(method, url);
        for (name, value) in self.0.dialect.headers() {
            request = request.header(*name, *value);
        }
        if let Some(key) = &self.0.api_key {
            let (name, before) = self.0.dialect.key_header();
            let value = header::HeaderValue::from_str(&format!("{before}{}", key.expose()));
            let mut value = value.map_err(|_| self.malformed("a key that cannot be sent"))?;
            // No debug output shows it.
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        Ok(request)
    }

    async fn send(&self, request: RequestBuilder, model: &str) -> Result<Response, AgentError> {
        let response = timeout(self.0.patience, request.send()).await.map_err(|_| self.timed_out())?;
        let response = response.map_err(|error| self.unreachable(&error))?;
        self.begun(response, model).await
    }

    /// [`send`](ModelServer::send) over a connection of its own.
    async fn send_alone(&self, request: RequestBuilder, model: &str) -> Result<Response, AgentError> {
        let request = request.build().map_err(|_| self.malformed("a request that cannot be made"))?;
        let asked = timeout(self.0.patience, connection::ask(request, CONNECT_TIMEOUT)).await;
        let response = asked.map_err(|_| self.timed_out())?.map_err(|failed| match failed {
            Failed::NotConnected(error) => self.not_connected(error.kind() == io::ErrorKind::ConnectionRefused),
            Failed::CutOff => self.cut_off(),
        })?;
        self.begun(response, model).await
    }

    /// An answer that begins, unless it is a refusal.
    async fn begun(&self, response: Response, model: &str) -> Result<Response, AgentError> {
        if response.status().is_success() { Ok(response) } else { Err(self.failure(response, model).await) }
    }

    fn post(&self, path: &str, body: &serde_json::Value) -> Result<RequestBuilder, AgentError> {
        let request = self.request(Method::POST, path)?;
        Ok(request.header(header::CONTENT_TYPE, "application/json").body(body.to_string()))
    }

    async fn open(&self, request: &AgentRequest) -> Result<Reading, AgentError> {
        let (path, body) = self.0.dialect.question(request);
        let question = self.post(&path, &body)?;
        let response = if self.0.is_near {
            self.send_alone(question, &request.model).await?
        } else {
            self.send(question, &request.model).await?
        };
        Ok(Reading::new(self.clone(), request.model.clone(), response))
    }

    async fn list(&self) -> Result<Vec<AgentModel>, AgentError> {
        let response = self.send(self.request(Method::GET, self.0.dialect.models_path())?, "").await?;
        let body = self.body(response).await?;
        let listed =
            self.0.dialect.models(&body).ok_or_else(|| self.malformed("its list of models is not readable"))?;
        let describing = listed.into_iter().enumerate().map(|(number, model)| self.described(number, model));
        let listed: Vec<Listed> = stream::iter(describing).buffered(DESCRIBED_AT_ONCE).collect().await;
        let seeing = listed.iter().filter_map(|model| Some((model.id.clone(), model.takes_pictures?)));
        *crate::stream::locked(&self.0.seeing) = seeing.collect();
        Ok(listed
            .into_iter()
            .map(|model| AgentModel {
                id: format!("{}/{}", self.0.provider, model.id),
                name: model.name.unwrap_or(model.id),
                provider: self.0.provider.clone(),
                description: model.description,
                context_length: model.context_length,
            })
            .collect())
    }

    /// The model with what its server tells of it when it is asked; as it was if it does not.
    async fn described(&self, number: usize, mut model: Listed) -> Listed {
        if number < MAXIMUM_DESCRIBED
            && let Some((path, body)) = self.0.dialect.description(&model.id)
            && let Ok(request) = self.post(path, &body)
            && let Ok(response) = self.send(request, &model.id).await
            && let Ok(body) = self.body(response).await
        {
            self.0.dialect.describe(&body, &mut model);
        }
        model
    }

    /// Reads at most [`MAXIMUM_BODY`] bytes.
    async fn body(&self, response: Response) -> Result<Vec<u8>, AgentError> {
        let mut body = Vec::new();
        let mut pieces = response.bytes_stream();
        while let Some(piece) = timeout(self.0.patience, pieces.next()).await.map_err(|_| self.timed_out())? {
            let piece = piece.map_err(|_| self.cut_off())?;
            if body.len() + piece.len() > MAXIMUM_BODY {
                return Err(self.malformed("an answer is larger than any should be"));
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }

    async fn failure(&self, response: Response, model: &str) -> AgentError {
        let status = response.status();
        let retry_after = retry_after(response.headers());
        let body = self.body(response).await.unwrap_or_default();
        let failure = serde_json::from_slice(&body).ok().and_then(|body| Failure::read(&body)).unwrap_or_default();
        self.classify(status.as_u16(), failure, retry_after, model)
    }

    /// What the server says in the middle of an answer: there the status is 200, whatever happened.
    pub(super) fn said(&self, failure: Failure, model: &str) -> AgentError {
        let is_one = |status: &u16| StatusCode::from_u16(*status).is_ok();
        let status = failure.status.filter(is_one).unwrap_or(200);
        self.classify(status, failure, None, model)
    }

    fn classify(&self, status: u16, failure: Failure, retry_after: Option<Duration>, model: &str) -> AgentError {
        let provider = self.provider();
        let words = format!("{} {}", failure.kind, failure.message.as_deref().unwrap_or("")).to_lowercase();
        let says = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
        let too_long = says(&["context_length", "exceed_context", "prompt is too long", "input token count"])
            || (words.contains("context") && says(&["exceed", "too long", "maximum"]));
        match status {
            401 if self.0.api_key.is_none() => AgentError::NoKey { provider },
            401 | 403 => AgentError::Unauthorized { provider },
            429 => AgentError::RateLimited { provider, retry_after },
            200 | 400 | 413 | 422 | 500 if too_long => AgentError::ContextTooLong { model: model.to_owned() },
            // Gemini's way to say 401.
            400 if words.contains("api key") && self.0.api_key.is_none() => AgentError::NoKey { provider },
            400 if words.contains("api key") => AgentError::Unauthorized { provider },
            404 if words.contains("model") => AgentError::NoSuchModel { provider, model: model.to_owned() },
            status @ 500..=599 => AgentError::Unavailable { provider, status },
            // In the middle of an answer only the words tell.
            200 if says(&["authentication_error", "permission_error"]) => AgentError::Unauthorized { provider },
            200 if says(&["rate_limit", "resource_exhausted"]) => AgentError::RateLimited { provider, retry_after },
            200 if says(&["overloaded"]) => AgentError::Unavailable { provider, status: 529 },
            200 if says(&["api_error", "internal"]) => AgentError::Unavailable { provider, status: 500 },
            status => AgentError::Rejected {
                provider,
                status,
                message: self.one_line(failure.message.as_deref().unwrap_or("it gave no reason.")),
            },
        }
    }

    /// A server's words, fit to be shown: one line, at most 300 characters, without the key if it repeats it.
    fn one_line(&self, text: &str) -> String {
        let text = match &self.0.api_key {
            Some(key) => text.replace(key.expose(), "…"),
            None => text.to_owned(),
        };
        text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
    }

    pub(super) fn malformed(&self, detail: &str) -> AgentError {
        AgentError::Malformed { provider: self.provider(), detail: detail.into() }
    }

    pub(super) fn timed_out(&self) -> AgentError {
        AgentError::TimedOut { provider: self.provider(), after: self.0.patience }
    }

    pub(super) fn cut_off(&self) -> AgentError {
        AgentError::CutOff { provider: self.provider() }
    }

    fn unreachable(&self, error: &reqwest::Error) -> AgentError {
        if !error.is_connect() {
            return self.cut_off();
        }
        let causes = std::iter::successors(std::error::Error::source(error), |error| error.source());
        let refused = causes
            .filter_map(|error| error.downcast_ref::<io::Error>())
            .any(|error| error.kind() == io::ErrorKind::ConnectionRefused);
        self.not_connected(refused)
    }

    fn not_connected(&self, refused: bool) -> AgentError {
        let host = self.0.base_url.host_str().unwrap_or_default();
        let address = match self.0.base_url.port_or_known_default() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let provider = self.provider();
        if refused {
            AgentError::ConnectionRefused { provider, address }
        } else {
            AgentError::Unreachable { provider, address }
        }
    }
}

impl Agent for ModelServer {
    fn models(&self) -> BoxFuture<'_, Result<Vec<AgentModel>, AgentError>> {
        self.list().boxed()
    }

    fn answer(&self, request: AgentRequest) -> BoxStream<'static, AgentEvent> {
        let server = self.clone();
        let opened = async move { server.open(&request).await };
        stream::once(opened)
            .flat_map(|opened| match opened {
                Ok(reading) => {
                    stream::unfold(reading, |mut reading| async { reading.next().await.map(|event| (event, reading)) })
                        .boxed()
                }
                Err(error) => stream::once(ready(AgentEvent::Error(error))).boxed(),
            })
            .boxed()
    }

    fn takes_pictures(&self, model: &str) -> bool {
        let said = crate::stream::locked(&self.0.seeing).get(model).copied();
        let model = model.to_lowercase();
        said.unwrap_or_else(|| SEEING.split(' ').any(|part| model.contains(part)))
    }

    fn takes_tools(&self) -> bool {
        self.0.dialect.takes_tools()
    }
}

/// No redirects (a redirect would carry the conversation to an address that nobody configured), no limit on the whole answer, and no proxy
/// from the environment for what runs on this machine.
fn client(base_url: &Url) -> reqwest::Result<Client> {
    // Somebody else may have chosen a provider of cryptography for this process before; then that one is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .redirect(redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .tcp_nodelay(true)
        .user_agent(USER_AGENT);
    if base_url.scheme() == "http" {
        // The system's certificates are megabytes, and some machines have none.
        builder = builder.tls_certs_only([]);
    }
    if is_loopback(base_url) {
        builder = builder.no_proxy();
    }
    builder.build()
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// `retry-after-ms`, else `retry-after` in seconds (its form as a date is not used by model servers), at most a day.
fn retry_after(headers: &header::HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
    let seconds =
        number("retry-after-ms").map(|milliseconds| milliseconds / 1000.0).or_else(|| number("retry-after"))?;
    (0.0..=86_400.0).contains(&seconds).then(|| Duration::from_secs_f64(seconds))
}
