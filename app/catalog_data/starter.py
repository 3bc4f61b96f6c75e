#!/usr/bin/env python3
"""Writes the films of the starter catalog as JSON, the most popular first.

    python3 app/catalog_data/starter.py MOVIES.DB STARTER.JSON

The films come from `movies.db` (see `VENDORED.md` for where it is from), and from files written
by hand, which add what it lacks:

- `well_known.csv`: films of before 1940, films after 2014, and those between that are missing;
- `other_titles.csv`: original and other common titles of films in the source, which has only one
  title for each;
- `classics.csv`: films in the source that everybody knows, but whose few reviews from before the
  web would place them far behind;
- `corrections.csv`: see `source.py`.

The order is the rank. `movies.db` says how many critics reviewed a film, and these are spread
evenly among the others:

| films | | ranks |
|---|---|---|
| tier 1 | almost everyone has heard of it | 1 to 600 |
| classics | everyone has heard of it, too | 1 to 1,000 |
| tier 2 | well known | 601 to 3,000 |
| tier 3 | film lovers know it | 3,001 to 6,000 |

Within a tier, recent years and earlier decades take turns: the first film of each in the file, then
the second of each. When the files contradict each other, nothing is written.
"""

import csv
import hashlib
import json
import sys
from collections import Counter
from pathlib import Path

from check import contradictions, film_key, row_key
from source import read_source

HERE = Path(__file__).resolve().parent

# Of the file in `VENDORED.md`. Older versions have another licence.
SOURCE_SHA256 = "1d9c6a02e488d0354b2309e16130c58820a91ac2ce417e814c5964f9579a65ac"

# The ranks among which films are spread, counted from 0.
TIER_RANKS = {1: (0, 600), 2: (600, 3_000), 3: (3_000, 6_000)}
CLASSIC_RANKS = (0, 1_000)

# Before this year, most films are in the source, so that those written by hand are few.
FIRST_RECENT_YEAR = 2015


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    check_source(sys.argv[1])
    source = read_source(sys.argv[1], HERE / "corrections.csv")
    well_known = read_csv("well_known.csv")
    other_titles = read_csv("other_titles.csv")
    classics = read_csv("classics.csv")
    if problems := contradictions(source, well_known, other_titles, classics):
        raise SystemExit("\n".join(problems))
    add_other_titles(source, other_titles)
    films = ranked(source, classics, well_known)
    write(films, sys.argv[2])
    print(f"{len(films)} films")


def check_source(path):
    if hashlib.sha256(Path(path).read_bytes()).hexdigest() != SOURCE_SHA256:
        raise SystemExit(f"{path} is not the file that VENDORED.md describes")


def read_csv(name):
    """The rows of a file beside this one, each with its place."""
    with open(HERE / name, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        return [{**row, "place": f"{name}:{reader.line_num}"} for row in reader]


def add_other_titles(source, rows):
    films = {film_key(film): film for film in source}
    for row in rows:
        films[row_key(row)]["other_titles"] = split_list(row["other_titles"])


def ranked(source, classics, well_known):
    tiers = {tier: [] for tier in TIER_RANKS}
    for row in well_known:
        tiers[int(row["tier"])].append(hand_written_film(row))
    keys = set(map(row_key, classics))
    known = [film for film in source if film_key(film) in keys]
    others = [film for film in source if film_key(film) not in keys]
    groups = [(in_turns(films), TIER_RANKS[tier]) for tier, films in tiers.items()]
    return spread([*groups, (known, CLASSIC_RANKS)], others)


def spread(groups, others):
    """Gives the films of each group ranks at even distances, and the others what is left."""
    ranks = {}
    for films, (start, end) in groups:
        for number, film in enumerate(films):
            rank = start + number * (end - start) // len(films)
            while rank in ranks:
                rank += 1
            ranks[rank] = film
    rest = iter(others)
    count = len(ranks) + len(others)
    return [ranks[rank] if rank in ranks else next(rest) for rank in range(count)]


def in_turns(films):
    """The first film of each period, then the second of each."""
    counts = Counter()
    keys = []
    for number, film in enumerate(films):
        period = period_of(film["year"])
        keys.append((counts[period], number))
        counts[period] += 1
    return [films[number] for _, number in sorted(keys)]


def period_of(year):
    return year if year >= FIRST_RECENT_YEAR else year // 10


def hand_written_film(row):
    return {
        "title": row["title"],
        "other_titles": split_list(row["other_titles"]),
        "year": int(row["year"]),
        "directors": split_list(row["directors"]),
        "minutes": int(row["minutes"]),
        "imdb": row["imdb"],
    }


def split_list(joined):
    return [part for part in joined.split("; ") if part]


def write(films, path):
    """One film a line, without what is not known."""
    lines = [json.dumps(known_fields(film), ensure_ascii=False) for film in films]
    text = '{"films": [\n' + ",\n".join(lines) + "\n]}\n"
    Path(path).write_text(text, encoding="utf-8")


# The order of the fields in the file.
FIELDS = (
    "title other_titles year directors minutes genres countries imdb tmdb wikidata"
).split()


def known_fields(film):
    return {field: film[field] for field in FIELDS if film.get(field)}


if __name__ == "__main__":
    main()
