//! Any server that speaks OpenAI's chat completions.
//!
//! On reqwest and types of our own rather than on genai (looked at in version 0.7.2): genai switches on serde_json's `preserve_order`
//! for the whole native build but not for the WebAssembly one, so that one export could be read into two different conversations; it brings
//! tokio's `test-util` into the program; it keeps error bodies and unfinished events of any size; and a stream that ends without `[DONE]`
//! simply ends there. What it would save is one protocol that fits into two files.

mod event_source;
mod reading;
mod wire;

use self::{
    reading::Reading,
    wire::{Code, ErrorDetails, Failure, Models, Request, RequestMessage, StreamOptions},
};
use super::{Agent, AgentError, AgentEvent, AgentRequest};
use crate::config::{ProviderConfig, Secret};
use aios_model::Role;
use aios_protocol::agents::AgentModel;
use futures::{
    FutureExt, StreamExt,
    future::{BoxFuture, ready},
    stream::{self, BoxStream},
};
use reqwest::{Client, Response, StatusCode, Url, header, redirect};
use std::{io, net::IpAddr, time::Duration};
use tokio::time::timeout;

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a server may say nothing, before the first token and between two. A local model that reads a long prompt takes its time.
const IDLE_TIMEOUT: Duration = Duration::from_secs(120);

/// The most bytes of a list of models or of an error that are read.
const MAXIMUM_BODY: usize = 4 * 1024 * 1024;

/// A configured server.
#[derive(Clone, Debug)]
pub struct OpenAi {
    provider: String,
    base_url: Url,
    api_key: Option<Secret>,
    client: Client,
}

impl OpenAi {
    /// The server of `config`. Nothing is asked yet.
    ///
    /// # Errors
    /// [`AgentError::Misconfigured`] if the address is no `http` or `https` URL with a host, or the key cannot be a header.
    pub fn new(config: &ProviderConfig) -> Result<OpenAi, AgentError> {
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
        Ok(OpenAi { provider: config.name.clone(), base_url, api_key: config.api_key.clone(), client })
    }

    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let mut url = self.base_url.clone();
        url.set_path(&format!("{}{path}", self.base_url.path()));
        let request = self.client.request(method, url);
        match &self.api_key {
            // `bearer_auth` marks the header as sensitive, so that no debug output shows it.
            Some(key) => request.bearer_auth(key.expose()),
            None => request,
        }
    }

    async fn open(&self, request: &AgentRequest) -> Result<Reading, AgentError> {
        let system = request.system_prompt.iter().map(|text| RequestMessage { role: "system", content: text });
        let history = request.history.iter().map(|(role, text)| RequestMessage {
            role: if *role == Role::User { "user" } else { "assistant" },
            content: text,
        });
        let body = Request {
            model: &request.model,
            messages: system.chain(history).collect(),
            stream: true,
            stream_options: StreamOptions { include_usage: true },
        };
        let body = serde_json::to_vec(&body).map_err(|error| self.malformed(&error.to_string()))?;
        let sending = self
            .request(reqwest::Method::POST, "chat/completions")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "text/event-stream")
            .body(body)
            .send();
        let response = timeout(IDLE_TIMEOUT, sending).await.map_err(|_| self.timed_out())?;
        let response = response.map_err(|error| self.unreachable(&error))?;
        if !response.status().is_success() {
            return Err(self.failure(response, &request.model).await);
        }
        Ok(Reading::new(self.clone(), request.model.clone(), response))
    }

    async fn list(&self) -> Result<Vec<AgentModel>, AgentError> {
        let sending = self.request(reqwest::Method::GET, "models").send();
        let response = timeout(IDLE_TIMEOUT, sending).await.map_err(|_| self.timed_out())?;
        let response = response.map_err(|error| self.unreachable(&error))?;
        if !response.status().is_success() {
            return Err(self.failure(response, "").await);
        }
        let body = self.body(response).await?;
        let models: Models =
            serde_json::from_slice(&body).map_err(|_| self.malformed("its list of models is not readable"))?;
        Ok(models
            .data
            .into_iter()
            .map(|model| AgentModel {
                id: format!("{}/{}", self.provider, model.id),
                name: model.id,
                provider: self.provider.clone(),
                description: None,
                context_length: model.context_length,
            })
            .collect())
    }

    /// Reads at most [`MAXIMUM_BODY`] bytes.
    async fn body(&self, response: Response) -> Result<Vec<u8>, AgentError> {
        let mut body = Vec::new();
        let mut pieces = response.bytes_stream();
        while let Some(piece) = timeout(IDLE_TIMEOUT, pieces.next()).await.map_err(|_| self.timed_out())? {
            let piece = piece.map_err(|_| AgentError::CutOff { provider: self.provider.clone() })?;
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
        let details = match serde_json::from_slice::<Failure>(&body) {
            Ok(failure) => failure.error.into(),
            Err(_) => ErrorDetails { message: None, kind: None, code: None },
        };
        self.classify(status, details, retry_after, model)
    }

    fn classify(
        &self,
        status: StatusCode,
        details: ErrorDetails,
        retry_after: Option<Duration>,
        model: &str,
    ) -> AgentError {
        let provider = self.provider.clone();
        let code = match &details.code {
            Some(Code::Word(word)) => word.as_str(),
            _ => "",
        };
        let words =
            format!("{} {code} {}", details.kind.as_deref().unwrap_or(""), details.message.as_deref().unwrap_or(""));
        let words = words.to_lowercase();
        let too_long = words.contains("context_length")
            || words.contains("exceed_context")
            || (words.contains("context") && ["exceed", "too long", "maximum"].iter().any(|word| words.contains(word)));
        match status.as_u16() {
            401 if self.api_key.is_none() => AgentError::NoKey { provider },
            401 | 403 => AgentError::Unauthorized { provider },
            429 => AgentError::RateLimited { provider, retry_after },
            400 | 413 | 422 | 500 if too_long => AgentError::ContextTooLong { model: model.to_owned() },
            404 if words.contains("model") => AgentError::NoSuchModel { provider, model: model.to_owned() },
            status @ 500..=599 => AgentError::Unavailable { provider, status },
            status => AgentError::Rejected {
                provider,
                status,
                message: self.one_line(details.message.as_deref().unwrap_or("it gave no reason.")),
            },
        }
    }

    /// A server's words, fit to be shown: one line, at most 300 characters, without the key if it repeats it.
    fn one_line(&self, text: &str) -> String {
        let text = match &self.api_key {
            Some(key) => text.replace(key.expose(), "…"),
            None => text.to_owned(),
        };
        text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
    }

    fn malformed(&self, detail: &str) -> AgentError {
        AgentError::Malformed { provider: self.provider.clone(), detail: detail.into() }
    }

    fn timed_out(&self) -> AgentError {
        AgentError::TimedOut { provider: self.provider.clone(), after: IDLE_TIMEOUT }
    }

    fn unreachable(&self, error: &reqwest::Error) -> AgentError {
        let provider = self.provider.clone();
        if !error.is_connect() {
            return AgentError::CutOff { provider };
        }
        let host = self.base_url.host_str().unwrap_or_default();
        let address = match self.base_url.port_or_known_default() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let causes = std::iter::successors(std::error::Error::source(error), |error| error.source());
        let refused = causes
            .filter_map(|error| error.downcast_ref::<io::Error>())
            .any(|error| error.kind() == io::ErrorKind::ConnectionRefused);
        if refused {
            AgentError::ConnectionRefused { provider, address }
        } else {
            AgentError::Unreachable { provider, address }
        }
    }
}

impl Agent for OpenAi {
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
        .user_agent(concat!("aios-chat/", env!("CARGO_PKG_VERSION")));
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
