//! Many answers at the pace of a model, for long: whether all of it arrives in order, and what one of them takes.

use super::{
    Result,
    clients::Relayed,
    model::Notes,
    programs::Running,
    report::{Distribution, Report, kilobytes, microseconds, time},
    script::Plan,
};
use std::{
    net::SocketAddr,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::Semaphore, task::JoinSet, time::interval};

/// Tokens a second of each answer.
const PACE: u32 = 20;

/// So many connect at a time.
const AT_ONCE: usize = 50;

/// Many answers at a time.
#[derive(Clone, Copy)]
pub struct Crowd {
    pub streams: u64,
    pub seconds: u32,
}

pub async fn measure(
    report: &mut Report,
    program: &Path,
    model: SocketAddr,
    notes: &Arc<Notes>,
    crowd: Crowd,
) -> Result<()> {
    let Crowd { streams, seconds } = crowd;
    let server = Running::ours(program, model, usize::try_from(streams)? + 10)?;
    let spacing = Duration::from_secs(1) / PACE;
    let tokens = usize::try_from(PACE * seconds)?;
    // One alone, so that what the first of all costs is not counted for each.
    let alone = Plan { number: 0, tokens: 100, spacing: Duration::from_millis(1), offset: Duration::ZERO };
    answer(server.address, alone, None).await?;
    let before = server.used()?;

    let began = Instant::now();
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut answers = JoinSet::new();
    for number in 1..=streams {
        let offset = spacing.mul_f64(number as f64 / streams as f64);
        let plan = Plan { number: 2 * number, tokens, spacing, offset };
        answers.spawn(answer(server.address, plan, Some((places.clone(), notes.clone()))));
    }
    let (mut whole, mut times, mut failures, mut most) = (0, Vec::new(), Vec::new(), before.memory);
    let mut looks = interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            ended = answers.join_next() => match ended {
                None => break,
                Some(ended) => match ended? {
                    Ok((is_whole, since)) => {
                        whole += u64::from(is_whole);
                        times.extend(since);
                    }
                    Err(error) => failures.push(error),
                },
            },
            _ = looks.tick() => most = most.max(server.used()?.memory),
        }
    }
    let (took, after) = (began.elapsed(), server.used()?);
    for failure in failures.iter().take(3) {
        eprintln!("  an answer failed: {failure}");
    }
    let line = |what: &str| format!("{streams} streams, {PACE} tokens/s, {seconds} s, one core: {what}");
    let each = most.saturating_sub(before.memory) as f64 / streams as f64;
    let times = Distribution::of(times);
    report.goal(&line("whole and in order"), format!("{whole} of {streams}"), "all", whole == streams);
    report.goal(&line("memory a stream"), kilobytes(each), "at most 64 KB", each <= 64.0 * 1024.0);
    let share = (after.time - before.time).as_secs_f64() / took.as_secs_f64() * 100.0;
    report.note(&line("of the core"), format!("{share:.0} %"));
    let late = format!("{} {}", time(times.at(0.5)), time(times.at(0.99)));
    report.note(&line("a token takes, p50 and p99"), late);
    Ok(())
}

/// Asks and reads, and says whether every byte came, and how long each token took in microseconds.
async fn answer(
    address: SocketAddr,
    plan: Plan,
    shared: Option<(Arc<Semaphore>, Arc<Notes>)>,
) -> Result<(bool, Vec<f64>)> {
    let place = match &shared {
        Some((places, _)) => Some(places.acquire().await?),
        None => None,
    };
    let mut relayed = Relayed::connect(address).await?;
    relayed.ask(plan).await?;
    drop(place);
    let arrivals = relayed.read(&plan).await?;
    let sent = shared.map(|(_, notes)| notes.sent(plan.number)).unwrap_or_default();
    Ok((arrivals.is_whole(&plan), arrivals.since(&sent).into_iter().map(microseconds).collect()))
}
