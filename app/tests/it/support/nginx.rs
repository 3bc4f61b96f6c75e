//! A real nginx on this machine, with the lines of the README. Where it is not installed, its tests
//! print a notice and pass, unless `REQUIRE_NGINX=1`.

use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::browser::find_program;

/// The address of the site in the README.
const README_UPSTREAM: &str = "http://127.0.0.1:3000";

/// Free ports for nginx and for the site behind it.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    pub http: u16,
    pub https: u16,
    pub site: u16,
}

pub struct Nginx {
    process: Child,
    folder: TempDir,
}

impl Ports {
    pub fn find() -> Self {
        // All are bound at once, so that they differ.
        let bound = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
        let [http, https, site] = bound.map(|port| port.local_addr().expect("an address").port());
        Self { http, https, site }
    }
}

impl Nginx {
    /// `None` where nginx or openssl is not installed. `more_lines` are added to the README's.
    pub fn start(ports: Ports, more_lines: &str) -> Option<Self> {
        let (Some(nginx), Some(openssl)) = (find_nginx(), find_program("openssl")) else {
            let is_required = std::env::var("REQUIRE_NGINX").is_ok_and(|value| value == "1");
            assert!(
                !is_required,
                "REQUIRE_NGINX=1, but nginx or openssl is missing"
            );
            let notice = "SKIPPED: a test behind nginx, because nginx or openssl is missing";
            writeln!(std::io::stderr(), "{notice}").expect("stderr is open");
            return None;
        };
        let folder = TempDir::new().expect("a folder");
        create_certificate(&openssl, folder.path());
        let file = folder.path().join("nginx.conf");
        fs::write(&file, configuration(folder.path(), ports, more_lines)).expect("a file");
        let process = Command::new(nginx)
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(&file)
            .arg("-e")
            .arg(folder.path().join("error.log"))
            .spawn()
            .expect("nginx starts");
        let mut nginx = Self { process, folder };
        nginx.wait_until_ready(ports);
        Some(nginx)
    }

    /// Waits up to ten seconds.
    fn wait_until_ready(&mut self, ports: Ports) {
        for _ in 0..200 {
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, ports.https));
            if TcpStream::connect(address).is_ok() {
                return;
            }
            let ended = self.process.try_wait().expect("a state");
            assert!(ended.is_none(), "nginx ended: {}", self.error_log());
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("nginx does not listen: {}", self.error_log());
    }

    pub fn error_log(&self) -> String {
        fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default()
    }
}

/// It stops its workers too.
impl Drop for Nginx {
    fn drop(&mut self) {
        let id = self.process.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.process.wait();
    }
}

/// Debian installs it where only root's `PATH` leads.
fn find_nginx() -> Option<PathBuf> {
    let in_debian = PathBuf::from("/usr/sbin/nginx");
    find_program("nginx").or_else(|| in_debian.is_file().then_some(in_debian))
}

fn create_certificate(openssl: &Path, folder: &Path) {
    let created = Command::new(openssl)
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
        ])
        .args(["-nodes", "-days", "2", "-subj", "/CN=films.example.org"])
        .arg("-keyout")
        .arg(folder.join("key.pem"))
        .arg("-out")
        .arg(folder.join("certificate.pem"))
        .stderr(Stdio::null())
        .status();
    assert!(created.expect("openssl runs").success());
}

/// The README's block for nginx, with the site's real port.
fn readme_lines(site: u16) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let readme = fs::read_to_string(format!("{root}/README.md")).expect("a README");
    let (_, rest) = readme.split_once("```nginx\n").expect("lines for nginx");
    let (lines, _) = rest.split_once("```").expect("an end");
    assert!(lines.contains(README_UPSTREAM), "{lines}");
    lines.replace(README_UPSTREAM, &format!("http://127.0.0.1:{site}"))
}

fn configuration(folder: &Path, ports: Ports, more_lines: &str) -> String {
    let is_root = fs::metadata(folder).expect("a folder").uid() == 0;
    // The folder belongs to the user who runs the tests, and so must the workers.
    let user = if is_root { "user root;" } else { "" };
    let lines = readme_lines(ports.site).replacen("{\n", &format!("{{\n{more_lines}\n"), 1);
    let folder = folder.display();
    let Ports { http, https, .. } = ports;
    format!(
        "{user}
daemon off;
pid {folder}/pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{http};
        listen 127.0.0.1:{https} ssl;
        ssl_certificate {folder}/certificate.pem;
        ssl_certificate_key {folder}/key.pem;
        {lines}
    }}
}}
"
    )
}
