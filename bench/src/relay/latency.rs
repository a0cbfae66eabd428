//! How much later a token arrives than it would from the model server itself.
//!
//! Every answer is asked for twice at the same time, directly and through what is measured, and compared token by token.

use super::{
    Result,
    arrivals::Arrivals,
    clients::{Relayed, direct},
    model::Notes,
    report::{Distribution, Report, microseconds, time},
    script::Plan,
};
use futures::future::try_join_all;
use std::{net::SocketAddr, time::Duration};

/// How much is asked at a time.
#[derive(Clone, Copy)]
pub struct Load {
    pub streams: u64,
    pub tokens: usize,
    pub spacing: Duration,
}

/// What stands between.
#[derive(Clone, Copy)]
pub enum Between {
    /// A relay that speaks our protocol.
    Relay(SocketAddr),
    /// A proxy that speaks OpenAI's.
    Proxy(SocketAddr),
}

impl Between {
    async fn answer(self, plan: Plan) -> Result<Arrivals> {
        match self {
            Between::Relay(address) => {
                let mut relayed = Relayed::connect(address).await?;
                relayed.ask(plan).await?;
                relayed.read(&plan).await
            }
            Between::Proxy(address) => direct(address, plan).await,
        }
    }
}

/// What a token takes more, and whether the texts are the same.
pub struct Added {
    pub times: Distribution,
    /// What it takes directly.
    pub directly: Distribution,
    pub same: usize,
}

/// Measures what `between` adds. `first` is an even number behind which no question was asked.
pub async fn added(model: SocketAddr, notes: &Notes, between: Between, load: Load, first: u64) -> Result<Added> {
    let pairs = (0..load.streams).map(|stream| async move {
        // Streams and their twins speak at moments of their own, evenly over the time between two tokens.
        let part = |position: u64| load.spacing.mul_f64(position as f64 / (2 * load.streams) as f64);
        let plan =
            |position, number| Plan { number, tokens: load.tokens, spacing: load.spacing, offset: part(position) };
        let (near, far) = (plan(2 * stream, first + 2 * stream), plan(2 * stream + 1, first + 2 * stream + 1));
        let (near_came, far_came) = futures::future::try_join(direct(model, near), between.answer(far)).await?;
        let same = near_came.is_whole(&near) && far_came.is_whole(&far);
        let (near, far) = (near_came.since(&notes.sent(near.number)), far_came.since(&notes.sent(far.number)));
        Ok::<_, super::Error>((near, far, same))
    });
    let (mut times, mut directly, mut same) = (Vec::new(), Vec::new(), 0);
    for (near, far, is_same) in try_join_all(pairs).await? {
        same += usize::from(is_same && near.len() == load.tokens && far.len() == load.tokens);
        times.extend(near.iter().zip(&far).map(|(near, far)| microseconds(*far) - microseconds(*near)));
        directly.extend(near.into_iter().map(microseconds));
    }
    Ok(Added { times: Distribution::of(times), directly: Distribution::of(directly), same })
}

/// The lines of what was measured.
pub fn tell(report: &mut Report, name: &str, added: &Added, load: Load, wanted: bool) {
    let middle = (added.times.at(0.5), added.times.at(0.99));
    let line = |what: &str| format!("{name}, {} streams: {what}", load.streams);
    if wanted {
        report.goal(&line("added a token, p50"), time(middle.0), "at most 100 µs", middle.0 <= 100.0);
        report.goal(&line("added a token, p99"), time(middle.1), "at most 1 ms", middle.1 <= 1000.0);
        let same = format!("{} of {}", added.same, load.streams);
        report.goal(&line("texts are the same"), same, "all", added.same as u64 == load.streams);
        report.note(&line("pairs of tokens"), added.times.count().to_string());
        report.note(&line("directly, p50 and p99"), both(&added.directly));
    } else {
        report.note(&line("added a token, p50 and p99"), both(&added.times));
        report.note(&line("texts are the same"), format!("{} of {}", added.same, load.streams));
    }
}

/// What part of LiteLLM's time is ours.
pub fn compare(report: &mut Report, ours: &Added, theirs: &Added, load: Load, wanted: bool) {
    for part in [0.5, 0.99] {
        let share = ours.times.at(part) / theirs.times.at(part);
        let name = format!("ours to LiteLLM's, {} streams: p{:.0}", load.streams, part * 100.0);
        let figure = format!("1/{:.0}", 1.0 / share);
        if wanted {
            report.goal(&name, figure, "at most 1/20", share <= 0.05);
        } else {
            report.note(&name, figure);
        }
    }
}

fn both(times: &Distribution) -> String {
    format!("{} {}", time(times.at(0.5)), time(times.at(0.99)))
}
