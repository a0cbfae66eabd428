//! The connection to the server: one a page, opened again by itself whenever it is lost.

use crate::chat::types::chat::Connection;
use aios_protocol::socket::{ClientMessage, ServerMessage};
use leptos::prelude::*;

#[cfg(feature = "hydrate")]
mod client;

/// What comes from the connection.
#[derive(Clone, Debug)]
pub enum Incoming {
    /// It is open, for the first time or again: what is waited for must be asked for again.
    Opened,
    /// The server says something.
    Message(ServerMessage),
}

/// The connection, as a context. On the server it does nothing.
#[derive(Clone, Copy)]
pub struct Socket {
    /// Its state.
    pub connection: RwSignal<Connection>,
    #[cfg(feature = "hydrate")]
    client: StoredValue<client::Client, LocalStorage>,
}

impl Socket {
    /// Makes it, as a context, and opens it once the page is alive.
    pub fn provide() {
        let connection = RwSignal::new(Connection::Connecting);
        let socket = Socket {
            connection,
            #[cfg(feature = "hydrate")]
            client: StoredValue::new_local(client::Client::open(connection)),
        };
        provide_context(socket);
    }

    /// The connection of this application.
    pub fn expect() -> Socket {
        expect_context()
    }

    /// Sends a message, now or as soon as the connection is open. Messages to a connection that is lost before they left are dropped:
    /// whoever waits for an answer asks again on [`Incoming::Opened`].
    pub fn send(self, message: ClientMessage) {
        #[cfg(feature = "hydrate")]
        self.client.with_value(|client| client.send(message));
        #[cfg(not(feature = "hydrate"))]
        drop(message);
    }

    /// Waits until the part `live` is loaded: the code of the connection, and of those who hear it.
    pub(crate) async fn loaded(self) {
        #[cfg(feature = "hydrate")]
        client::loaded(self.connection).await;
    }

    /// Calls `listener` with everything that comes, until the component that asked for it is gone.
    pub fn listen(self, listener: impl Fn(&Incoming) + 'static) {
        #[cfg(feature = "hydrate")]
        {
            let number = self.client.with_value(|client| client.add_listener(listener));
            let client = self.client.with_value(Clone::clone);
            let client = leptos::__reexports::send_wrapper::SendWrapper::new(client);
            on_cleanup(move || client.remove_listener(number));
        }
        #[cfg(not(feature = "hydrate"))]
        drop(listener);
    }
}
