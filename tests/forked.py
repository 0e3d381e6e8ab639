"""The command line in processes that need not import it first: each forks from one that has."""

import multiprocessing
import os
import sys
from pathlib import Path
from subprocess import CompletedProcess


def run(words: tuple[str, ...], env: dict[str, str], folder: Path) -> CompletedProcess[str]:
    """What `weihouqin <words>` did in a process of its own; `folder` takes what it says."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["app.cli", "tests.forked"])
    said = folder / "stdout", folder / "stderr"
    process = context.Process(target=_command, args=(words, env, *map(str, said)))
    process.start()
    process.join(60)
    assert process.exitcode is not None, f"{words} did not end"
    out, err = (path.read_text("utf-8") for path in said)
    return CompletedProcess(words, process.exitcode, out, err)


def _command(words: tuple[str, ...], env: dict[str, str], out: str, err: str) -> None:
    for path, number in ((out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = ["weihouqin", *words]
    os.environ.clear()
    os.environ.update(env)
    from app.cli import main  # noqa: PLC0415 - it is there already, where this was forked from

    main()
