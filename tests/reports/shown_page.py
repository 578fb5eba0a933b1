"""A page as a browser shows it."""

import os
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

SECONDS = 120  # for a browser on a loaded machine
OWNED = "<img src=x onerror=\"document.title='owned'\"></script><script>document.title='owned'</script>\x1b\u202e"


class Shown(HTMLParser):
    """What a browser made of the page: text by element id, and every element with its attributes."""

    def __init__(self, dom: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.title = ""
        self._texts: list[tuple[list[str], str]] = []
        self._open: list[tuple[str, str]] = []
        self.feed(dom)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if tag not in ("meta", "link", "input", "wbr", "br", "img"):
            self._open.append((tag, attributes.get("id") or ""))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        self._texts.append(([name for _, name in self._open], data))
        if self._open and self._open[-1][0] == "title" and not self.title:
            self.title = data

    def text(self, name: str) -> str:
        return " ".join(" ".join(data for names, data in self._texts if name in names).split())

    def classes(self) -> list[str]:
        return [attributes.get("class") or "" for _, attributes in self.elements]


def browse(page: Path, profile: Path, address: str, *options: str) -> bytes:
    assert BROWSER is not None
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--virtual-time-budget=20000",
        f"--user-data-dir={profile}",
        *options,
        page.as_uri() + address,
    ]
    environment = os.environ | {"HOME": str(profile)}
    done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True, cwd=profile, env=environment)
    return done.stdout


def shown(page: Path, profile: Path, address: str = "") -> Shown:
    return Shown(browse(page, profile, address, "--dump-dom").decode())
