#!/usr/bin/env python3
"""Runs Lighthouse on pages of the demo, as a slow phone, and prints the results.

    run.py SERVER LIGHTHOUSE [--runs N] [--keep FOLDER]

SERVER is the binary, and LIGHTHOUSE the folder that Lighthouse is installed in. The table has
the medians of the runs. The exit status is 0 if every page reaches its goals. --keep saves the
reports in FOLDER. On a busy machine the figures say little.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent))
from demo import demo  # noqa: E402

AIM = 98
TRIES = 3
CATEGORIES = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best-practices": "best practices",
    "seo": "SEO",
}
# The most telling of the metrics behind the categories.
METRICS = {
    "first-contentful-paint": "first paint, ms",
    "largest-contentful-paint": "largest paint, ms",
    "total-blocking-time": "blocked, ms",
    "cumulative-layout-shift": "shift",
}
CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def look(lighthouse, address, headers, report):
    """Runs Lighthouse once, and returns its report, which is also saved to `report`."""
    command = [
        "node",
        str(lighthouse / "node_modules/lighthouse/cli/index.js"),
        address,
        "--quiet",
        "--no-enable-error-reporting",
        "--form-factor=mobile",
        "--output=json",
        f"--output-path={report}",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags={' '.join(CHROMIUM)}",
        f"--extra-headers={json.dumps(headers)}",
    ]
    environment = {"CHROME_PATH": "/usr/bin/chromium", **os.environ}
    # Sometimes Chromium does not start, or loses the page.
    for _ in range(TRIES):
        ended = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True)
        if ended.returncode == 0:
            found = json.loads(report.read_text())
            if "runtimeError" not in found:
                return found
        print(f"retrying: {address}", file=sys.stderr)
    raise SystemExit(f"{address}: {ended.stderr}")


def weight(report):
    """Returns the transferred KB, without posters."""
    requests = report["audits"]["network-requests"]["details"]["items"]
    sizes = [each["transferSize"] for each in requests if "/posters/" not in each["url"]]
    return sum(sizes) / 1000


def wrong(report, categories):
    """Yields the audits of these categories that failed."""
    audits = report["audits"]
    for category in categories:
        for each in report["categories"][category]["auditRefs"]:
            audit = audits[each["id"]]
            if each["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                yield f"{audit['id']} {audit.get('displayValue', '')}".strip()


def measure(page, reports):
    """Returns a row of the table, and the categories in which the page misses its goal."""
    name, is_public = page
    cells, low = [], []
    for category, words in CATEGORIES.items():
        if category == "seo" and not is_public:
            cells.append("–")
            continue
        score = statistics.median(each["categories"][category]["score"] for each in reports)
        score = round(score * 100)
        cells.append(str(score))
        if score < AIM:
            low.append(category)
    for metric in METRICS:
        value = statistics.median(each["audits"][metric]["numericValue"] for each in reports)
        cells.append(f"{value:.3f}" if metric.endswith("shift") else f"{value:.0f}")
        if metric.endswith("shift") and value > 0:
            low.append("performance")
    cells.append(f"{statistics.median(map(weight, reports)):.1f}")
    return f"| {name} | {' | '.join(cells)} |", low


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("server")
    arguments.add_argument("lighthouse", type=pathlib.Path)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--keep", type=pathlib.Path)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as gone:
        folder = options.keep or pathlib.Path(gone)
        folder.mkdir(parents=True, exist_ok=True)
        return run(options, folder)


def run(options, folder):
    heads = ["page", *CATEGORIES.values(), *METRICS.values(), "KB without posters"]
    lines = [f"| {' | '.join(heads)} |", "|---|" + "---:|" * (len(heads) - 1)]
    below = []
    with demo(options.server) as shown:
        signed_in = {"Cookie": shown.session()}
        pages = {
            ("`/`", True): ("/", {}),
            ("a movie", True): (shown.movie("Stalker"), {}),
            ("films of a diary", True): ("/users/matinee?view=films", {}),
            ("history of a diary", True): ("/users/matinee?view=history", {}),
            ("trends of a diary", True): ("/users/matinee?view=trends", {}),
            # Search engines must not index this page, so it has no SEO score.
            ("`/reviews/new`, member", False): ("/reviews/new", signed_in),
        }
        for number, (page, (path, headers)) in enumerate(pages.items()):
            reports = [
                look(options.lighthouse, shown.address + path, headers, folder / f"{number}-{run}.json")
                for run in range(options.runs)
            ]
            line, low = measure(page, reports)
            lines.append(line)
            if low:
                faults = sorted({fault for each in reports for fault in wrong(each, low)})
                below.append(f"below {AIM}: {page[0]} in {', '.join(low)}: {', '.join(faults)}")
    version = reports[0]["lighthouseVersion"]
    agent = reports[0]["environment"]["hostUserAgent"]
    chromium = agent.split("Chrome/")[1].split(".")[0]
    # Lighthouse's rating of the machine. Below 1,000 it is slow or busy.
    speed = reports[0]["environment"]["benchmarkIndex"]
    print(f"\nLighthouse {version}, Chromium {chromium}, median of {options.runs} runs, machine {speed:.0f}\n")
    print("\n".join(lines + [""] + (below or [f"nothing is below {AIM}"])))
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
