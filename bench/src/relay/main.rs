//! Measures the relay: what it adds to a token, how much it carries, and what a stream and a socket take. `make bench-relay` uses it.
//!
//! The model server and everybody who asks are this program, on one thread, so that there is one clock; what is measured runs on a core of its
//! own. Times of a token are paired: each answer is asked for directly as well, at the same time.

use clap::Parser;
use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

mod arrivals;
mod clients;
mod endurance;
mod idle;
mod latency;
mod model;
mod programs;
mod report;
mod script;
mod stop;
mod throughput;

use endurance::Crowd;
use latency::{Between, Load};
use model::Notes;
use programs::Running;
use report::Report;

type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T> = std::result::Result<T, Error>;

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// The program aios-chat; `echo` and `gathering-echo` are what it is compared with.
    program: PathBuf,
    /// What to measure, of latency, endurance, idle, throughput, stop [default: all].
    what: Vec<String>,
    /// LiteLLM's command.
    #[arg(long)]
    litellm: Option<PathBuf>,
    /// The relay on Node.js.
    #[arg(long)]
    node: Option<PathBuf>,
    /// How long the thousand streams last, in seconds.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// How many streams there are then.
    #[arg(long, default_value_t = 1000)]
    streams: u64,
    /// How many sockets are idle.
    #[arg(long, default_value_t = 10_000)]
    sockets: u64,
}

/// The load of the comparison, and one that LiteLLM can carry on one core.
const FULL: Load = Load { streams: 100, tokens: 500, spacing: Duration::from_millis(20) };
const LIGHT: Load = Load { streams: 5, tokens: 200, spacing: Duration::from_millis(50) };

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ran = runtime.map_err(Error::from).and_then(|runtime| runtime.block_on(run(&arguments)));
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-relay: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<()> {
    if [throughput::ECHO, throughput::GATHERING_ECHO].iter().any(|echo| arguments.program.as_os_str() == *echo) {
        throughput::echo(arguments.program.as_os_str() == throughput::GATHERING_ECHO).await?;
    }
    let (model, notes) = model::serve().await?;
    let mut report = Report::default();
    let wants = |what: &str| arguments.what.is_empty() || arguments.what.iter().any(|wanted| wanted == what);
    if !programs::pins() {
        report.note("there is no taskset: cores are shared", String::new());
    }
    if wants("latency") {
        eprintln!("What a token takes more than directly");
        latencies(&mut report, arguments, model, &notes).await?;
    }
    if wants("stop") {
        let server = Running::ours(&arguments.program, model, 1000)?;
        stop::measure(&mut report, server.address, &notes, 10_000_000).await?;
    }
    if wants("throughput") {
        eprintln!("How much a core relays");
        throughput::measure(&mut report, &arguments.program, model, arguments.node.as_deref()).await?;
    }
    if wants("idle") {
        eprintln!("Idle sockets");
        idle::measure(&mut report, &arguments.program, model, arguments.sockets).await?;
    }
    if wants("endurance") {
        eprintln!("Many streams");
        let crowd = Crowd { streams: arguments.streams, seconds: arguments.seconds };
        endurance::measure(&mut report, &arguments.program, model, &notes, crowd).await?;
    }
    println!();
    report.print();
    Ok(())
}

async fn latencies(report: &mut Report, arguments: &Arguments, model: SocketAddr, notes: &Arc<Notes>) -> Result<()> {
    let server = Running::ours(&arguments.program, model, 1000)?;
    let ours = Between::Relay(server.address);
    let warm_up = Load { tokens: 50, ..FULL };
    latency::added(model, notes, ours, warm_up, 0).await?;
    let full = latency::added(model, notes, ours, FULL, 10_000).await?;
    latency::tell(report, "ours", &full, FULL, true);
    let light = latency::added(model, notes, ours, LIGHT, 20_000).await?;
    latency::tell(report, "ours", &light, LIGHT, false);
    drop(server);
    let Some(program) = &arguments.litellm else {
        report.note("LiteLLM's proxy is not here: not compared", String::new());
        return Ok(());
    };
    let proxy = Running::lite_llm(program, model).await?;
    let theirs = Between::Proxy(proxy.address);
    latency::added(model, notes, theirs, LIGHT, 30_000).await?;
    for (load, first, ours, wanted) in [(FULL, 40_000, &full, true), (LIGHT, 50_000, &light, false)] {
        let added = latency::added(model, notes, theirs, load, first).await?;
        latency::tell(report, "LiteLLM", &added, load, false);
        latency::compare(report, ours, &added, load, wanted);
    }
    Ok(())
}
