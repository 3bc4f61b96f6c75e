"""Reads the films of `movies.db`, and mends what is wrong in it.

What we found in it, and what we make of it:

- Every row has a title, a year, an IMDb id, and a Wikidata id, which is the number of the row.
- All rows are films. The few long series among them, such as *Out 1*, are logged as films
  elsewhere too, and so are short films. All stay.
- Some titles end in what tells articles of an encyclopedia apart: *Faust (2011 film)*.
- Directors, genres and countries are joined by commas. A `Jr.` belongs to the name before it.
- There are no actors here: nothing in the program shows or searches them.
- The countries of some films are states of their day under their full names.
- Two versions of a film have the IMDb id of another film. They are left out.
- Whatever else we know to be wrong stands in `corrections.csv`.
"""

import csv
import re
import sqlite3

FILMS = """
    SELECT ID, imdbID, Title, Year, Runtime, Genre, Director, Country, Reviews, BoxOffice
    FROM omdb LEFT JOIN tomatoes USING (ID)
"""

ARTICLE_SUFFIX = re.compile(r" \((?:\d{4} )?film\)$")

# The program has other names for these, in `app/src/catalog/sources/genres.rs`.
GENRES = {"Sci-Fi": "Science Fiction"}

COUNTRIES = {
    "British Hong Kong": "Hong Kong",
    "Georgian SSR": "Soviet Union",
    "Kingdom of Great Britain": "United Kingdom",
    "Kingdom of Italy": "Italy",
    "Kingdom of the Netherlands": "Netherlands",
    "Occupied Palestinian territory": "Palestine",
    "People's Republic of China": "China",
    "Republic of China": "Taiwan",
    "Socialist Federal Republic of Yugoslavia": "Yugoslavia",
    "Taiwan Island": "Taiwan",
    "The Bahamas": "Bahamas",
    "Wales": "United Kingdom",
}

# *Apocalypse Now Redux* and *Captain Mike Across America*.
OTHER_VERSIONS = {3620669, 5036736}

NUMBERS = {"year", "minutes", "reviews"}
CORRECTABLE = NUMBERS | {"title", "directors"}

# The program keeps no more.
MAX_DIRECTORS = 10


def read_source(path, corrections_path):
    """Returns the films, the most popular first."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    rows = [row for row in database.execute(FILMS) if row["ID"] not in OTHER_VERSIONS]
    films = [source_film(row) for row in rows]
    correct(films, corrections_path)
    films.sort(key=popularity)
    return [without_popularity(film) for film in films]


def source_film(row):
    return {
        "title": ARTICLE_SUFFIX.sub("", row["Title"].strip()),
        "year": row["Year"],
        "directors": split_names(row["Director"])[:MAX_DIRECTORS],
        "minutes": int(row["Runtime"] or 0),
        "genres": renamed(split_names(row["Genre"]), GENRES),
        "countries": renamed(split_names(row["Country"]), COUNTRIES),
        "imdb": row["imdbID"],
        "wikidata": f"Q{row['ID']}",
        "reviews": row["Reviews"] or 0,
        "box_office": row["BoxOffice"] or 0,
    }


def split_names(joined):
    names = []
    for name in (joined or "").split(", "):
        if name == "Jr." and names:
            names[-1] += " Jr."
        elif name and name not in names:
            names.append(name)
    return names


def renamed(names, new_names):
    """Without duplicates, since two old names may become the same."""
    return list(dict.fromkeys(new_names.get(name, name) for name in names))


def correct(films, path):
    by_imdb = {film["imdb"]: film for film in films}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            film, field, value = by_imdb.get(row["imdb"]), row["field"], row["value"]
            if film is None or field not in CORRECTABLE:
                raise SystemExit(f"corrections.csv: nothing to correct: {row['imdb']} {field}")
            film[field] = corrected(field, value)


def corrected(field, value):
    if field in NUMBERS:
        return int(value or 0)
    return value.split("; ") if field == "directors" else value


def popularity(film):
    """Most reviews first, then the highest takings. Newer films and lower ids break ties."""
    number = int(film["wikidata"][1:])
    return -film["reviews"], -film["box_office"], -film["year"], number


def without_popularity(film):
    return {field: film[field] for field in film if field not in ("reviews", "box_office")}
