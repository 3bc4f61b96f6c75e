//! A fresh install where there is no network at all.

use std::io::Write;
use std::process::{Command, Stdio};

const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/it/fixtures/log_ten_films.py"
);

/// What is typed, and the title, year and director of the film that it means.
const FILMS: [(&str, &str, &str, &str); 10] = [
    ("godfahter", "The Godfather", "1972", "Francis Ford Coppola"),
    ("spirted away", "Spirited Away", "2001", "Hayao Miyazaki"),
    ("matrix", "The Matrix", "1999", "Wachowski"),
    ("parasite 2019", "Parasite", "2019", "Bong Joon"),
    ("seven samurai", "Seven Samurai", "1954", "Akira Kurosawa"),
    ("amelie", "Amélie", "2001", "Jean-Pierre Jeunet"),
    ("metropolis 1927", "Metropolis", "1927", "Fritz Lang"),
    ("oppenheimer", "Oppenheimer", "2023", "Christopher Nolan"),
    ("casablanca", "Casablanca", "1942", "Michael Curtiz"),
    ("tarkovski stalker", "Stalker", "1979", "Tarkovsky"),
];

/// Needs root, or user namespaces.
fn without_network(program: &str) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--net", program]);
    command
}

#[test]
fn ten_films_are_found_and_logged_without_any_network() {
    let can_unshare = without_network("true").stderr(Stdio::null()).status();
    if !can_unshare.is_ok_and(|status| status.success()) {
        let notice = "SKIPPED: a test without network, because there are no namespaces here";
        writeln!(std::io::stderr(), "{notice}").expect("stderr is open");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let output = without_network("python3")
        .args([SCRIPT, env!("CARGO_BIN_EXE_movies-diary")])
        .arg(folder.path())
        .args(FILMS.map(|(typed, ..)| typed))
        .output()
        .expect("it ends");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let pages: Vec<String> = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(pages.len(), FILMS.len());
    for (page, (typed, title, year, director)) in pages.iter().zip(FILMS) {
        for fact in [title, year, director] {
            assert!(page.contains(fact), "{typed}: {fact} is missing in {page}");
        }
    }
}
