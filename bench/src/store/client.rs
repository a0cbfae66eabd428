//! One connection to a server that stays open, as a browser's does.

use crate::Result;
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, StatusCode,
    body::Bytes,
    client::conn::http1::{SendRequest, handshake},
    header::{CONTENT_TYPE, HOST},
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpStream,
    runtime::{Builder, Runtime},
};

pub struct Client {
    runtime: Runtime,
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Client {
    /// Connects to `address:port`.
    pub fn connect(host: &str) -> Result<Client> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let sender = runtime.block_on(async {
            let stream = TcpStream::connect(host).await?;
            stream.set_nodelay(true)?;
            let (sender, connection) = handshake(TokioIo::new(stream)).await?;
            // Its end is told by the next request.
            tokio::spawn(connection);
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(sender)
        })?;
        Ok(Client { runtime, sender, host: host.to_owned() })
    }

    /// The body of a page.
    pub fn get(&mut self, path: &str) -> Result<Bytes> {
        self.ask(Method::GET, path, Bytes::new())
    }

    /// The body of an answer to JSON.
    pub fn post(&mut self, path: &str, body: &serde_json::Value) -> Result<Bytes> {
        self.ask(Method::POST, path, serde_json::to_vec(body)?.into())
    }

    fn ask(&mut self, method: Method, path: &str, body: Bytes) -> Result<Bytes> {
        let request = Request::builder().method(method).uri(path).header(HOST, &self.host);
        let request = request.header(CONTENT_TYPE, "application/json").body(Full::new(body))?;
        let answer = self.sender.send_request(request);
        let (status, body) = self.runtime.block_on(async {
            let answer = answer.await?;
            let status = answer.status();
            Ok::<_, hyper::Error>((status, answer.into_body().collect().await?.to_bytes()))
        })?;
        if status != StatusCode::OK {
            return Err(format!("{path}: {status}: {}", String::from_utf8_lossy(&body)).into());
        }
        Ok(body)
    }
}
