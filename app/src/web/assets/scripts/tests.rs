//! Whether the scripts can be joined.

use std::collections::HashSet;
use std::fs;

use super::{API_DOCS, APP, APP_MEMBER, APP_OFFLINE, MODULES, VIEW_TRANSITION, WORKER};
use crate::web::assets::modules::{Module, OPERATORS, between, imported_file, in_order, minify};

const ENTRIES: [&str; 6] = [
    API_DOCS,
    APP,
    APP_MEMBER,
    APP_OFFLINE,
    VIEW_TRANSITION,
    WORKER,
];

/// The name that a line declares at the top level of a module, which biome does not indent.
fn declared(line: &str) -> Option<&str> {
    let keywords = ["const ", "let ", "var ", "class ", "function "];
    let line = line.strip_prefix("async ").unwrap_or(line);
    let name = keywords.iter().find_map(|word| line.strip_prefix(word))?;
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || "_$".contains(c)));
    Some(&name[..end.unwrap_or(name.len())])
}

fn declarations(module: &Module) -> Vec<String> {
    let code = module.code();
    code.lines()
        .filter_map(declared)
        .map(str::to_owned)
        .collect()
}

fn exports(module: &Module) -> Vec<&'static str> {
    let lines = module.source.lines();
    let exported = lines.filter_map(|line| line.strip_prefix("export "));
    exported
        .map(|line| declared(line).unwrap_or_default())
        .collect()
}

fn imported_names(import: &'static str) -> Vec<&'static str> {
    let names = between(import, "{", "}").split(',').map(str::trim);
    names.filter(|name| !name.is_empty()).collect()
}

/// Reasons why `module` cannot be appended to the `earlier` modules; empty if there are none.
fn faults_of(module: &Module, earlier: &[Module]) -> Vec<String> {
    let mut faults = Vec::new();
    for import in module.imports() {
        let file = imported_file(import);
        let Some(imported) = earlier.iter().find(|known| known.name == file) else {
            faults.push(format!("imports {file}, which is not before it"));
            continue;
        };
        for name in imported_names(import) {
            if !exports(imported).contains(&name) {
                faults.push(format!("{file} does not export {name}"));
            }
        }
    }
    let taken: HashSet<_> = earlier.iter().flat_map(declarations).collect();
    for name in declarations(module) {
        if taken.contains(&name) {
            faults.push(format!("{name} is declared before"));
        }
        if name.is_empty() {
            faults.push("declares several names at once".to_owned());
        }
    }
    if exports(module).contains(&"") {
        faults.push("exports something that is not declared there".to_owned());
    }
    if module
        .code()
        .lines()
        .any(|line| line.starts_with("import "))
    {
        faults.push("has an import below the first statement".to_owned());
    }
    let at = |fault| format!("{}: {fault}", module.name);
    faults.into_iter().map(at).collect()
}

fn faults(modules: &[Module], entry: &str) -> Vec<String> {
    let is_there = |file: &str| modules.iter().any(|module| module.name == file);
    let imports = modules.iter().flat_map(|module| module.imports());
    let missing: Vec<_> = imports
        .map(imported_file)
        .filter(|file| !is_there(file))
        .map(|file| format!("{file} is missing"))
        .collect();
    if !missing.is_empty() {
        return missing;
    }
    let ordered = in_order(modules, entry);
    let faults = ordered
        .iter()
        .enumerate()
        .flat_map(|(at, module)| faults_of(module, &ordered[..at]));
    faults.collect()
}

#[test]
fn the_scripts_can_be_joined() {
    for entry in ENTRIES {
        assert_eq!(faults(MODULES, entry), [""; 0], "{entry}");
    }
}

#[test]
fn every_file_is_part_of_a_script() {
    let used = ENTRIES.iter().flat_map(|entry| in_order(MODULES, entry));
    let mut used: Vec<_> = used.map(|module| module.name.to_owned()).collect();
    used.sort();
    used.dedup();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../public/js");
    let files = fs::read_dir(folder).expect("a folder");
    let names = files.map(|file| file.expect("a file").file_name());
    let mut names: Vec<_> = names.filter_map(|name| name.into_string().ok()).collect();
    names.sort();
    assert_eq!(used, names);
}

#[test]
fn what_cannot_be_joined_is_found() {
    for (source, fault) in [
        ("import \"./c.js\";", "c.js is missing"),
        (
            "import { b } from \"./b.js\";",
            "b.js: imports a.js, which is not before it",
        ),
        (
            "import { d } from \"./d.js\";",
            "a.js: d.js does not export d",
        ),
        (
            "import \"./d.js\";\nlet one = 2;",
            "a.js: one is declared before",
        ),
        (
            "const { x, y } = z;",
            "a.js: declares several names at once",
        ),
        (
            "const x = 1;\nexport { x };",
            "a.js: exports something that is not declared there",
        ),
        (
            "const x = 1;\nimport \"./d.js\";",
            "a.js: has an import below the first statement",
        ),
    ] {
        let module = |name, source| Module { name, source };
        let modules = [
            module("a.js", source),
            module("b.js", "import \"./a.js\";\nexport const b = 1;"),
            module("d.js", "export async function one() {}\nconst d = 1;"),
        ];
        assert_eq!(faults(&modules, "a.js"), [fault], "{source}");
    }
}

#[test]
fn lean_code_is_the_same_code() {
    let code = "// Why.\n\nconst a = (b) => {\n  return b ?? \"c d\";\n};\n";
    assert_eq!(minify(code), "const a=(b)=>{return b??\"c d\";};");
    for module in MODULES {
        let code = module.code();
        let lines = code.lines().map(str::trim_start);
        for line in lines.filter(|line| !line.starts_with("//")) {
            let is_string = |(at, _): &(usize, &str)| at % 2 == 1;
            let (strings, code): (Vec<_>, Vec<_>) =
                line.split('"').enumerate().partition(is_string);
            let has = |parts: &[(usize, &str)], text: &str| {
                parts.iter().any(|(_, part)| part.contains(text))
            };
            let changed = OPERATORS.iter().find(|operator| has(&strings, operator));
            assert_eq!(changed, None, "{}: in a string of {line}", module.name);
            // Joining the lines would make the next one part of the comment.
            let is_commented = has(&code, " //") || has(&code, "/*");
            assert!(!is_commented, "{}: a comment behind {line}", module.name);
        }
    }
}
