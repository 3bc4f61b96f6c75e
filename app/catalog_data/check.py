"""Finds what is wrong in the files written by hand, and where they contradict `movies.db`."""

import re
from collections import Counter

from text import fold

YEARS = range(1888, 2031)
MINUTES = range(1, 901)
IMDB_ID = re.compile(r"tt\d{7,8}")
TIERS = {"1", "2", "3"}


def contradictions(source, well_known, other_titles, classics):
    """A sentence for each."""
    bad_rows = [problem for row in well_known for problem in row_problems(row)]
    if bad_rows:
        return bad_rows
    return [
        *source_problems(source),
        *repeated_ids(source, well_known),
        *repeated_films(source, well_known),
        *unknown_films(source, [*other_titles, *classics]),
        *repeated_rows(other_titles),
        *repeated_rows(classics),
        *other_title_problems(other_titles),
    ]


def row_problems(row):
    def problem(text):
        return f"{row['place']}: {row['title']}: {text}"

    if None in row.values() or None in row:
        yield f"{row['place']}: the number of columns is wrong"
        return
    if not row["title"] or not row["directors"]:
        yield problem("the title or the director is missing")
    if not is_number_in(row["year"], YEARS):
        yield problem(f"impossible year: {row['year']}")
    if not is_number_in(row["minutes"], MINUTES):
        yield problem(f"impossible minutes: {row['minutes']}")
    if row["imdb"] and not IMDB_ID.fullmatch(row["imdb"]):
        yield problem(f"malformed IMDb id: {row['imdb']}")
    if row["tier"] not in TIERS:
        yield problem(f"no such tier: {row['tier']}")
    yield from map(problem, untidy_texts(row))


def untidy_texts(row):
    for field in ("title", "directors", "other_titles"):
        parts = row[field].split("; ") if field != "title" else [row[field]]
        if any(part != " ".join(part.split()) or ";" in part for part in parts):
            yield f"untidy spaces or semicolons in {field}"
        if len({fold(part) for part in parts}) < len(parts):
            yield f"the same twice in {field}"
    if fold(row["title"]) in map(fold, row["other_titles"].split("; ")):
        yield "its title is among its other titles"


def is_number_in(text, allowed):
    return text.isascii() and text.isdigit() and int(text) in allowed


def source_problems(source):
    """What corrections or a newer version of the source may have broken."""
    for film in source:
        fits = film["year"] in YEARS and (not film["minutes"] or film["minutes"] in MINUTES)
        if not (fits and IMDB_ID.fullmatch(film["imdb"])):
            yield f"movies.db: {film['title']}: impossible: {film['year']}, {film['imdb']}"


def repeated_ids(source, well_known):
    owners = {}
    for film in [*source, *well_known]:
        imdb, name = film["imdb"], f"{film['title']} ({film['year']})"
        if imdb and imdb in owners:
            yield f"{place(film)}: {imdb} is both {owners[imdb]} and {name}"
        owners[imdb] = name


def repeated_films(source, well_known):
    """Two films of one title in one year exist; they may stand in the source, where both have
    ids. A row written by hand that the source has with that year, or one next to it, is taken
    for the same film."""
    source_keys = set(map(film_key, source))
    rows = {}
    for row in well_known:
        title, year = row_key(row)
        if any((title, near) in source_keys for near in (year - 1, year, year + 1)):
            yield f"{row['place']}: {row['title']} ({year}) is in movies.db"
        if (title, year) in rows:
            yield f"{row['place']}: {row['title']} ({year}) is also at {rows[title, year]}"
        rows[title, year] = row["place"]


def unknown_films(source, rows):
    counts = Counter(map(film_key, source))
    for row in rows:
        count = counts[row_key(row)]
        if count != 1:
            found = "could be several films" if count else "is not in movies.db"
            yield f"{row['place']}: {row['title']} ({row['year']}) {found}"


def repeated_rows(rows):
    counts = Counter(map(row_key, rows))
    for row in rows:
        if counts[row_key(row)] > 1:
            yield f"{row['place']}: {row['title']} ({row['year']}) has another row"


def other_title_problems(rows):
    for row in rows:
        if not row["other_titles"]:
            yield f"{row['place']}: {row['title']}: no other title"
        texts = untidy_texts({**row, "directors": ""})
        yield from (f"{row['place']}: {row['title']}: {text}" for text in texts)


def film_key(film):
    return fold(film["title"]), film["year"]


def row_key(row):
    year = int(row["year"]) if is_number_in(row["year"], YEARS) else 0
    return fold(row["title"]), year


def place(film):
    return film.get("place", "movies.db")
