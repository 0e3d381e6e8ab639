"""An application with slow, writing and failing handlers, for tests that start real servers."""

import asyncio
import os

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.chat import Ask, Chat
from app.kit.errors import Conflict
from app.kit.service import Service
from app.main import create_app

chat = Chat()


@chat.match(r"慢 (?P<seconds>[\d.]+)")
async def slow(seconds: str, db: AsyncSession) -> str:
    await db.execute(text("INSERT INTO runs VALUES (:pid)").bindparams(pid=os.getpid()))
    await asyncio.sleep(float(seconds))
    count = await db.scalar(text("SELECT count(*) FROM runs"))
    return f"第 {count} 次执行"


@chat.say("几点")
def clock(ask: Ask) -> str:
    return ask.now.isoformat()


@chat.say("拒绝")
async def refuse(db: AsyncSession) -> str:
    await db.execute(text("INSERT INTO runs VALUES (0)"))
    raise Conflict("4号床刚被选走，6号床下铺还空着")


@chat.say("出错")
async def broken(db: AsyncSession) -> str:
    await db.execute(text("INSERT INTO runs VALUES (0)"))
    raise RuntimeError("a bug")


@chat.say("崩")
def broken_quickly() -> str:
    raise RuntimeError("a bug")


services = {"slow": Service("慢", chat=chat)}


def create() -> FastAPI:
    return create_app(services=services)
