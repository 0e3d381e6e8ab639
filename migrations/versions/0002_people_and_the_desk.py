"""people and the desk."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# The trail outlives whoever would like to mend it: not even the owner of the table can.
APPEND_ONLY = """
CREATE FUNCTION campus_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'campus_audit is append-only';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON campus_audit
    FOR EACH STATEMENT EXECUTE FUNCTION campus_audit_append_only();
"""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "answers_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("opens", sa.Time(), nullable=True),
        sa.Column("closes", sa.Time(), nullable=True),
        sa.Column("days", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers_rules")),
    )
    op.create_table(
        "campus_areas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name="fk_campus_areas_person_id", use_alter=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_areas")),
        sa.UniqueConstraint("name", name=op.f("uq_campus_areas_name")),
    )
    op.create_table(
        "campus_audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column(
            "before", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column(
            "after", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("address", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_audit")),
    )
    op.create_index(
        op.f("ix_campus_audit_actor_id_at_id"),
        "campus_audit",
        ["actor_id", "at", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_campus_audit_at_id"), "campus_audit", ["at", "id"], unique=False)
    op.create_index(
        op.f("ix_campus_audit_thing_at_id"), "campus_audit", ["thing", "at", "id"], unique=False
    )
    op.create_table(
        "campus_code_keys",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_campus_code_keys_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_code_keys")),
    )
    op.create_table(
        "campus_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_hours")),
        sa.UniqueConstraint("kind", "starts", name=op.f("uq_campus_hours_kind_starts")),
    )
    op.create_table(
        "campus_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "extract(isodow FROM first) = 1", name=op.f("ck_campus_terms_begins_on_monday")
        ),
        sa.CheckConstraint("weeks BETWEEN 1 AND 40", name=op.f("ck_campus_terms_weeks_are_few")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_terms")),
        sa.UniqueConstraint("first", name=op.f("uq_campus_terms_first")),
        sa.UniqueConstraint("name", name=op.f("uq_campus_terms_name")),
    )
    op.create_table(
        "gateway_logins",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("next", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_gateway_logins")),
    )
    op.create_index(op.f("ix_gateway_logins_at"), "gateway_logins", ["at"], unique=False)
    op.create_table(
        "gateway_menus",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("buttons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_menus")),
        sa.UniqueConstraint("after", name=op.f("uq_gateway_menus_after")),
    )
    op.create_index(
        op.f("ix_gateway_menus_published_at"), "gateway_menus", ["published_at"], unique=False
    )
    op.create_table(
        "kit_once",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("led_to", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_kit_once")),
    )
    op.create_index(op.f("ix_kit_once_at"), "kit_once", ["at"], unique=False)
    op.create_table(
        "kit_tries",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_kit_tries")),
    )
    op.create_table(
        "campus_beds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["room_id"], ["campus_rooms.id"], name=op.f("fk_campus_beds_room_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_beds")),
        sa.UniqueConstraint("room_id", "label", name=op.f("uq_campus_beds_room_id_label")),
    )
    op.create_table(
        "campus_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("college", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("class_name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["room_id"], ["campus_rooms.id"], name=op.f("fk_campus_people_room_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_people")),
        sa.UniqueConstraint("number", name=op.f("uq_campus_people_number")),
    )
    op.create_index(
        op.f("ix_campus_people_college_grade"), "campus_people", ["college", "grade"], unique=False
    )
    op.create_index(op.f("ix_campus_people_room_id"), "campus_people", ["room_id"], unique=False)
    op.create_table(
        "campus_bindings",
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_campus_bindings_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["who"], ["campus_followers.who"], name=op.f("fk_campus_bindings_who")
        ),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_campus_bindings")),
        sa.UniqueConstraint("person_id", name=op.f("uq_campus_bindings_person_id")),
    )
    op.create_table(
        "campus_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["campus_areas.id"], name=op.f("fk_campus_grants_area_id")
        ),
        sa.ForeignKeyConstraint(
            ["building_id"], ["campus_buildings.id"], name=op.f("fk_campus_grants_building_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_campus_grants_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_grants")),
        sa.UniqueConstraint(
            "person_id",
            "role",
            "area_id",
            "building_id",
            "unit",
            name=op.f("uq_campus_grants_person_id_role_area_id_building_id_unit"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "campus_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_campus_moves_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["who"], ["campus_followers.who"], name=op.f("fk_campus_moves_who")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_moves")),
        sa.UniqueConstraint("person_id", name=op.f("uq_campus_moves_person_id")),
    )
    op.create_table(
        "campus_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("who", sa.String(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(who IS NULL) <> (person_id IS NULL)", name=op.f("ck_campus_sessions_one_owner")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_campus_sessions_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["who"], ["campus_followers.who"], name=op.f("fk_campus_sessions_who")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_sessions")),
        sa.UniqueConstraint("token", name=op.f("uq_campus_sessions_token")),
    )
    op.create_index(
        op.f("ix_campus_sessions_person_id"), "campus_sessions", ["person_id"], unique=False
    )
    op.create_index(op.f("ix_campus_sessions_who"), "campus_sessions", ["who"], unique=False)
    op.create_table(
        "campus_uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_campus_uploads_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_uploads")),
    )
    op.create_index(
        op.f("ix_campus_uploads_person_id"), "campus_uploads", ["person_id"], unique=False
    )
    op.create_table(
        "desk_credentials",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("needs_both", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_desk_credentials_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_desk_credentials")),
    )
    op.create_table(
        "desk_scans",
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("browser", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("password_of", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["password_of"], ["campus_people.id"], name=op.f("fk_desk_scans_password_of")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_desk_scans_person_id")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_desk_scans")),
    )
    op.create_index(op.f("ix_desk_scans_at"), "desk_scans", ["at"], unique=False)
    op.create_index(op.f("ix_desk_scans_browser"), "desk_scans", ["browser"], unique=False)
    op.add_column("campus_buildings", sa.Column("area_id", sa.Integer(), nullable=True))
    op.add_column(
        "campus_buildings", sa.Column("rotation", sa.Integer(), server_default="1", nullable=False)
    )
    op.create_index(
        op.f("ix_campus_buildings_area_id"), "campus_buildings", ["area_id"], unique=False
    )
    op.create_foreign_key(
        op.f("fk_campus_buildings_area_id"), "campus_buildings", "campus_areas", ["area_id"], ["id"]
    )
    op.add_column(
        "campus_followers", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "campus_followers",
        sa.Column(
            "tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    op.add_column("campus_rooms", sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "campus_rooms", sa.Column("rotation", sa.Integer(), server_default="1", nullable=False)
    )
    op.create_index(
        "ix_gateway_messages_at", "gateway_messages", ["at"], unique=False, postgresql_using="brin"
    )
    op.create_index(
        "ix_gateway_messages_failed",
        "gateway_messages",
        ["at"],
        unique=False,
        postgresql_where=sa.text("reference IS NOT NULL"),
    )
    op.add_column(
        "gateway_owed",
        sa.Column("ask", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    )
    op.create_foreign_key(
        "fk_campus_areas_person_id", "campus_areas", "campus_people", ["person_id"], ["id"]
    )
    op.execute(APPEND_ONLY)


def downgrade() -> None:
    raise NotImplementedError("people are not thrown away by a downgrade: restore a backup")
