"""What repairs are held against: FastAPI that inserts a row with a photo, and selects twenty.

Nobody is logged in, nothing is checked, told, clocked or dispatched. `/small` makes the photo
small as we do; `/orders` keeps the bytes that came.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, Form, UploadFile
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from app.campus.uploads.pictures import prepare

url = os.environ.get("DATABASE_URL", "postgresql://").replace("://", "+psycopg://", 1)
sessions = async_sessionmaker(create_async_engine(url, pool_size=10, max_overflow=0))
TABLE = """
CREATE TABLE IF NOT EXISTS bench_orders (id serial PRIMARY KEY, kind int, words text,
    photo bytea, at timestamptz NOT NULL DEFAULT now())
"""
INSERT = text("INSERT INTO bench_orders (kind, words, photo) VALUES (:kind, :words, :photo)"
              " RETURNING id")  # fmt: skip
SELECT = text("SELECT id, number, state, created_at FROM repairs_orders ORDER BY id DESC LIMIT 20")


@asynccontextmanager
async def _table(app: FastAPI) -> AsyncIterator[None]:
    async with sessions.begin() as db:
        await db.execute(text("SELECT pg_advisory_xact_lock(1)"))  # both workers begin at once
        await db.execute(text(TABLE))
    yield


app = FastAPI(lifespan=_table)


async def session() -> AsyncIterator[AsyncSession]:
    async with sessions.begin() as db:
        yield db


Db = Annotated[AsyncSession, Depends(session)]


@app.post("/orders")
async def keep(
    db: Db, kind: Annotated[int, Form()], words: Annotated[str, Form()], photos: UploadFile
) -> dict[str, int]:
    values = {"kind": kind, "words": words, "photo": await photos.read()}
    return {"id": (await db.execute(INSERT, values)).scalar_one()}


@app.post("/small")
async def small(
    db: Db, kind: Annotated[int, Form()], words: Annotated[str, Form()], photos: UploadFile
) -> dict[str, int]:
    made = await asyncio.to_thread(prepare, await photos.read())
    values = {"kind": kind, "words": words, "photo": made.jpeg}
    return {"id": (await db.execute(INSERT, values)).scalar_one()}


@app.get("/orders")
async def listed(db: Db) -> list[dict[str, object]]:
    return [dict(row._mapping) for row in await db.execute(SELECT)]
