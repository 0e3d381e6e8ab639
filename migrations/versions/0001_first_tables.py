"""first tables."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

QUEUE = Path(__file__).parents[1] / "procrastinate-3.10.0.sql"

revision = "0001"
down_revision = None


def upgrade() -> None:
    # The job queue's own schema, frozen at the version that this revision was made for.
    op.get_bind().connection.driver_connection.execute(QUEUE.read_bytes())
    op.create_table(
        "bus_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bus_lines")),
        sa.UniqueConstraint("name", name=op.f("uq_bus_lines_name")),
    )
    op.create_table(
        "bus_stops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("campus", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bus_stops")),
        sa.UniqueConstraint("name", name=op.f("uq_bus_stops_name")),
    )
    op.create_table(
        "campus_buildings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("campus", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_buildings")),
        sa.UniqueConstraint("name", name=op.f("uq_campus_buildings_name")),
    )
    op.create_table(
        "campus_followers",
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scene", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_campus_followers")),
    )
    op.create_table(
        "campus_periods",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.CheckConstraint("first <= last", name=op.f("ck_campus_periods_first_before_last")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_periods")),
    )
    op.create_table(
        "gateway_messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("matched", sa.Boolean(), nullable=False),
        sa.Column("offers", sa.Boolean(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_gateway_messages_key")),
    )
    op.create_index(
        "ix_gateway_messages_offers",
        "gateway_messages",
        ["who", "id"],
        unique=False,
        postgresql_where=sa.text("offers"),
    )
    op.create_index(
        "ix_gateway_messages_unmatched",
        "gateway_messages",
        ["at"],
        unique=False,
        postgresql_where=sa.text("NOT matched"),
    )
    op.create_table(
        "gateway_owed",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("missed", sa.SmallInteger(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_gateway_owed")),
    )
    op.create_table(
        "gateway_tokens",
        sa.Column("app_id", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("app_id", name=op.f("pk_gateway_tokens")),
    )
    op.create_table(
        "phones_units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("hours", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["phones_units.id"], name=op.f("fk_phones_units_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phones_units")),
        sa.UniqueConstraint(
            "parent_id",
            "name",
            name=op.f("uq_phones_units_parent_id_name"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "bath_houses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rooms", sa.Integer(), nullable=False),
        sa.Column("men_heads", sa.Integer(), nullable=False),
        sa.Column("women_heads", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["building_id"], ["campus_buildings.id"], name=op.f("fk_bath_houses_building_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bath_houses")),
        sa.UniqueConstraint("building_id", name=op.f("uq_bath_houses_building_id")),
        sa.UniqueConstraint("name", name=op.f("uq_bath_houses_name")),
    )
    op.create_table(
        "bus_fares",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("rider", sa.String(), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.CheckConstraint("fen >= 0", name=op.f("ck_bus_fares_fen")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["bus_lines.id"], name=op.f("fk_bus_fares_line_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bus_fares")),
        sa.UniqueConstraint("line_id", "rider", name=op.f("uq_bus_fares_line_id_rider")),
    )
    op.create_table(
        "bus_timetables",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("valid_from <= valid_to", name=op.f("ck_bus_timetables_from_before_to")),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["bus_lines.id"],
            name=op.f("fk_bus_timetables_line_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bus_timetables")),
    )
    op.create_index(op.f("ix_bus_timetables_line_id"), "bus_timetables", ["line_id"], unique=False)
    op.create_table(
        "campus_rooms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("beds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["building_id"], ["campus_buildings.id"], name=op.f("fk_campus_rooms_building_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_rooms")),
        sa.UniqueConstraint(
            "building_id", "number", name=op.f("uq_campus_rooms_building_id_number")
        ),
    )
    op.create_index(
        op.f("ix_campus_rooms_building_id_floor"),
        "campus_rooms",
        ["building_id", "floor"],
        unique=False,
    )
    op.create_table(
        "phones_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("hours", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["phones_units.id"], name=op.f("fk_phones_entries_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phones_entries")),
    )
    op.create_index(op.f("ix_phones_entries_unit_id"), "phones_entries", ["unit_id"], unique=False)
    op.create_table(
        "bath_closures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("house_id", sa.Integer(), nullable=False),
        sa.Column("sex", sa.String(), nullable=True),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("ends > starts", name=op.f("ck_bath_closures_starts_before_ends")),
        sa.ForeignKeyConstraint(
            ["house_id"],
            ["bath_houses.id"],
            name=op.f("fk_bath_closures_house_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bath_closures")),
    )
    op.create_index(op.f("ix_bath_closures_house_id"), "bath_closures", ["house_id"], unique=False)
    op.create_table(
        "bath_counters",
        sa.Column("house_id", sa.Integer(), nullable=False),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("free", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("water", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "0 <= free AND free <= total", name=op.f("ck_bath_counters_free_within_total")
        ),
        sa.ForeignKeyConstraint(
            ["house_id"],
            ["bath_houses.id"],
            name=op.f("fk_bath_counters_house_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("house_id", "sex", name=op.f("pk_bath_counters")),
    )
    op.create_table(
        "bath_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("house_id", sa.Integer(), nullable=False),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("day_kind", sa.String(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(
            ["house_id"],
            ["bath_houses.id"],
            name=op.f("fk_bath_hours_house_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bath_hours")),
        sa.UniqueConstraint(
            "house_id",
            "sex",
            "day_kind",
            "opens",
            name=op.f("uq_bath_hours_house_id_sex_day_kind_opens"),
        ),
    )
    op.create_table(
        "bath_load",
        sa.Column("house_id", sa.Integer(), nullable=False),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("day_kind", sa.String(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.CheckConstraint("share BETWEEN 0 AND 100", name=op.f("ck_bath_load_share_is_percent")),
        sa.ForeignKeyConstraint(
            ["house_id"], ["bath_houses.id"], name=op.f("fk_bath_load_house_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("house_id", "sex", "day_kind", "hour", name=op.f("pk_bath_load")),
    )
    op.create_table(
        "bus_timetable_dates",
        sa.Column("table_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("runs", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["table_id"],
            ["bus_timetables.id"],
            name=op.f("fk_bus_timetable_dates_table_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("table_id", "day", name=op.f("pk_bus_timetable_dates")),
    )
    op.create_table(
        "bus_trips",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("table_id", sa.Integer(), nullable=False),
        sa.Column("departure", sa.Integer(), nullable=False),
        sa.Column("vehicles", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("vehicles BETWEEN 1 AND 4", name=op.f("ck_bus_trips_vehicles")),
        sa.ForeignKeyConstraint(
            ["table_id"],
            ["bus_timetables.id"],
            name=op.f("fk_bus_trips_table_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bus_trips")),
    )
    op.create_index(op.f("ix_bus_trips_table_id"), "bus_trips", ["table_id"], unique=False)
    op.create_table(
        "electricity_meters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("circuit", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("balance_fen", sa.Integer(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["campus_rooms.id"],
            name=op.f("fk_electricity_meters_room_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_electricity_meters")),
        sa.UniqueConstraint(
            "room_id", "circuit", name=op.f("uq_electricity_meters_room_id_circuit")
        ),
    )
    op.create_table(
        "bus_calls",
        sa.Column("trip_id", sa.Integer(), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("stop_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["stop_id"], ["bus_stops.id"], name=op.f("fk_bus_calls_stop_id")),
        sa.ForeignKeyConstraint(
            ["trip_id"], ["bus_trips.id"], name=op.f("fk_bus_calls_trip_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("trip_id", "order", name=op.f("pk_bus_calls")),
    )
    op.create_table(
        "electricity_days",
        sa.Column("meter_id", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("wh", sa.Integer(), nullable=False),
        sa.CheckConstraint("wh >= 0", name=op.f("ck_electricity_days_wh_not_negative")),
        sa.ForeignKeyConstraint(
            ["meter_id"],
            ["electricity_meters.id"],
            name=op.f("fk_electricity_days_meter_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("meter_id", "date", name=op.f("pk_electricity_days")),
    )
    op.create_table(
        "electricity_topups",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("meter_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("balance_after_fen", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meter_id"],
            ["electricity_meters.id"],
            name=op.f("fk_electricity_topups_meter_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_electricity_topups")),
        sa.UniqueConstraint(
            "meter_id", "at", "fen", name=op.f("uq_electricity_topups_meter_id_at_fen")
        ),
    )
    op.create_index(
        op.f("ix_electricity_topups_meter_id_at"),
        "electricity_topups",
        ["meter_id", "at"],
        unique=False,
    )


def downgrade() -> None:
    raise NotImplementedError("there is nothing before the first revision")
