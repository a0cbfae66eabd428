//! Keys, heard on the whole page once it is alive.

use super::use_websocket::Socket;
use crate::lazy::part;
use leptos::prelude::*;

#[cfg(feature = "hydrate")]
pub mod act;
#[cfg(feature = "hydrate")]
mod listener;

/// Hears keys from the moment on at which the part `live` is loaded.
pub fn attend(socket: Socket) {
    Effect::new(move || {
        leptos::task::spawn_local(async move {
            socket.loaded().await;
            let _ = listen().await;
        });
    });
}

part! { live:
    fn listen() -> () {
        #[cfg(feature = "hydrate")]
        listener::listen();
    }
}
