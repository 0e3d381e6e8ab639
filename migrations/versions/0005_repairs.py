"""repairs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "repairs_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_repairs_days")),
    )
    op.create_table(
        "repairs_kinds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("icon", sa.String(), nullable=False),
        sa.Column("trade", sa.String(), nullable=False),
        sa.Column("team", sa.String(), server_default="", nullable=False),
        sa.Column(
            "signs", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "questions",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("respond", sa.Integer(), nullable=False),
        sa.Column("arrive", sa.Integer(), nullable=False),
        sa.Column("finish", sa.Integer(), nullable=False),
        sa.Column("urgent_respond", sa.Integer(), nullable=False),
        sa.Column("urgent_arrive", sa.Integer(), nullable=False),
        sa.Column("urgent_finish", sa.Integer(), nullable=False),
        sa.Column("always", sa.Boolean(), nullable=False),
        sa.Column("free", sa.Boolean(), nullable=False),
        sa.Column("grab", sa.Boolean(), nullable=False),
        sa.Column("warranty", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_kinds")),
        sa.UniqueConstraint("name", name=op.f("uq_repairs_kinds_name")),
    )
    op.create_table(
        "repairs_phrases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_phrases")),
    )
    op.create_table(
        "repairs_stock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_repairs_stock_not_below_none")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_stock")),
        sa.UniqueConstraint("name", name=op.f("uq_repairs_stock_name")),
    )
    op.create_table(
        "repairs_prices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=True),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["repairs_kinds.id"], name=op.f("fk_repairs_prices_kind_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_prices")),
    )
    op.create_table(
        "repairs_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=False),
        sa.Column("spot", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("every > 0", name=op.f("ck_repairs_plans_every_so_often")),
        sa.ForeignKeyConstraint(
            ["building_id"], ["campus_buildings.id"], name=op.f("fk_repairs_plans_building_id")
        ),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["repairs_kinds.id"], name=op.f("fk_repairs_plans_kind_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_plans")),
    )
    op.create_index(op.f("ix_repairs_plans_next_on"), "repairs_plans", ["next_on"], unique=False)
    op.create_table(
        "campus_facts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column(
            "data",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_campus_facts_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_facts")),
        sa.UniqueConstraint(
            "source",
            "kind",
            "person_id",
            name=op.f("uq_campus_facts_source_kind_person_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_campus_facts_kind_at"), "campus_facts", ["kind", "at"], unique=False)
    op.create_index(
        op.f("ix_campus_facts_person_id_at"), "campus_facts", ["person_id", "at"], unique=False
    )
    op.create_table(
        "repairs_barred",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_repairs_barred_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_barred")),
    )
    op.create_index(
        op.f("ix_repairs_barred_person_id_until"),
        "repairs_barred",
        ["person_id", "until"],
        unique=False,
    )
    op.create_table(
        "repairs_leaves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["campus_people.id"], name=op.f("fk_repairs_leaves_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_repairs_leaves_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_leaves")),
    )
    op.create_index(
        op.f("ix_repairs_leaves_person_id_ends_at"),
        "repairs_leaves",
        ["person_id", "ends_at"],
        unique=False,
    )
    op.create_index(op.f("ix_repairs_leaves_state"), "repairs_leaves", ["state"], unique=False)
    op.create_table(
        "repairs_orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("sign", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column(
            "answers",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("spot", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("slot_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("slot_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key_with_keeper", sa.Boolean(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=True),
        sa.Column("contractor", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("respond_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrive_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finish_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_for", sa.String(), nullable=False),
        sa.Column("waiting_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stuck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code", sa.String(), server_default="", nullable=False),
        sa.Column("promised_for", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promise", sa.String(), nullable=False),
        sa.Column("escalated", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("urged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rework", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("charge", sa.Integer(), server_default="0", nullable=False),
        sa.Column("hidden", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint(
            "room_id IS NOT NULL OR building_id IS NOT NULL",
            name=op.f("ck_repairs_orders_has_place"),
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["campus_areas.id"], name=op.f("fk_repairs_orders_area_id")
        ),
        sa.ForeignKeyConstraint(
            ["building_id"], ["campus_buildings.id"], name=op.f("fk_repairs_orders_building_id")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_repairs_orders_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["repairs_kinds.id"], name=op.f("fk_repairs_orders_kind_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["repairs_orders.id"], name=op.f("fk_repairs_orders_merged_into_id")
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["campus_people.id"], name=op.f("fk_repairs_orders_reporter_id")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["campus_rooms.id"], name=op.f("fk_repairs_orders_room_id")
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["campus_people.id"], name=op.f("fk_repairs_orders_worker_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_repairs_orders_number")),
    )
    op.create_index(
        op.f("ix_repairs_orders_building_id_created_at"),
        "repairs_orders",
        ["building_id", "created_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_repairs_orders_created_at"), "repairs_orders", ["created_at"], unique=False
    )
    op.create_index(op.f("ix_repairs_orders_done_at"), "repairs_orders", ["done_at"], unique=False)
    op.create_index(
        "ix_repairs_orders_due",
        "repairs_orders",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text(
            "state IN ('accepted', 'offered', 'submitted', 'waiting', 'working')"
        ),
    )
    op.create_index(
        op.f("ix_repairs_orders_kind_id_created_at"),
        "repairs_orders",
        ["kind_id", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_repairs_orders_look",
        "repairs_orders",
        ["look_at"],
        unique=False,
        postgresql_where=sa.text(
            "state IN ('accepted', 'offered', 'submitted', 'waiting', 'working')"
        ),
    )
    op.create_index(
        op.f("ix_repairs_orders_merged_into_id"), "repairs_orders", ["merged_into_id"], unique=False
    )
    op.create_index(
        "ix_repairs_orders_open",
        "repairs_orders",
        ["state", "id"],
        unique=False,
        postgresql_where=sa.text(
            "state IN ('accepted', 'offered', 'submitted', 'waiting', 'working')"
        ),
    )
    op.create_index(
        "ix_repairs_orders_open_place",
        "repairs_orders",
        ["building_id", "room_id", "kind_id"],
        unique=False,
        postgresql_where=sa.text(
            "state IN ('accepted', 'offered', 'submitted', 'waiting', 'working')"
        ),
    )
    op.create_index(
        "ix_repairs_orders_promised",
        "repairs_orders",
        ["promised_for"],
        unique=False,
        postgresql_where=sa.text(
            "state IN ('accepted', 'offered', 'submitted', 'waiting', 'working') AND promised_for IS NOT NULL"
        ),
    )
    op.create_index(
        op.f("ix_repairs_orders_reporter_id_id"),
        "repairs_orders",
        ["reporter_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_repairs_orders_state_created_at"),
        "repairs_orders",
        ["state", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_repairs_orders_unclosed",
        "repairs_orders",
        ["done_at"],
        unique=False,
        postgresql_where=sa.text("state = 'done'"),
    )
    op.create_index(
        op.f("ix_repairs_orders_worker_id_done_at"),
        "repairs_orders",
        ["worker_id", "done_at"],
        unique=False,
    )
    op.create_index(
        "ix_repairs_orders_worker_open",
        "repairs_orders",
        ["worker_id", "id"],
        unique=False,
        postgresql_where=sa.text(
            "state IN ('accepted', 'offered', 'submitted', 'waiting', 'working')"
        ),
    )
    op.create_table(
        "repairs_saved",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_repairs_saved_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_saved")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_repairs_saved_person_id_name")),
    )
    op.create_table(
        "repairs_shifts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int4range(person_id, person_id, '[]')"), "&&"),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            using="gist",
            name="ex_repairs_shifts_once",
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_repairs_shifts_in_order")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_repairs_shifts_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_shifts")),
    )
    op.create_index(
        op.f("ix_repairs_shifts_starts_at_ends_at"),
        "repairs_shifts",
        ["starts_at", "ends_at"],
        unique=False,
    )
    op.create_table(
        "repairs_sweeps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column(
            "checklist",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["building_id"], ["campus_buildings.id"], name=op.f("fk_repairs_sweeps_building_id")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_repairs_sweeps_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_sweeps")),
    )
    op.create_table(
        "repairs_assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("share", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column(
            "reasons", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("rework", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_repairs_assignments_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["repairs_orders.id"], name=op.f("fk_repairs_assignments_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["campus_people.id"], name=op.f("fk_repairs_assignments_worker_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_assignments")),
    )
    op.create_index(
        "ix_repairs_assignments_now",
        "repairs_assignments",
        ["worker_id"],
        unique=False,
        postgresql_where=sa.text("state IN ('offered', 'accepted')"),
    )
    op.create_index(
        op.f("ix_repairs_assignments_order_id_id"),
        "repairs_assignments",
        ["order_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_repairs_assignments_unanswered",
        "repairs_assignments",
        ["answer_by"],
        unique=False,
        postgresql_where=sa.text("state = 'offered'"),
    )
    op.create_index(
        op.f("ix_repairs_assignments_worker_id_at"),
        "repairs_assignments",
        ["worker_id", "at"],
        unique=False,
    )
    op.create_index(
        "uq_repairs_assignments_lead",
        "repairs_assignments",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("leads AND state IN ('offered', 'accepted')"),
    )
    op.create_table(
        "repairs_chat_photos",
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["campus_uploads.id"],
            name=op.f("fk_repairs_chat_photos_upload_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_repairs_chat_photos")),
    )
    op.create_index(op.f("ix_repairs_chat_photos_at"), "repairs_chat_photos", ["at"], unique=False)
    op.create_table(
        "repairs_follows",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["repairs_orders.id"], name=op.f("fk_repairs_follows_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_repairs_follows_person_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "person_id", name=op.f("pk_repairs_follows")),
    )
    op.create_index(
        op.f("ix_repairs_follows_person_id"), "repairs_follows", ["person_id"], unique=False
    )
    op.create_table(
        "repairs_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.text("int4range(worker_id, worker_id, '[]')"), "&&"),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            using="gist",
            name="ex_repairs_hours_once",
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_repairs_hours_in_order")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["repairs_orders.id"], name=op.f("fk_repairs_hours_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["campus_people.id"], name=op.f("fk_repairs_hours_worker_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_hours")),
    )
    op.create_index(op.f("ix_repairs_hours_order_id"), "repairs_hours", ["order_id"], unique=False)
    op.create_index(
        op.f("ix_repairs_hours_worker_id_starts_at"),
        "repairs_hours",
        ["worker_id", "starts_at"],
        unique=False,
    )
    op.create_table(
        "repairs_materials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("stock_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_repairs_materials_some")),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_repairs_materials_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["repairs_orders.id"], name=op.f("fk_repairs_materials_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["stock_id"], ["repairs_stock.id"], name=op.f("fk_repairs_materials_stock_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_materials")),
        sa.UniqueConstraint("order_id", "key", name=op.f("uq_repairs_materials_order_id_key")),
    )
    op.create_index(
        op.f("ix_repairs_materials_order_id"), "repairs_materials", ["order_id"], unique=False
    )
    op.create_table(
        "repairs_photos",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("moment", sa.String(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("hidden", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["repairs_orders.id"], name=op.f("fk_repairs_photos_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["campus_uploads.id"], name=op.f("fk_repairs_photos_upload_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "upload_id", name=op.f("pk_repairs_photos")),
    )
    op.create_table(
        "repairs_postponements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_repairs_postponements_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["campus_people.id"],
            name=op.f("fk_repairs_postponements_decided_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["repairs_orders.id"], name=op.f("fk_repairs_postponements_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_postponements")),
    )
    op.create_index(
        op.f("ix_repairs_postponements_order_id"),
        "repairs_postponements",
        ["order_id"],
        unique=False,
    )
    op.create_index(
        "uq_repairs_postponements_asked",
        "repairs_postponements",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "repairs_ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("rework", sa.SmallInteger(), nullable=False),
        sa.Column("stars", sa.SmallInteger(), nullable=True),
        sa.Column(
            "tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_repairs_ratings_one_to_five")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["repairs_orders.id"], name=op.f("fk_repairs_ratings_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_ratings")),
        sa.UniqueConstraint("order_id", "rework", name=op.f("uq_repairs_ratings_order_id_rework")),
    )
    op.create_index(op.f("ix_repairs_ratings_at"), "repairs_ratings", ["at"], unique=False)
    op.create_table(
        "repairs_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column(
            "data",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_repairs_steps_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["repairs_orders.id"], name=op.f("fk_repairs_steps_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_steps")),
    )
    op.create_index(
        op.f("ix_repairs_steps_order_id_id"), "repairs_steps", ["order_id", "id"], unique=False
    )
    op.create_table(
        "repairs_stock_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stock_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_repairs_stock_moves_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["repairs_orders.id"], name=op.f("fk_repairs_stock_moves_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["stock_id"], ["repairs_stock.id"], name=op.f("fk_repairs_stock_moves_stock_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_stock_moves")),
    )
    op.create_index(
        op.f("ix_repairs_stock_moves_stock_id_id"),
        "repairs_stock_moves",
        ["stock_id", "id"],
        unique=False,
    )
    op.create_table(
        "repairs_swaps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shift_id"],
            ["repairs_shifts.id"],
            name=op.f("fk_repairs_swaps_shift_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["to_id"], ["campus_people.id"], name=op.f("fk_repairs_swaps_to_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_swaps")),
    )
    op.create_index(op.f("ix_repairs_swaps_shift_id"), "repairs_swaps", ["shift_id"], unique=False)
    op.create_index(
        op.f("ix_repairs_swaps_to_id_state"), "repairs_swaps", ["to_id", "state"], unique=False
    )
    op.create_table(
        "repairs_sweep_rooms",
        sa.Column("sweep_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column(
            "found",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_repairs_sweep_rooms_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["campus_rooms.id"], name=op.f("fk_repairs_sweep_rooms_room_id")
        ),
        sa.ForeignKeyConstraint(
            ["sweep_id"], ["repairs_sweeps.id"], name=op.f("fk_repairs_sweep_rooms_sweep_id")
        ),
        sa.PrimaryKeyConstraint("sweep_id", "room_id", name=op.f("pk_repairs_sweep_rooms")),
    )
    op.create_index(
        op.f("ix_repairs_sweep_rooms_sweep_id_state"),
        "repairs_sweep_rooms",
        ["sweep_id", "state"],
        unique=False,
    )
    op.create_table(
        "repairs_visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("attitude", sa.Integer(), nullable=True),
        sa.Column("quality", sa.Integer(), nullable=True),
        sa.Column("finishing", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_repairs_visits_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["repairs_orders.id"], name=op.f("fk_repairs_visits_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs_visits")),
        sa.UniqueConstraint("order_id", name=op.f("uq_repairs_visits_order_id")),
    )
    op.create_index(op.f("ix_repairs_visits_done_at"), "repairs_visits", ["done_at"], unique=False)
    op.create_table(
        "repairs_workers",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "trades", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("contractor", sa.String(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=True),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_repairs_workers_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["campus_uploads.id"], name=op.f("fk_repairs_workers_upload_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_repairs_workers")),
    )


def downgrade() -> None:
    raise NotImplementedError("what was recorded is not thrown away: restore a backup")
