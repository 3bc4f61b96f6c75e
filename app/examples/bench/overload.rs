//! Ten times as much as can be done.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::task::spawn_blocking;

use crate::client::Client;
use crate::mixed::{Answers, Pace, Readers, Writer};
use crate::server::{Server, beside, command_on};
use crate::{Options, Outcome, machine, note, oha, run};

/// Where the server runs; all else has the other one, so that what is asked does not cost what
/// answers.
const SERVERS: usize = 0;
const OTHERS: usize = 1;

/// Over how many connections is tried how much can be done.
const TRIED: [u32; 5] = [4, 16, 64, 128, 192];

/// How often a review is logged meanwhile.
const BETWEEN_REVIEWS: Duration = Duration::from_millis(100);

/// It is as ever when so many pages in a row are there within this.
const IN_A_ROW: (usize, Duration) = (20, Duration::from_millis(100));

/// Measures it, and tells.
pub(crate) async fn run(options: &Options) -> Outcome<String> {
    oha::check()?;
    machine::stay_on(OTHERS)?;
    let folder = tempfile::Builder::new()
        .prefix("movies-diary-overload-")
        .tempdir()?;
    let diary = beside("movies-diary")?;
    note("filling a database");
    let fill = crate::server::command(&diary, folder.path());
    let (filled, password) = run::fill(fill, options.reviews)?;
    let server = Server::start_by(command_on(SERVERS, &diary, folder.path()))?;
    let member = Client::member(&server.base, "bench", &password).await?;
    let readers = Readers::of(&server.base, &member, &password, folder.path()).await?;

    // Each review makes pages be read anew, so it is logged in both.
    let writer = Writer::begin(member.clone(), BETWEEN_REVIEWS);
    let (peak, connections) = peak(&readers, &member).await?;
    writer.end().await?;
    let normal = server.memory()?;
    let pace = Pace {
        connections: options.crowd,
        per_second: Some((peak.goodput() * 10.0) as u64),
        seconds: options.seconds,
    };
    note(&format!("ten times as much: {pace:?}"));
    let server = Arc::new(server);
    let writer = Writer::begin(member.clone(), BETWEEN_REVIEWS);
    let memory = Memory::watch(Arc::clone(&server));
    let crowd = readers.read(pace).await?;
    let most = memory.end().await?;
    let written = writer.end().await?;
    let back = until_normal(&member).await?;

    let mut told = format!(
        "\n### Ten times as much: {}\n\n",
        filled.trim_end_matches('.')
    );
    writeln!(
        told,
        "- at most {:.0} answers/s over {connections} connections, p99 {:.0} ms",
        peak.goodput(),
        peak.p99
    )?;
    tell(&mut told, pace, &crowd, &peak)?;
    writeln!(
        told,
        "- of the reviews logged meanwhile {} were acknowledged, the slowest after {} ms, and {} refused",
        written.acknowledged.len(),
        written.slowest.as_millis(),
        written.refused
    )?;
    writeln!(
        told,
        "- memory (anonymous): {} MB before, {} MB at most",
        normal / 1024,
        most / 1024
    )?;
    writeln!(told, "- as ever {} ms afterwards", back.as_millis())?;
    Ok(told)
}

fn tell(told: &mut String, pace: Pace, crowd: &Answers, peak: &Answers) -> std::fmt::Result {
    let asked = crowd.all() as f64 / crowd.seconds;
    let share = |count: u64| count as f64 * 100.0 / crowd.all().max(1) as f64;
    writeln!(
        told,
        "- {} requests/s were to be sent over {} connections for {} s, and {asked:.0} were: {:.1} times as much",
        pace.per_second.unwrap_or_default(),
        pace.connections,
        pace.seconds,
        asked / peak.goodput()
    )?;
    writeln!(
        told,
        "- {:.0} answers/s that are no refusals, {:.0} % of the most; half of them within {:.0} ms, p99 {:.0} ms",
        crowd.goodput(),
        crowd.goodput() * 100.0 / peak.goodput(),
        crowd.median,
        crowd.p99
    )?;
    writeln!(
        told,
        "- {:.1} % were told 503; all answers: {:?}",
        share(crowd.of("503")),
        crowd.by_status
    )
}

/// The most that is answered in a second, and over how many connections.
async fn peak(readers: &Readers, member: &Client) -> Outcome<(Answers, u32)> {
    let mut best: Option<(Answers, u32)> = None;
    for connections in TRIED {
        let pace = Pace {
            connections,
            per_second: None,
            seconds: 8,
        };
        let writer = Writer::begin(member.clone(), BETWEEN_REVIEWS);
        let answers = readers.read(pace).await?;
        writer.end().await?;
        note(&format!(
            "{connections} connections: {:.0}/s",
            answers.goodput()
        ));
        let is_better = best
            .as_ref()
            .is_none_or(|(best, _)| answers.goodput() > best.goodput());
        if is_better {
            best = Some((answers, connections));
        }
    }
    best.ok_or_else(|| "nothing was measured".into())
}

/// How long it takes until pages are there as ever.
async fn until_normal(member: &Client) -> Outcome<Duration> {
    let (wanted, within) = IN_A_ROW;
    let began = Instant::now();
    let (mut since, mut row) = (began, 0);
    while row < wanted {
        let asked = Instant::now();
        let (status, _) = member.look("/users/bench").await?;
        if status == 200 && asked.elapsed() < within {
            row += 1;
        } else {
            (since, row) = (Instant::now(), 0);
        }
    }
    Ok(since - began)
}

/// Watches how much memory there is at most.
struct Memory {
    stop: Arc<AtomicBool>,
    most: tokio::task::JoinHandle<Result<u64, String>>,
}

impl Memory {
    fn watch(server: Arc<Server>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&stop);
        let most = spawn_blocking(move || {
            let mut most = 0;
            while !until.load(Ordering::Relaxed) {
                most = most.max(server.memory().map_err(|error| error.to_string())?);
                std::thread::sleep(Duration::from_millis(250));
            }
            Ok(most)
        });
        Self { stop, most }
    }

    async fn end(self) -> Outcome<u64> {
        self.stop.store(true, Ordering::Relaxed);
        Ok(self.most.await??)
    }
}
