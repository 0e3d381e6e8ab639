"""telling people."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "campus_campaigns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column(
            "fields",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column(
            "audience",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("source", sa.String(), server_default="", nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("after_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["after_id"], ["campus_campaigns.id"], name=op.f("fk_campus_campaigns_after_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["campus_people.id"], name=op.f("fk_campus_campaigns_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["campus_people.id"], name=op.f("fk_campus_campaigns_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_campaigns")),
    )
    op.create_index(op.f("ix_campus_campaigns_stage"), "campus_campaigns", ["stage"], unique=False)
    op.create_table(
        "campus_mutes",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_campus_mutes_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "notice", name=op.f("pk_campus_mutes")),
    )
    op.create_table(
        "campus_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column(
            "fields",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campus_campaigns.id"], name=op.f("fk_campus_messages_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_messages")),
    )
    op.create_index(
        op.f("ix_campus_messages_campaign_id"), "campus_messages", ["campaign_id"], unique=False
    )
    op.create_table(
        "campus_deliveries",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("who", sa.String(), nullable=True),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), server_default="", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("told_as", sa.String(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("into_id", sa.BigInteger(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["campus_messages.id"], name=op.f("fk_campus_deliveries_message_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_campus_deliveries_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["who"], ["campus_followers.who"], name=op.f("fk_campus_deliveries_who")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_deliveries")),
        sa.UniqueConstraint(
            "message_id", "person_id", name=op.f("uq_campus_deliveries_message_id_person_id")
        ),
        sa.UniqueConstraint("message_id", "who", name=op.f("uq_campus_deliveries_message_id_who")),
    )
    op.create_index(
        "ix_campus_deliveries_due",
        "campus_deliveries",
        ["rank", "due_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
    )
    op.create_index(
        "ix_campus_deliveries_outcome",
        "campus_deliveries",
        ["message_id", "state", "reason"],
        unique=False,
    )
    op.create_index(
        op.f("ix_campus_deliveries_person_id_id"),
        "campus_deliveries",
        ["person_id", "id"],
        unique=False,
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_campus_deliveries_told_as"),
        "campus_deliveries",
        ["told_as"],
        unique=False,
        postgresql_where=sa.text("told_as IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_campus_deliveries_who_id"),
        "campus_deliveries",
        ["who", "id"],
        unique=False,
        postgresql_where=sa.text("who IS NOT NULL"),
    )


def downgrade() -> None:
    raise NotImplementedError("what was recorded is not thrown away: restore a backup")
