"""`python -m app.sandbox --port 8100 --callback http://127.0.0.1:8000/wechat`."""

from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
import uvicorn

from app.sandbox.server import create_app
from app.sandbox.settings import Settings


class _Server(uvicorn.Server):
    """Lets open event streams end by themselves, so that Ctrl-C does not wait for browsers."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        app: Any = self.config.app
        app.state.platform.stop()
        super().handle_exit(sig, frame)


def main(
    *,
    port: Annotated[int, typer.Option(help="Port of the phone and the API.")] = 8100,
    callback: Annotated[str | None, typer.Option(help="The account's callback URL.")] = None,
    mode: Annotated[str | None, typer.Option(help="plain, compatible or safe.")] = None,
    body_format: Annotated[str | None, typer.Option(help="xml or json.")] = None,
    assets: Annotated[Path | None, typer.Option(help="Where npm put weui.")] = None,
    state: Annotated[Path | None, typer.Option(help="File that keeps followers and menu.")] = None,
) -> None:
    """Run the local stand-in for the WeChat platform, for development only."""
    given = {
        "callback_url": callback, "mode": mode, "body_format": body_format,
        "assets_dir": assets, "state_file": state, "public_url": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    app = create_app(Settings(**chosen))
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=3
    )
    _Server(config).run()


if __name__ == "__main__":
    typer.run(main)
