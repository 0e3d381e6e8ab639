"""telling people."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "campus_releases",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("cover_id", sa.Integer(), nullable=False),
        sa.Column("publish", sa.Boolean(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column(
            "pictures",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("media_id", sa.String(), server_default="", nullable=False),
        sa.Column("publish_id", sa.String(), server_default="", nullable=False),
        sa.Column("article_id", sa.String(), server_default="", nullable=False),
        sa.Column("url", sa.String(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_campus_releases")),
    )
    op.create_index(
        op.f("ix_campus_releases_publish_id"), "campus_releases", ["publish_id"], unique=False
    )
    op.create_table(
        "gateway_credits",
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("template_id", sa.String(), nullable=False),
        sa.Column("left_over", sa.Integer(), nullable=False),
        sa.CheckConstraint("left_over >= 0", name=op.f("ck_gateway_credits_not_below_zero")),
        sa.PrimaryKeyConstraint("who", "template_id", name=op.f("pk_gateway_credits")),
    )
    op.create_table(
        "gateway_paces",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_minute", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("in_day", sa.Integer(), nullable=False),
        sa.Column("stopped_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calm_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_gateway_paces")),
    )
    op.create_table(
        "gateway_receipts",
        sa.Column("told_as", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("told_as", name=op.f("pk_gateway_receipts")),
    )
    op.create_index(op.f("ix_gateway_receipts_at"), "gateway_receipts", ["at"], unique=False)
    op.create_table(
        "gateway_templates",
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("template_id", sa.String(), nullable=False),
        sa.Column(
            "keywords",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("title", sa.String(), server_default="", nullable=False),
        sa.Column(
            "titles",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("notice", "channel", name=op.f("pk_gateway_templates")),
    )
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
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("optional", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "counts",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
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
    op.create_index(
        op.f("ix_campus_campaigns_after_id"), "campus_campaigns", ["after_id"], unique=False
    )
    op.create_index(op.f("ix_campus_campaigns_stage"), "campus_campaigns", ["stage"], unique=False)
    op.create_index(
        "uq_campus_campaigns_source",
        "campus_campaigns",
        ["source"],
        unique=True,
        postgresql_where=sa.text("source <> '' AND stage <> 'cancelled'"),
    )
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
        "outages_outages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "ends_at > starts_at", name=op.f("ck_outages_outages_ends_after_it_starts")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["campus_people.id"], name=op.f("fk_outages_outages_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outages_outages")),
    )
    op.create_index(
        op.f("ix_outages_outages_ends_at"), "outages_outages", ["ends_at"], unique=False
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
        "news_articles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("markup", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("cover_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cover_id"], ["campus_uploads.id"], name=op.f("fk_news_articles_cover_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_articles")),
    )
    op.create_index(
        op.f("ix_news_articles_published_at_id"),
        "news_articles",
        ["published_at", "id"],
        unique=False,
    )
    op.create_table(
        "outages_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outage_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["building_id"], ["campus_buildings.id"], name=op.f("fk_outages_places_building_id")
        ),
        sa.ForeignKeyConstraint(
            ["outage_id"], ["outages_outages.id"], name=op.f("fk_outages_places_outage_id")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["campus_rooms.id"], name=op.f("fk_outages_places_room_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outages_places")),
    )
    op.create_index(
        op.f("ix_outages_places_outage_id"), "outages_places", ["outage_id"], unique=False
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
    op.create_table(
        "news_pictures",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["news_articles.id"], name=op.f("fk_news_pictures_article_id")
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["campus_uploads.id"], name=op.f("fk_news_pictures_upload_id")
        ),
        sa.PrimaryKeyConstraint("article_id", "upload_id", name=op.f("pk_news_pictures")),
    )
    op.create_index(
        op.f("ix_news_pictures_upload_id"), "news_pictures", ["upload_id"], unique=False
    )
    op.create_index(op.f("ix_campus_bindings_at"), "campus_bindings", ["at"], unique=False)
    op.create_index(
        op.f("ix_campus_followers_joined_at"), "campus_followers", ["joined_at"], unique=False
    )
    op.create_index(
        op.f("ix_campus_followers_tags"),
        "campus_followers",
        ["tags"],
        unique=False,
        postgresql_using="gin",
    )
    op.add_column(
        "electricity_meters", sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index("ix_gateway_messages_who", "gateway_messages", ["who", "at"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("what was recorded is not thrown away: restore a backup")
