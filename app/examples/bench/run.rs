//! One run: a database of one size, and everything that is measured on it.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::oha::Load;
use crate::pages::Page;
use crate::server::{Server, beside, command};
use crate::{Options, Outcome, note, oha, pages};

/// How many requests come before those that count.
const WARM_UP: u32 = 100;

/// How often it is started to say how long that takes.
const STARTS: usize = 5;

/// How many members sign in before memory is looked at.
const SIGN_INS: u32 = 20;

/// What was measured.
#[derive(Debug)]
pub(crate) struct Run {
    /// What `bench-data` said.
    pub(crate) filled: String,
    pub(crate) bytes: u64,
    pub(crate) start: Duration,
    /// After the start, after sign-ins, after everything, in kilobytes.
    pub(crate) memory: [u64; 3],
    pub(crate) rows: Vec<Row>,
}

/// What one page costs, or logging a review.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// Why it could not be measured, where that is so.
    pub(crate) measured: Result<Measured, String>,
}

/// What was measured of one page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub(crate) load: Load,
    /// Of the server, for one request.
    pub(crate) cpu: Duration,
    /// The same for the first view after a write.
    pub(crate) after_write: Option<Duration>,
}

/// The rows that others are compared with.
pub(crate) const STATIC: &str = "baseline: nothing is read";
pub(crate) const READ: &str = "baseline: 20 joined rows";

/// The second of them over one connection, as reviews are logged: a server with one thing to do
/// falls asleep and is woken more often, which is paid for.
pub(crate) const READ_ALONE: &str = "baseline: 20 joined rows, one at a time";

/// What logging is called in the table.
pub(crate) const LOG: &str = "logging a review, one at a time";

pub(crate) async fn run(options: &Options, reviews: u32) -> Outcome<Run> {
    oha::check()?;
    let folder = tempfile::Builder::new()
        .prefix("movies-diary-bench-")
        .tempdir()?;
    let diary = beside("movies-diary")?;
    note(&format!("filling a database with {reviews} reviews"));
    let (filled, password) = fill(command(&diary, folder.path()), reviews)?;
    let bytes = std::fs::metadata(folder.path().join("movies-diary.db"))?.len();
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(Server::cold_start(&diary, folder.path()).await?);
    }
    starts.sort();

    let baseline = Server::start(&beside("baseline")?, folder.path())?;
    let server = Server::start(&diary, folder.path())?;
    let at_start = server.memory()?;
    let member = Client::member(&server.base, "bench", &password).await?;
    for number in 1..SIGN_INS {
        Client::member(&server.base, &format!("reader{number}"), &password).await?;
    }
    let signed_in = server.memory()?;
    let visitor = Client::visitor(&server.base)?;
    let busiest = Client::visitor(&baseline.base)?
        .look("/baseline/busiest")
        .await?;
    let busiest = busiest.1.parse()?;
    let pages = pages::all(&visitor, &member, busiest).await?;

    let mut rows = Vec::new();
    for (name, path) in [(STATIC, "/baseline/static"), (READ, "/baseline/read")] {
        rows.push(measure(&baseline, &Page::new(name, path), options));
    }
    let alone = Options {
        connections: 1,
        ..options.clone()
    };
    rows.push(measure(
        &baseline,
        &Page::new(READ_ALONE, "/baseline/read"),
        &alone,
    ));
    let baselines = rows.len();
    let wanted = |page: &&Page| page.name.contains(&options.only);
    for page in pages.iter().filter(wanted) {
        rows.push(measure(&server, page, options));
    }
    let after_load = server.memory()?;
    let mut writer = Writer::new(&server, member);
    for (row, page) in rows
        .iter_mut()
        .skip(baselines)
        .zip(pages.iter().filter(wanted))
    {
        if let (Ok(measured), 200) = (&mut row.measured, page.status) {
            note(&format!("first view after a write: {}", page.name));
            measured.after_write = writer.first_view(page, options.writes).await?;
        }
    }
    rows.push(writer.measure(options.logs).await);
    Ok(Run {
        filled,
        bytes,
        start: starts[STARTS / 2],
        memory: [at_start, signed_in, after_load],
        rows,
    })
}

/// Fills the database. Returns what was said of it, and the password of everybody.
pub(crate) fn fill(mut command: Command, reviews: u32) -> Outcome<(String, String)> {
    command.args(["bench-data", "--reviews", &reviews.to_string()]);
    let output = command.output()?;
    let said = String::from_utf8(output.stdout)?;
    let password = said.split_whitespace().last().map(str::to_owned);
    match (output.status.success(), password) {
        (true, Some(password)) => {
            let filled = said.lines().next().unwrap_or_default().to_owned();
            Ok((filled, password))
        }
        _ => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
    }
}

fn measure(server: &Server, page: &Page, options: &Options) -> Row {
    note(&page.name);
    Row {
        name: page.name.clone(),
        measured: try_to(server, page, options).map_err(|why| why.to_string()),
    }
}

fn try_to(server: &Server, page: &Page, options: &Options) -> Outcome<Measured> {
    oha::load(&server.base, page, options, WARM_UP)?;
    let before = server.cpu()?;
    let load = oha::load(&server.base, page, options, options.requests)?;
    Ok(Measured {
        load,
        cpu: server.cpu()?.since(&before) / options.requests.max(1),
        after_write: None,
    })
}

/// Logs reviews, and has pages looked at after each.
struct Writer<'a> {
    server: &'a Server,
    member: Client,
    day: String,
    movie: i64,
}

impl<'a> Writer<'a> {
    fn new(server: &'a Server, member: Client) -> Self {
        Self {
            server,
            member,
            day: chrono::Utc::now().date_naive().to_string(),
            movie: 0,
        }
    }

    async fn log(&mut self) -> Outcome<()> {
        self.movie = self.movie % 1000 + 1;
        self.member.log(self.movie, &self.day).await
    }

    /// What logging a review costs, one after the other.
    async fn measure(&mut self, logs: u32) -> Row {
        note(LOG);
        Row {
            name: LOG.to_owned(),
            measured: self.try_to(logs).await.map_err(|why| why.to_string()),
        }
    }

    async fn try_to(&mut self, logs: u32) -> Outcome<Measured> {
        for _ in 0..WARM_UP {
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
        Ok(Measured {
            load: Load {
                per_second: f64::from(logs) / all.as_secs_f64(),
                median: of_hundred(50),
                p99: of_hundred(99),
                bytes: 0.0,
            },
            cpu: after.since(&before) / logs.max(1),
            after_write: None,
        })
    }

    /// What a view costs that is the first after a write.
    async fn first_view(&mut self, page: &Page, writes: u32) -> Outcome<Option<Duration>> {
        let visitor = Client::visitor(&self.server.base)?;
        let is_member = page.headers.iter().any(|(name, _)| *name == "cookie");
        let mut spent = Duration::ZERO;
        for _ in 0..writes {
            self.log().await?;
            let before = self.server.cpu()?;
            let viewer = if is_member { &self.member } else { &visitor };
            viewer.look(&page.path).await?;
            spent += self.server.cpu()?.since(&before);
        }
        Ok((writes > 0).then(|| spent / writes))
    }
}
