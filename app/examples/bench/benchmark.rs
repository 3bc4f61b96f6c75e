//! One benchmark run: everything that is measured on a database of one size.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::oha::LoadResult;
use crate::pages::BenchPage;
use crate::server::{BenchServer, command, sibling_program};
use crate::{BenchResult, Options, oha, pages, progress};

/// Requests before each measurement that do not count.
const WARM_UP_REQUESTS: u32 = 100;

/// How often to start the server to measure its start.
const START_COUNT: usize = 5;

/// Members who sign in before memory is measured again.
const SIGN_IN_COUNT: u32 = 20;

#[derive(Debug)]
pub(crate) struct BenchRun {
    /// The first line that `bench-data` printed.
    pub(crate) filled: String,
    pub(crate) bytes: u64,
    pub(crate) start: Duration,
    /// In kilobytes: after the start, after the sign-ins, at the end.
    pub(crate) memory: [u64; 3],
    pub(crate) rows: Vec<BenchRow>,
}

/// The cost of one page, or of logging a review.
#[derive(Debug)]
pub(crate) struct BenchRow {
    pub(crate) name: String,
    /// `Err` says why there is no measurement.
    pub(crate) measured: Result<Measurement, String>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Measurement {
    pub(crate) load: LoadResult,
    /// CPU time of the server per request.
    pub(crate) cpu: Duration,
    /// CPU time of the first view after a write.
    pub(crate) after_write: Option<Duration>,
}

/// Names of the rows that other rows are compared with.
pub(crate) const STATIC_BASELINE: &str = "baseline: static page";
pub(crate) const READ_BASELINE: &str = "baseline: 20 joined rows";

/// [`READ_BASELINE`] over a single connection, as reviews are logged: with only one request at a
/// time the server sleeps and wakes more often, which costs CPU time.
pub(crate) const READ_ALONE_BASELINE: &str = "baseline: 20 joined rows, one at a time";

/// Name of the row about logging.
pub(crate) const LOG_ROW: &str = "logging a review, one at a time";

pub(crate) async fn run(options: &Options, reviews: u32) -> BenchResult<BenchRun> {
    oha::check_installed()?;
    let folder = tempfile::Builder::new()
        .prefix("movies-diary-bench-")
        .tempdir()?;
    let diary = sibling_program("movies-diary")?;
    progress(&format!("filling a database with {reviews} reviews"));
    let (filled, password) = fill_database(command(&diary, folder.path()), reviews)?;
    let bytes = std::fs::metadata(folder.path().join("movies-diary.db"))?.len();
    let mut starts = Vec::new();
    for _ in 0..START_COUNT {
        starts.push(BenchServer::cold_start(&diary, folder.path()).await?);
    }
    starts.sort();

    let baseline = BenchServer::start(&sibling_program("baseline")?, folder.path())?;
    let server = BenchServer::start(&diary, folder.path())?;
    let at_start = server.memory()?;
    let member = Client::member(&server.base, "bench", &password).await?;
    for number in 1..SIGN_IN_COUNT {
        Client::member(&server.base, &format!("reader{number}"), &password).await?;
    }
    let signed_in = server.memory()?;
    let visitor = Client::visitor(&server.base)?;
    let busiest = Client::visitor(&baseline.base)?
        .fetch("/baseline/busiest")
        .await?;
    let busiest = busiest.1.parse()?;
    let pages = pages::bench_pages(&visitor, &member, busiest).await?;

    let mut rows = Vec::new();
    for (name, path) in [
        (STATIC_BASELINE, "/baseline/static"),
        (READ_BASELINE, "/baseline/read"),
    ] {
        rows.push(measure_page(
            &baseline,
            &BenchPage::new(name, path),
            options,
        ));
    }
    let alone = Options {
        connections: 1,
        ..options.clone()
    };
    rows.push(measure_page(
        &baseline,
        &BenchPage::new(READ_ALONE_BASELINE, "/baseline/read"),
        &alone,
    ));
    let baselines = rows.len();
    let is_selected = |page: &&BenchPage| page.name.contains(&options.only);
    for page in pages.iter().filter(is_selected) {
        rows.push(measure_page(&server, page, options));
    }
    let after_load = server.memory()?;
    let mut writer = WriteBench::new(&server, member);
    for (row, page) in rows
        .iter_mut()
        .skip(baselines)
        .zip(pages.iter().filter(is_selected))
    {
        if let (Ok(measured), 200) = (&mut row.measured, page.status) {
            progress(&format!("first view after a write: {}", page.name));
            measured.after_write = writer.measure_first_view(page, options.writes).await?;
        }
    }
    rows.push(writer.measure_log(options.logs).await);
    Ok(BenchRun {
        filled,
        bytes,
        start: starts[START_COUNT / 2],
        memory: [at_start, signed_in, after_load],
        rows,
    })
}

/// Fills the database; returns the first line printed, and everybody's password.
pub(crate) fn fill_database(mut command: Command, reviews: u32) -> BenchResult<(String, String)> {
    command.args(["bench-data", "--reviews", &reviews.to_string()]);
    let output = command.output()?;
    let output_text = String::from_utf8(output.stdout)?;
    let password = output_text.split_whitespace().last().map(str::to_owned);
    match (output.status.success(), password) {
        (true, Some(password)) => {
            let filled = output_text.lines().next().unwrap_or_default().to_owned();
            Ok((filled, password))
        }
        _ => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
    }
}

fn measure_page(server: &BenchServer, page: &BenchPage, options: &Options) -> BenchRow {
    progress(&page.name);
    BenchRow {
        name: page.name.clone(),
        measured: try_measure_page(server, page, options).map_err(|why| why.to_string()),
    }
}

fn try_measure_page(
    server: &BenchServer,
    page: &BenchPage,
    options: &Options,
) -> BenchResult<Measurement> {
    oha::load_page(&server.base, page, options, WARM_UP_REQUESTS)?;
    let before = server.cpu()?;
    let load = oha::load_page(&server.base, page, options, options.requests)?;
    Ok(Measurement {
        load,
        cpu: server.cpu()?.since(&before) / options.requests.max(1),
        after_write: None,
    })
}

/// Logs reviews and measures page views after each.
struct WriteBench<'a> {
    server: &'a BenchServer,
    member: Client,
    day: String,
    movie: i64,
}

impl<'a> WriteBench<'a> {
    fn new(server: &'a BenchServer, member: Client) -> Self {
        Self {
            server,
            member,
            day: chrono::Utc::now().date_naive().to_string(),
            movie: 0,
        }
    }

    async fn log(&mut self) -> BenchResult<()> {
        self.movie = self.movie % 1000 + 1;
        self.member.log(self.movie, &self.day).await
    }

    /// Measures logging reviews one after another.
    async fn measure_log(&mut self, logs: u32) -> BenchRow {
        progress(LOG_ROW);
        BenchRow {
            name: LOG_ROW.to_owned(),
            measured: self
                .try_measure_log(logs)
                .await
                .map_err(|why| why.to_string()),
        }
    }

    async fn try_measure_log(&mut self, logs: u32) -> BenchResult<Measurement> {
        for _ in 0..WARM_UP_REQUESTS {
            self.log().await?;
        }
        let (before, began) = (self.server.cpu()?, Instant::now());
        let mut took = Vec::new();
        for _ in 0..logs {
            let began = Instant::now();
            self.log().await?;
            took.push(began.elapsed());
        }
        let (after, all) = (self.server.cpu()?, began.elapsed());
        took.sort();
        let of_hundred = |part: usize| {
            let millis = took.get(took.len() * part / 100).map(Duration::as_secs_f64);
            millis.unwrap_or_default() * 1000.0
        };
        Ok(Measurement {
            load: LoadResult {
                per_second: f64::from(logs) / all.as_secs_f64(),
                median: of_hundred(50),
                p99: of_hundred(99),
                bytes: 0.0,
            },
            cpu: after.since(&before) / logs.max(1),
            after_write: None,
        })
    }

    /// Mean CPU time of the first view after a write.
    async fn measure_first_view(
        &mut self,
        page: &BenchPage,
        writes: u32,
    ) -> BenchResult<Option<Duration>> {
        let visitor = Client::visitor(&self.server.base)?;
        let is_member = page.headers.iter().any(|(name, _)| *name == "cookie");
        let mut spent = Duration::ZERO;
        for _ in 0..writes {
            self.log().await?;
            let before = self.server.cpu()?;
            let viewer = if is_member { &self.member } else { &visitor };
            viewer.fetch(&page.path).await?;
            spent += self.server.cpu()?.since(&before);
        }
        Ok((writes > 0).then(|| spent / writes))
    }
}
