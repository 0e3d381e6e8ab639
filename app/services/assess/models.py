"""Teams and who is in them, schemes and their versions, month ends and what came of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Date,
    DateTime,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base
from app.services.assess.rules import Step, Verdict

PERSON = "campus_people.id"


class Scheme(Base):
    """A scheme by name; `unit` None: for the whole department. What it says is in its versions."""

    __tablename__ = "assess_schemes"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    unit: Mapped[str | None]


class Version(Base):
    """A text that was read without a fault. `kinds` are those it may name, as they were then:
    {name: [title, amount, private]}. `tried_at`: it was run over a past month. `used_from`: the
    month from which it counts, its first day; None: not in use.
    """

    __tablename__ = "assess_versions"
    __table_args__ = (
        UniqueConstraint("scheme_id", "number"),
        UniqueConstraint("scheme_id", "used_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("assess_schemes.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    kinds: Mapped[dict[str, list[Any]]] = mapped_column(JSONB)
    by_id: Mapped[int | None] = mapped_column(ForeignKey(PERSON))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    tried_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    used_from: Mapped[date | None] = mapped_column(Date)


class Team(Base):
    """People who are assessed together, of a unit, with a leader and a scheme."""

    __tablename__ = "assess_teams"
    __table_args__ = (Index(None, "unit"), Index(None, "leader_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    unit: Mapped[str]
    leader_id: Mapped[int | None] = mapped_column(ForeignKey(PERSON))
    scheme_id: Mapped[int | None] = mapped_column(ForeignKey("assess_schemes.id"))
    gone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Stay(Base):
    """Somebody is in a team from `since` until the day before `until`; never in two at once.

    `base_fen`: base pay of a whole month.
    """

    __tablename__ = "assess_stays"
    __table_args__ = (
        Index(None, "team_id", "since"),
        ExcludeConstraint(
            (func.int4range(text("person_id"), text("person_id"), text("'[]'")), "&&"),
            (func.daterange(text("since"), text("until")), "&&"),
            name="ex_assess_stays_once", using="gist",
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("assess_teams.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey(PERSON))
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    base_fen: Mapped[int] = mapped_column(default=0)


class Run(Base):
    """The month end of a team. `month` is its first day; `step` goes on by conditional statements
    alone. `until`: so long everybody may object. Once it is locked, a trigger lets nothing of it
    be changed.
    """

    __tablename__ = "assess_runs"
    __table_args__ = (
        UniqueConstraint("team_id", "month"),
        Index("ix_assess_runs_open", "until", postgresql_where=text("step = 'open'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("assess_teams.id"))
    month: Mapped[date] = mapped_column(Date)
    version_id: Mapped[int] = mapped_column(ForeignKey("assess_versions.id"))
    step: Mapped[str] = mapped_column(default=Step.COUNTING)
    bonus_fen: Mapped[int] = mapped_column(default=0)
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey(PERSON))
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    counted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    opened_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey(PERSON))
    approved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    locked_by_id: Mapped[int | None] = mapped_column(ForeignKey(PERSON))
    locked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Outcome(Base):
    """What came out for one person: `counted` by the scheme, and with corrections `points`, in
    hundredths. `days` of the `of` of the month; `base_fen` a whole month's pay; `pay_fen` and
    `bonus_fen` since the head approved. `detail`: the parts with items and lines, as
    `outcomes.told` wrote them.
    """

    __tablename__ = "assess_results"
    __table_args__ = (Index(None, "person_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("assess_runs.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(PERSON), primary_key=True)
    counted: Mapped[int]
    points: Mapped[int]
    days: Mapped[int]
    of: Mapped[int]
    base_fen: Mapped[int]
    pay_fen: Mapped[int | None]
    bonus_fen: Mapped[int | None]
    detail: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class Used(Base):
    """A fact that a month counted, so that no later month counts it again."""

    __tablename__ = "assess_used"

    fact_id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("assess_runs.id"), primary_key=True, index=True)


class Objection(Base):
    """Somebody says that an item (or, without one, the whole) is wrong; and what was decided."""

    __tablename__ = "assess_objections"
    __table_args__ = (
        Index(None, "run_id", "person_id"),
        Index("uq_assess_objections_asked", "run_id", "person_id", "item", unique=True,
              postgresql_where=text("state = 'asked'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("assess_runs.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey(PERSON))
    item: Mapped[str] = mapped_column(default="")
    words: Mapped[str]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    state: Mapped[str] = mapped_column(default=Verdict.ASKED)
    answer: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(PERSON))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Correction(Base):
    """Points (hundredths) added to what was counted, and why: of an objection, or by itself."""

    __tablename__ = "assess_corrections"
    __table_args__ = (Index(None, "run_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("assess_runs.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey(PERSON))
    objection_id: Mapped[int | None] = mapped_column(ForeignKey("assess_objections.id"))
    item: Mapped[str] = mapped_column(default="")
    points: Mapped[int]
    reason: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey(PERSON))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Mark(Base):
    """A month's mark (hundredths) for an item: of one member by the leader, of a whole team by
    another team (`from_team_id`) or by another unit (`from_unit`). Given again, the newer holds.
    """

    __tablename__ = "assess_marks"
    __table_args__ = (
        UniqueConstraint(
            "month", "team_id", "item", "person_id", "from_team_id", "from_unit",
            postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(Date)
    team_id: Mapped[int] = mapped_column(ForeignKey("assess_teams.id"))
    item: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey(PERSON))
    from_team_id: Mapped[int | None] = mapped_column(ForeignKey("assess_teams.id"))
    from_unit: Mapped[str | None]
    points: Mapped[int]
    words: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey(PERSON))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Note(Base):
    """Something of discipline or ethics that happened on a day, with points (hundredths)."""

    __tablename__ = "assess_notes"
    __table_args__ = (Index(None, "person_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(PERSON))
    item: Mapped[str]
    points: Mapped[int]
    day: Mapped[date] = mapped_column(Date)
    why: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey(PERSON))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
