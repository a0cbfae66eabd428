//! How soon the model server notices that nobody wants its answer any more.

use super::{
    Result,
    clients::Relayed,
    model::Notes,
    report::{Distribution, Report, microseconds, time},
    script::Plan,
};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

/// So many answers are stopped, one after the other.
const ROUNDS: u64 = 100;

/// So many tokens are waited for.
const HEARD: usize = 5;

/// Stops answers in the middle. `first` is an even number behind which no question was asked.
pub async fn measure(report: &mut Report, relay: SocketAddr, notes: &Notes, first: u64) -> Result<()> {
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        let plan =
            Plan { number: first + round, tokens: 10_000, spacing: Duration::from_millis(5), offset: Duration::ZERO };
        let mut relayed = Relayed::connect(relay).await?;
        relayed.ask(plan).await?;
        for _ in 0..HEARD {
            relayed.piece().await?.ok_or("the answer is over")?;
        }
        let asked = Instant::now();
        relayed.stop().await?;
        // The end is told when it is stored, which is later.
        while relayed.piece().await?.is_some() {}
        let left = notes.left(plan.number).await;
        times.push(microseconds(left.saturating_duration_since(asked)));
    }
    let times = Distribution::of(times);
    let figure = format!("{}, at most {}", time(times.at(0.5)), time(times.at(1.0)));
    report.goal("a stop reaches the model server", figure, "at most 20 ms", times.at(1.0) <= 20_000.0);
    Ok(())
}
