"""Stand-in counters at the doors of the bathhouses: they push figures as real ones would.

    PUSH_TOKEN=… python -m app.sandbox.counters --to http://127.0.0.1:8000/api/bath/counts

Each minute every house and sex gets a believable figure for the hour, until stopped.
"""

import argparse
import contextlib
import math
import os
import random
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx

# House and how many shower heads each sex has there: the demo campus.
HEADS = {
    "南苑浴室": {"男": 168, "女": 176},
    "东苑浴室": {"男": 128, "女": 136},
    "北苑浴室": {"男": 96, "女": 112},
}
EVERY = 60.0  # seconds
BUSIEST = 21  # o'clock


def figures(now: datetime, noise: random.Random) -> list[dict[str, object]]:
    """What every counter would say at `now`: the body of one push."""
    crowd = math.exp(-(((now.hour + now.minute / 60 - BUSIEST) / 2.5) ** 2))
    found: list[dict[str, object]] = []
    for house, sides in HEADS.items():
        for sex, total in sides.items():
            taken = total * min(0.1 + 0.8 * crowd + noise.uniform(-0.05, 0.05), 1)
            found.append(
                {"house": house, "sex": sex, "free": total - round(taken), "total": total,
                 "water": "hot" if crowd < 0.9 else "warm", "at": now.isoformat()}
            )  # fmt: skip
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", required=True)
    options = parser.parse_args()
    noise = random.Random()  # noqa: S311 - figures for a demo
    headers = {"authorization": f"Bearer {os.environ['PUSH_TOKEN']}"}
    with httpx.Client(headers=headers, timeout=5) as http:
        while True:
            now = datetime.now(ZoneInfo("Asia/Shanghai"))
            with contextlib.suppress(httpx.HTTPError):
                http.post(options.to, json=figures(now, noise))
            time.sleep(EVERY)


if __name__ == "__main__":
    main()
