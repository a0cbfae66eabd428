//! The programs that are measured: each on one core, beside the one that this program runs on.

use super::Result;
use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::net::TcpStream;

/// Clock ticks a second, in which Linux counts the time of processes (`USER_HZ`).
const TICKS: f64 = 100.0;

/// What LiteLLM is to be asked with; it starts without no more.
pub const KEY: &str = "sk-3f9c1e7ab2d84f6095c6e1d7a8b40f25";

/// How long LiteLLM may take until it listens: it loads all of its providers.
const PATIENCE: Duration = Duration::from_secs(120);

/// A program that runs until this is dropped.
pub struct Running {
    child: Child,
    pub address: SocketAddr,
    /// What it writes to.
    _folder: TempDir,
}

/// What a process has used.
#[derive(Clone, Copy, Debug)]
pub struct Used {
    /// Of a processor.
    pub time: Duration,
    /// Bytes that are resident.
    pub memory: u64,
}

/// A program on the first core, if there is a way to say so.
fn on_one_core(program: impl AsRef<OsStr>) -> Command {
    if !pins() {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", "0"]).arg(program);
    command
}

/// Whether programs can be kept on one core.
pub fn pins() -> bool {
    let asked = Command::new("taskset").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

impl Running {
    /// AI OS Chat, with nothing in its history and a model server to ask.
    pub fn ours(program: &Path, model: SocketAddr, connections: usize) -> Result<Running> {
        let folder = tempfile::tempdir()?;
        let mut command = on_one_core(program);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--no-discovery", "--no-titles"])
            .args(["--connections", &connections.to_string()])
            .args(["--open-ai-url", &format!("http://{model}/v1")])
            .arg("--data")
            .arg(folder.path());
        Running::announced(command, folder)
    }

    /// A bare echo on tokio-tungstenite: this program itself.
    pub fn echo(kind: &str) -> Result<Running> {
        let mut command = on_one_core(std::env::current_exe()?);
        command.arg(kind);
        Running::announced(command, tempfile::tempdir()?)
    }

    /// The same relay on Node.js.
    pub fn node(script: &Path, model: SocketAddr) -> Result<Running> {
        let mut command = on_one_core("node");
        command.arg(script).arg(model.port().to_string());
        Running::announced(command, tempfile::tempdir()?)
    }

    /// Waits for the line in which a program says where it is.
    fn announced(mut command: Command, folder: TempDir) -> Result<Running> {
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().ok_or("no output")?;
        let said = BufReader::new(output).lines().map_while(std::result::Result::ok).find_map(|line| {
            let (_, address) = line.split_once("at http://")?;
            address.parse().ok()
        });
        match said {
            Some(address) => Ok(Running { child, address, _folder: folder }),
            None => Err(format!("{command:?} ended: {}", child.wait()?).into()),
        }
    }

    /// LiteLLM's proxy, as its documentation starts it: one worker for one core.
    pub async fn lite_llm(program: &Path, model: SocketAddr) -> Result<Running> {
        let folder = tempfile::tempdir()?;
        let configuration = folder.path().join("config.yaml");
        let text = format!(
            "model_list:\n  - model_name: scripted\n    litellm_params:\n      model: openai/scripted\n      \
             api_base: http://{model}/v1\n      api_key: none\nlitellm_settings:\n  telemetry: false\n"
        );
        std::fs::write(&configuration, text)?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = on_one_core(program);
        command
            .args(["--host", "127.0.0.1", "--port", &address.port().to_string(), "--num_workers", "1", "--config"])
            .arg(&configuration)
            .env("LITELLM_MASTER_KEY", KEY)
            .env("LITELLM_LOG", "ERROR")
            // Its list of prices comes along; it would ask for a newer one.
            .env("LITELLM_LOCAL_MODEL_COST_MAP", "True")
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut running = Running { child: command.spawn()?, address, _folder: folder };
        let began = Instant::now();
        while TcpStream::connect(address).await.is_err() {
            if let Some(status) = running.child.try_wait()? {
                return Err(format!("LiteLLM ended: {status}").into());
            }
            if began.elapsed() > PATIENCE {
                return Err("LiteLLM does not listen".into());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(running)
    }

    /// What it has used so far, where Linux tells it.
    pub fn used(&self) -> Result<Used> {
        let folder = PathBuf::from(format!("/proc/{}", self.child.id()));
        let stat = std::fs::read_to_string(folder.join("stat"))?;
        // Behind the name, which may hold anything: the 14th and 15th field of all are the 12th and 13th here.
        let (_, fields) = stat.rsplit_once(") ").ok_or("a process without a name")?;
        let ticks: f64 = fields.split(' ').skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
        let status = std::fs::read_to_string(folder.join("status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("a process without memory")?;
        let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(Used { time: Duration::from_secs_f64(ticks / TICKS), memory: kibibytes * 1024 })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
