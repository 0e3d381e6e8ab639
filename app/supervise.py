"""App, worker and sandbox as children of one command."""

import errno
import os
import socket
import subprocess
import sys
import threading
import time

import httpx
from honcho.manager import Manager

PATIENCE = 30.0  # seconds for the children to come up


def free_port(port: int, host: str = "127.0.0.1") -> bool:
    """True if `port` can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def supervise(port: int, phone_port: int, push_token: str) -> int:
    """Run until Ctrl-C or until one of them ends, which ends them all; the exit code."""
    python = f"{sys.executable} -m"
    manager = Manager()
    manager.add_process("app", f"exec {python} app.cli serve --port {port}")
    manager.add_process("worker", f"exec {python} app.cli work")
    callback = f"http://127.0.0.1:{port}/wechat"
    manager.add_process(
        "phone", f"exec {python} app.sandbox --port {phone_port} --callback {callback}"
    )
    counts = f"http://127.0.0.1:{port}/api/bath/counts"
    manager.add_process("counters", f"exec {python} app.sandbox.counters --to {counts}",
                        env={**os.environ, "PUSH_TOKEN": push_token})  # fmt: skip
    threading.Thread(target=_welcome, args=(port, phone_port), daemon=True).start()
    manager.loop()
    stopped_by_hand = manager.returncode in (130, 143, -2, -15)
    return 0 if stopped_by_hand else int(manager.returncode or 0)


def _welcome(port: int, phone_port: int) -> None:
    """When both answer: give the account its menu and the notices templates, say where to look."""
    phone = f"http://127.0.0.1:{phone_port}/"
    if not _up(f"http://127.0.0.1:{port}/readyz") or not _up(phone):
        return
    command = [sys.executable, "-m", "app.cli", "menu", "push"]
    pushed = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 our own
    mapped = [sys.executable, "-m", "app.cli", "menu", "templates"]
    subprocess.run(mapped, capture_output=True, check=False)  # noqa: S603 our own
    note = "" if pushed.returncode == 0 else "   (the menu could not be pushed: make doctor)\n"
    sys.stdout.write(
        f"\n   Phone: {phone}\n   Pages: http://127.0.0.1:{port}/h5/bus\n{note}"
        "   Ctrl-C stops everything.\n\n"
    )
    sys.stdout.flush()


def _up(url: str) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return True
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    return False
