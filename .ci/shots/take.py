#!/usr/bin/env python3
"""Takes the screenshots of the README and the manifest: of the demo, with Chromium.

    take.py SERVER [FOLDER]

SERVER is the binary. Without FOLDER, they replace the current ones. The demo's diaries are
the same each time, except that they end today.
"""

import base64
import json
import pathlib
import sys
import urllib.request

HERE = pathlib.Path(__file__).parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent))
from demo import MEMBER, demo, read_until, running, until  # noqa: E402

ROOT = HERE.parent.parent
DEVICES = {
    "phone": {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True},
    "desktop": {"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": False},
}
THEMES = ("light", "dark")
# The screenshots of the manifest are part of every binary, so they must be small.
MANIFEST = {("feed", "phone", "light"): "narrow.webp", ("feed", "desktop", "light"): "wide.webp"}
QUALITY = 82
LIGHTEST = 40
# Limits in bytes.
README_MOST = 120_000
MANIFEST_MOST = 70_000

COMMENT = "Three people walk into a meadow, and I held my breath for two hours."


class Browser:
    """A Chromium, controlled by the WebDriver protocol."""

    def __init__(self, port):
        self.session = f"http://127.0.0.1:{port}/session"
        options = {"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]}
        wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
        self.session += "/" + self.ask("", wanted)["sessionId"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        urllib.request.urlopen(urllib.request.Request(self.session, method="DELETE")).close()

    def ask(self, path, body):
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(self.session + path, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["value"]

    def tool(self, command, **parameters):
        """Runs a command of the Chrome DevTools Protocol."""
        return self.ask("/goog/cdp/execute", {"cmd": command, "params": parameters})

    def run(self, script, *values):
        return self.ask("/execute/sync", {"script": script, "args": values})

    def go(self, address):
        self.ask("/url", {"url": address})

    def until(self, condition):
        until(condition, lambda: self.run(f"return Boolean({condition})"))

    def keep(self, cookie):
        name, value = cookie.split("=", 1)
        self.ask("/cookie", {"cookie": {"name": name, "value": value}})

    def wear(self, device, theme):
        self.tool("Emulation.setDeviceMetricsOverride", **DEVICES[device])
        scheme = {"name": "prefers-color-scheme", "value": theme}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        self.tool("Emulation.setEmulatedMedia", features=[scheme, still])

    def picture(self, most):
        """Returns a screenshot as WebP, of at most `most` bytes."""
        # Wait for the visible posters, and remove the focus from any field.
        self.run("document.activeElement?.blur()")
        self.until(
            "[...document.images].every((image) => image.complete"
            " || image.getBoundingClientRect().top > innerHeight)"
        )
        for quality in range(QUALITY, LIGHTEST, -6):
            shot = self.tool("Page.captureScreenshot", format="webp", quality=quality)
            picture = base64.b64decode(shot["data"])
            if len(picture) <= most:
                return picture
        raise SystemExit(f"the screenshot has {len(picture)} bytes; at most {most} are allowed")


def feed(browser, address):
    browser.go(address + "/")


def log(browser, address):
    """Opens the review form in the log box, and fills it in."""
    browser.go(address + "/")
    browser.run(
        "const box = document.getElementById('q'); box.value = 'stalker';"
        "box.dispatchEvent(new Event('input', { bubbles: true }));"
    )
    browser.until("document.getElementById('suggestion-0')")
    browser.run("document.getElementById('suggestion-0').click()")
    browser.until("document.querySelector('form.review [name=rating]')")
    browser.run(
        "const form = document.querySelector('form.review');"
        "form.querySelector('[name=rating][value=\"4.5\"]').checked = true;"
        "form.elements.liked.checked = true; form.elements.comment.value = arguments[0];"
        "scrollTo(0, 0);",
        COMMENT,
    )


def movie(browser, address):
    """Opens the movie that the member has rated best."""
    browser.go(f"{address}/users/{MEMBER}?view=films&sort=rating")
    browser.go(browser.run("return document.querySelector('.film a').href"))


def history(browser, address):
    browser.go(f"{address}/users/{MEMBER}?view=history")


def trends(browser, address):
    browser.go(f"{address}/users/{MEMBER}?view=trends")


PAGES = {"phone": (feed, movie, history, trends), "desktop": (feed, log, movie, trends)}


def write(path, picture):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture)
    print(f"{path}: {len(picture) / 1000:.0f} KB")


def take(browser, shown, pictures, of_manifest):
    browser.go(shown.address + "/robots.txt")
    browser.keep(shown.session())
    for device in DEVICES:
        for theme in THEMES:
            browser.wear(device, theme)
            for visit in PAGES[device]:
                name = visit.__name__
                visit(browser, shown.address)
                write(pictures / f"{name}-{device}-{theme}.webp", browser.picture(README_MOST))
                if file := MANIFEST.get((name, device, theme)):
                    write(of_manifest / file, browser.picture(MANIFEST_MOST))


def main(server, folder):
    pictures = folder or ROOT / "docs/screenshots"
    of_manifest = folder or ROOT / "public/screenshots"
    with demo(server) as shown, running(["chromedriver", "--port=0"]) as driver:
        port = read_until(driver, r"started successfully on port (\d+)")
        with Browser(port) as browser:
            take(browser, shown, pictures, of_manifest)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(sys.argv[1], pathlib.Path(sys.argv[2]) if len(sys.argv) == 3 else None)
