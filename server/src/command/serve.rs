//! `serve`.

use super::{Error, lock, output, settings};
use crate::{
    access::Access,
    guard::hosts::AllowedHosts,
    listener,
    router::{Host, router},
    settings::arguments::{ServeOptions, SharedOptions},
    site::Site,
};
use aios_chat::Chat;
use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZero,
    thread,
    time::Duration,
};
use tokio::{net::TcpListener, sync::watch, time::timeout};

/// At most, and no more than there are processors: requests come one by one and wait for the disk or a model, not for a processor.
const THREADS: usize = 2;

/// Of the threads for what blocks: reading the database, files.
const BLOCKING_THREADS: usize = 16;

/// How long open requests may go on after answers were given their time.
const PATIENCE: Duration = Duration::from_secs(3);

/// How often it is looked for what has been in the trash long enough.
const TRASH_ROUND: Duration = Duration::from_secs(6 * 60 * 60);
/// How often it is looked whether the command line changed who may come.
const LOOK: Duration = Duration::from_secs(1);

/// Serves until the system says that it is enough.
pub(super) fn run(shared: SharedOptions, options: ServeOptions) -> Result<(), Error> {
    let settings = settings(shared, options)?;
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS.min(processors))
        .max_blocking_threads(BLOCKING_THREADS)
        .enable_all()
        .build()
        .map_err(Error::Start)?;
    runtime.block_on(async {
        // Before the history is opened: whoever starts a second server must not disturb the first.
        let (listener, address) = listen(settings.listen).await?;
        let _lock = lock::serving(&settings.chat.data)?;
        let everywhere = !address.ip().to_canonical().is_loopback();
        let access = Access::open(&settings.chat.data, settings.access, everywhere)?;
        let chat = Chat::open(settings.chat)?;
        let (end, ending) = watch::channel(false);
        let emptying = tokio::spawn(empty_trash(chat.clone()));
        let site = Site::of_this_program();
        let router = router(Host {
            chat: chat.clone(),
            site: if settings.offline { site } else { site.kept_by_nobody() },
            hosts: AllowedHosts::new(address, settings.allow_hosts).with_origins(settings.allow_origins),
            access: access.clone(),
            limits: settings.sockets,
            ending: ending.clone(),
            gallery: settings.gallery,
        });
        let mut ended = ending;
        let ended = async move {
            // An error means the same: the end.
            let _ = ended.wait_for(|ended| *ended).await;
        };
        let serving = tokio::spawn(listener::serve(listener, router, listener::Limits::default(), ended));
        tokio::spawn(look_for_changes(access));
        let asked_to_stop = stop_signal();
        announce(address);
        asked_to_stop.await;
        tracing::info!("ending");
        emptying.abort();
        chat.shut_down().await;
        end.send_replace(true);
        match timeout(PATIENCE, serving).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(panic)) => Err(Error::Start(io::Error::other(panic))),
            // Somebody takes longer to read than we wait; nothing is lost by it.
            Err(_) => Ok(()),
        }
    })
}

/// Deletes what has been in the trash long enough, now and again.
async fn empty_trash(chat: Chat) {
    loop {
        if let Err(error) = chat.purge_expired().await {
            tracing::warn!(%error, "the trash could not be emptied of what is old; it is tried again");
        }
        tokio::time::sleep(TRASH_ROUND).await;
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Error> {
    let listener =
        TcpListener::bind(address).await.and_then(|listener| listener.local_addr().map(|own| (listener, own)));
    listener.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => Error::PortTaken { address },
        _ => Error::Listen { address, source },
    })
}

/// Hears within a second what the command line changed about token and sessions.
async fn look_for_changes(access: Access) {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let access = access.clone();
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || access.refresh()).await {
            tracing::error!(%error, "who may come cannot be read: what was known counts on");
        }
    }
}

fn announce(address: SocketAddr) {
    if !address.ip().is_loopback() {
        eprintln!(
            "aios-chat: listening on {address}, for whoever has the token. Without TLS, others in the network can read along: put a proxy \
             with TLS before it, or use it only in a network where you trust everybody."
        );
    }
    let shown = match address.ip() {
        ip if ip.is_unspecified() => SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port()),
        _ => address,
    };
    if let Err(error) = output::print(&format!("AI OS Chat is at http://{shown}\n")) {
        tracing::warn!(%error, "nobody could be told that the server is up");
    }
}

/// Hears from now on when the system asks the program to end; the future that is returned waits for that.
#[cfg(unix)]
fn stop_signal() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async {
        let (Ok(mut interrupt), Ok(mut terminate)) = signals else {
            tracing::error!("signals cannot be heard: the program can only be killed");
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

/// Waits until the system asks the program to end.
#[cfg(not(unix))]
async fn stop_signal() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::error!(%error, "signals cannot be heard: the program can only be killed");
        std::future::pending::<()>().await;
    }
}
