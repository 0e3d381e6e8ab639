"""A worker process that knows the notices of these tests: run it as a module."""

import asyncio

from app.kit.service import Service
from app.settings import Settings
from app.worker import work
from tests.gateway.sending.platform import ORDERS, POWER

if __name__ == "__main__":
    services = {"repairs": Service("报修", notices=(POWER, ORDERS))}
    asyncio.run(work(Settings(_env_file=None), services))
