//! What a connection costs on which nothing happens.

use super::{
    Result,
    clients::Relayed,
    programs::Running,
    report::{Report, kilobytes},
};
use std::{net::SocketAddr, path::Path, sync::Arc};
use tokio::{sync::Semaphore, task::JoinSet};

/// So many connect at a time.
const AT_ONCE: usize = 50;

/// Connects `count` times, waits until each was asked for a sign of life and gave it, and looks what the server holds then.
pub async fn measure(report: &mut Report, program: &Path, model: SocketAddr, count: u64) -> Result<()> {
    let server = Running::ours(program, model, usize::try_from(count)? + 10)?;
    // One alone, so that what the first of all costs is not counted for each.
    drop(Relayed::connect(server.address).await?);
    let before = server.used()?.memory;
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut connections = JoinSet::new();
    for _ in 0..count {
        let (address, places) = (server.address, places.clone());
        connections.spawn(async move {
            let place = places.acquire().await?;
            let relayed = Relayed::connect(address).await?;
            drop(place);
            relayed.idle(1).await
        });
    }
    while let Some(ended) = connections.join_next().await {
        ended??;
    }
    let each = server.used()?.memory.saturating_sub(before) as f64 / count as f64;
    report.goal(&format!("{count} idle sockets: memory each"), kilobytes(each), "at most 12 KB", each <= 12.0 * 1024.0);
    Ok(())
}
