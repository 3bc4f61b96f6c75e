#!/usr/bin/env python3
"""Counts what makes Rust sources hard to read by name, and fails where a limit is passed.

    python3 .ci/names.py [--list]

It reads the text as rustfmt leaves it: one item a line, attributes and comments on lines of
their own. `--list` also prints what was counted, with its place.
"""

import collections
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Every entity of SeaORM is called `Model`, and every migration `Migration`.
GIVEN = {"Model", "Migration"}

# Words that once meant several things, or nothing that a newcomer could guess.
RETIRED_TYPES = """
    About Asked EmbedLook Eye FilmMeant Held Known Look Looked Pulse RawFilm Room Row Said Seen
    Seldom Sheet Sheets Shown Stocked Trouble
""".split()
RETIRED_FUNCTIONS = """
    ask ask_again_when_old ask_now held hold hold_admin hold_alone holding noted said seize stock
    told
""".split()

TYPE = re.compile(r"\s*(?:pub(?:\([\w:\s]+\))? )?(struct|enum|union|trait|type) ([A-Z]\w*)")
# The types of addresses, which the macros of `paths` make: a name and a path on one line.
PATH_TYPE = re.compile(r' {4}([A-Z]\w*) "/')
FUNCTION = re.compile(
    r"(?:pub(?:\([\w:\s]+\))? )?(?:const )?(?:async )?(?:unsafe )?fn (\w+)"
)
DOC = re.compile(r"\s*//[/!] ?(.*)")


def sources():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.rs"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [Path(name) for name in listed.stdout.split() if (ROOT / name).exists()]


def types(path, lines):
    for number, line in enumerate(lines, 1):
        if match := TYPE.match(line):
            # An indented `type` is the associated type of a trait.
            if match[1] != "type" or not line.startswith(" "):
                yield match[2], f"{path}:{number}"
        elif "paths" in path.parts and (match := PATH_TYPE.match(line)):
            yield match[1], f"{path}:{number}"


def functions(path, lines):
    if {"tests", "examples"} & set(path.parts):
        return
    for number, line in enumerate(lines, 1):
        if match := FUNCTION.match(line):
            yield match[1], f"{path}:{number}"


def docs(path, lines):
    """Doc comments, each as its lines and its place."""
    block = []
    for number, line in enumerate([*lines, ""], 1):
        if match := DOC.match(line):
            block.append(match[1])
        elif block:
            yield block, f"{path}:{number - len(block)}"
            block = []


def program_lines(lines):
    """How long a file is without its tests."""
    for number, line in enumerate(lines):
        if line == "#[cfg(test)]":
            return number
    return len(lines)


def is_short(block):
    return len(block) == 1 and len(block[0].split()) <= 3


def runs_on(block):
    first, last = block[0].strip(), block[-1].strip()
    return first[:1].islower() or last.endswith((",", ";"))


def repeated(places):
    return {name: found for name, found in places.items() if len(found) > 1}


def collect(found):
    places = collections.defaultdict(list)
    for name, place in found:
        places[name].append(place)
    return places


def main():
    files = [(path, (ROOT / path).read_text().splitlines()) for path in sources()]
    type_places = collect(item for file in files for item in types(*file))
    function_places = collect(item for file in files for item in functions(*file))
    apart = ("handlers", "components", "handlers.rs", "components.rs")
    shared_functions = collect(
        (name, place)
        for name, places in function_places.items()
        for place in places
        if not any(part in place.split(":")[0].split("/") for part in apart)
    )
    blocks = [block for file in files for block in docs(*file)]

    same_types = {k: v for k, v in repeated(type_places).items() if k not in GIVEN}
    same_functions = repeated(shared_functions)
    retired = {name: type_places[name] for name in RETIRED_TYPES if name in type_places}
    retired |= {name: function_places[name] for name in RETIRED_FUNCTIONS if name in function_places}
    long_files = {
        str(path): [f"{program_lines(lines)} lines"]
        for path, lines in files
        if path.parts[0] != "migration"
        and "tests" not in path.parts
        and program_lines(lines) > 300
    }
    short = {" ".join(block): [place] for block, place in blocks if is_short(block)}
    running = {block[0]: [place] for block, place in blocks if runs_on(block)}
    short_count = sum(is_short(block) for block, _ in blocks)

    figures = [
        ("type names defined more than once", same_types, len(same_types), len(type_places), 6),
        ("functions, handlers and components apart, that share a name",
         same_functions, len(same_functions), len(shared_functions), 12),
        ("retired words as names", retired, len(retired), None, 0),
        ("files over 300 lines, tests apart", long_files, len(long_files), None, 0),
        ("one-line doc comments of at most three words", short, short_count, None, 49),
        ("sentences that run on into the next item", running, len(running), None, 5),
    ]
    failed = False
    for title, found, count, of, limit in figures:
        share = 100 * count / of if of else count
        says = f"{count} of {of} ({share:.1f} %; at most {limit} %)" if of else f"{count} (at most {limit})"
        is_over = share > limit
        failed |= is_over
        print(f"{'!!' if is_over else 'ok'}  {title}: {says}")
        if is_over or "--list" in sys.argv:
            for name, places in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
                print(f"        {name}: {', '.join(places)}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
