//! A PostgreSQL server that speaks TLS, with a certificate made for it.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

/// Stopped and deleted when dropped.
pub struct PostgresCluster {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
}

impl PostgresCluster {
    /// `None` where PostgreSQL is not installed.
    pub fn start() -> Option<Self> {
        let programs = newest_programs()?;
        let folder = TempDir::new().expect("a folder");
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open).expect("they are set");
        let mut cluster = Self {
            programs,
            folder,
            port: 0,
        };
        cluster.give_to_postgres(cluster.folder.path());
        let data = cluster.data_folder();
        let mut initdb = cluster.program("initdb");
        initdb.args([
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--no-sync",
            "-D",
        ]);
        run(initdb.arg(data));
        cluster.write_certificates();
        cluster.listen();
        Some(cluster)
    }

    /// With these parameters in the query string.
    pub fn url(&self, host: &str, parameters: &str) -> String {
        format!(
            "postgres://postgres@{host}:{}/postgres?{parameters}",
            self.port
        )
    }

    /// `HOST:PORT`
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The certificate of the authority that issued the server's.
    pub fn issuer_file(&self) -> PathBuf {
        self.folder.path().join("issuer.crt")
    }

    /// The certificate of an authority that has nothing to do with it.
    pub fn other_issuer_file(&self) -> PathBuf {
        self.folder.path().join("other.crt")
    }

    /// The lines of the server's log about connections of the program.
    pub fn logged_connections(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.log_file()).expect("a log");
        let lines = log.lines().filter(|line| {
            line.contains("connection authorized") && line.contains("application_name=movies-diary")
        });
        lines.map(str::to_owned).collect()
    }

    fn write_certificates(&self) {
        let (issuer, issuer_pem) = certificate_authority("Issuer");
        let (_, other_pem) = certificate_authority("Somebody else");
        let key = KeyPair::generate().expect("a key");
        let names = ["localhost", "127.0.0.1"].map(str::to_owned);
        let params = CertificateParams::new(names).expect("names");
        let certificate = params.signed_by(&key, &issuer).expect("signed");
        let data = self.data_folder();
        for (file, text) in [
            (self.issuer_file(), issuer_pem),
            (self.other_issuer_file(), other_pem),
            (data.join("server.crt"), certificate.pem()),
            (data.join("server.key"), key.serialize_pem()),
        ] {
            std::fs::write(&file, text).expect("written");
        }
        let key_file = data.join("server.key");
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&key_file, private).expect("they are set");
        self.give_to_postgres(&key_file);
    }

    /// Starts it on a free port, unless another program takes that first.
    fn listen(&mut self) {
        for _ in 0..5 {
            let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
            self.port = free.expect("a port").port();
            let options = format!(
                "-p {} -k {} -c listen_addresses=127.0.0.1 -c fsync=off -c ssl=on \
                 -c log_connections=on",
                self.port,
                self.folder.path().display()
            );
            let mut start = self.program("pg_ctl");
            start
                .args(["-w", "-o", &options, "-l"])
                .arg(self.log_file());
            start.arg("-D").arg(self.data_folder()).arg("start");
            if is_successful(&mut start) {
                return;
            }
        }
        let log = std::fs::read_to_string(self.log_file()).unwrap_or_default();
        panic!("PostgreSQL does not start: {log}");
    }

    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        if !is_root() {
            return Command::new(program);
        }
        // PostgreSQL refuses to run as root.
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
        command.arg(program).current_dir("/");
        command
    }

    fn give_to_postgres(&self, path: &Path) {
        if is_root() {
            run(Command::new("chown").arg("postgres:").arg(path));
        }
    }

    fn data_folder(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for PostgresCluster {
    fn drop(&mut self) {
        let mut stop = self.program("pg_ctl");
        stop.args(["-m", "immediate", "-D"]).arg(self.data_folder());
        is_successful(stop.arg("stop"));
    }
}

fn certificate_authority(name: &str) -> (Issuer<'static, KeyPair>, String) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    let key = KeyPair::generate().expect("a key");
    let pem = params.self_signed(&key).expect("signed").pem();
    (Issuer::new(params, key), pem)
}

fn newest_programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.filter_map(|version| {
        let version = version.ok()?;
        let number: u32 = version.file_name().to_str()?.parse().ok()?;
        let programs = version.path().join("bin");
        programs
            .join("initdb")
            .exists()
            .then_some((number, programs))
    });
    folders.max().map(|(_, programs)| programs)
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout == b"0\n")
}

#[track_caller]
fn run(command: &mut Command) {
    assert!(is_successful(command), "{command:?}");
}

fn is_successful(command: &mut Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.expect("it runs").success()
}
