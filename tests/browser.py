"""A real phone browser for tests: `async with open_page(app, "/h5/bus", dark=True) as page:`."""

import atexit
import contextlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.async_playwright import (  # type: ignore[import-untyped]  # no stubs
    Axe,
)
from playwright.async_api import Browser, Page, async_playwright

# As Playwright starts its own: nothing sleeps in the background, Back loads anew.
ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-back-forward-cache", "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
    "--disable-ipc-flooding-protection", "--disable-dev-shm-usage", "--disable-popup-blocking",
    "--force-color-profile=srgb", "--hide-scrollbars", "--mute-audio", "--password-store=basic",
]  # fmt: skip
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# White on WeUI's green, kept because it is WeChat's own button (ui guide, Accessibility).
KNOWN = ("color-contrast", "weui-btn_primary")


@contextlib.contextmanager
def serve(app: Any) -> Iterator[str]:
    """An ASGI app on a free port, in a thread; yields its address, no slash at the end."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.started, "the app did not start; see the log"
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


@lru_cache
def _debugged(path: str) -> str:
    """Where the one Chromium of this test process listens; it ends with the process."""
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    command = [path, "--headless=new", *ARGS, "--remote-debugging-port=0",
               f"--user-data-dir={folder.name}"]  # fmt: skip
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for end in (folder.cleanup, process.wait, process.kill):  # the last one first
        atexit.register(end)
    written = Path(folder.name) / "DevToolsActivePort"
    deadline = time.monotonic() + 30
    while not (written.exists() and len(lines := written.read_text().split()) == 2):
        assert process.poll() is None, "Chromium ended"
        assert time.monotonic() < deadline, "Chromium did not start"
        time.sleep(0.02)
    return f"ws://127.0.0.1:{lines[0]}{lines[1]}"


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium, one for all tests; where there is none, the test is skipped.

    A context is a browser of its own: nothing is shared but the process.
    """
    if (path := shutil.which("chromium")) is None:
        pytest.skip("no chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(_debugged(path))
        try:
            yield browser
        finally:
            for context in browser.contexts[1:]:  # the first is the process's own
                await context.close()
            await browser.close()


@contextlib.asynccontextmanager
async def open_page(
    app: Any, path: str, *, dark: bool = False, width: int = 390, care: bool = False
) -> AsyncIterator[Page]:
    """`path` of `app` on a phone `width`×844; `care` is the large type that a cookie keeps."""
    with serve(app) as address:
        async with chromium() as browser:
            context = await browser.new_context(
                viewport={"width": width, "height": 844},
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
                base_url=address,
                has_touch=True,
            )
            context.set_default_timeout(5000)
            if care:
                await context.add_cookies([{"name": "care", "value": "1", "url": address}])
            page = await context.new_page()
            await page.goto(path)
            yield page


async def faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, without the one known exception."""
    options = {"runOnly": {"type": "tag", "values": LEVELS}}
    found = (await Axe().run(page, options=options)).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:120]}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
        if not (rule["id"] == KNOWN[0] and KNOWN[1] in node["html"])
    ]


async def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the phone."""
    wide: int = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide
