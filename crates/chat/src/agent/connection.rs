//! A connection of its own for an answer of a model server on this machine.
//!
//! A shared client keeps its connections on tasks of their own, which hand on an answer piece by piece: two changes of task for each token. This one
//! is driven by whoever reads the answer, and ends with it. A new one for each answer costs next to nothing on one machine.

use bytes::Bytes;
use hyper::{
    Request, Response,
    body::{Frame, Incoming, SizeHint},
    client::conn::http1,
    header::{HOST, HeaderValue, USER_AGENT},
};
use hyper_util::rt::TokioIo;
use reqwest::Body;
use std::{
    io,
    pin::Pin,
    sync::Mutex,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{net::TcpStream, time::timeout};

/// What is read at a time, in bytes; the head of an answer has to fit into it. It is held by every answer that is being written.
const READ_BUFFER: usize = 8 * 1024;

/// Why there is no answer.
pub(super) enum Failed {
    /// There is no connection.
    NotConnected(io::Error),
    /// It ended before the answer began.
    CutOff,
}

/// Sends a request over a connection that is made for it, within `patience`, and gives the answer when it begins. Dropping the answer ends the
/// connection.
pub(super) async fn ask(request: reqwest::Request, patience: Duration) -> Result<reqwest::Response, Failed> {
    let host = request.url().host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = request.url().port_or_known_default().unwrap_or(80);
    let connected = timeout(patience, TcpStream::connect((host, port))).await;
    let connected = connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
    let stream = connected.map_err(Failed::NotConnected)?;
    // It only takes longer where that cannot be had.
    let _ = stream.set_nodelay(true);
    let mut builder = http1::Builder::new();
    builder.read_buf_exact_size(Some(READ_BUFFER));
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(|_| Failed::CutOff)?;
    let mut connection = Box::pin(connection);
    let sending = sender.send_request(alone(request)?);
    tokio::pin!(sending);
    let (response, connection) = tokio::select! {
        biased;
        response = &mut sending => (response, Some(connection)),
        // It may have ended with the answer.
        _ended = &mut connection => (sending.await, None),
    };
    let response = response.map_err(|_| Failed::CutOff)?;
    let driving =
        |body| Driving { body, connection: connection.map(|connection| Mutex::new(connection as Connection)) };
    let response: Response<Body> = response.map(|body| Body::wrap(driving(body)));
    Ok(response.into())
}

/// The request as it goes over a connection without a client around it: that would add these headers.
fn alone(request: reqwest::Request) -> Result<Request<Body>, Failed> {
    let url = request.url().clone();
    let mut request: Request<Body> = request.try_into().map_err(|_| Failed::CutOff)?;
    let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    *request.uri_mut() = path.parse().map_err(|_| Failed::CutOff)?;
    let host = url.host_str().unwrap_or_default();
    let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let host = HeaderValue::from_str(&authority).map_err(|_| Failed::CutOff)?;
    request.headers_mut().insert(HOST, host);
    request.headers_mut().insert(USER_AGENT, HeaderValue::from_static(super::server::USER_AGENT));
    Ok(request)
}

type Connection = Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>;

/// The body of an answer, with the connection that it comes over.
struct Driving {
    body: Incoming,
    /// Until it ends. Never locked: it is only here so that all of this can be shared, which nobody does.
    connection: Option<Mutex<Connection>>,
}

impl hyper::body::Body for Driving {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Driving { body, connection } = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut *body).poll_frame(context) {
            return Poll::Ready(frame);
        }
        if let Some(driven) = connection {
            let driven = driven.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
            // How it ended the body says as well.
            if driven.as_mut().poll(context).is_ready() {
                *connection = None;
            }
        }
        Pin::new(body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
