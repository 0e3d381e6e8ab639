"""evaluations and assessment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "assess_schemes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_schemes")),
        sa.UniqueConstraint("name", name=op.f("uq_assess_schemes_name")),
    )
    op.create_table(
        "campus_units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus_units")),
        sa.UniqueConstraint("name", name=op.f("uq_campus_units_name")),
    )
    op.create_table(
        "checks_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rhythm", sa.String(), nullable=False),
        sa.Column(
            "roles", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "people", postgresql.ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("by_room", sa.Boolean(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("always", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks_lists")),
        sa.UniqueConstraint("title", name=op.f("uq_checks_lists_title")),
    )
    op.create_table(
        "evaluations_taken",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_evaluations_taken")),
    )
    op.create_index(op.f("ix_evaluations_taken_day"), "evaluations_taken", ["day"], unique=False)
    op.create_table(
        "feedback_duties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_duties")),
        sa.UniqueConstraint("unit", "matter", name=op.f("uq_feedback_duties_unit_matter")),
    )
    op.create_table(
        "feedback_phrases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_phrases")),
    )
    op.create_table(
        "feedback_terms",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("warn", sa.SmallInteger(), nullable=False),
        sa.Column("raised", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_feedback_terms")),
    )
    op.create_table(
        "figures_days",
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("measure", "day", "unit", "part", name=op.f("pk_figures_days")),
    )
    op.create_table(
        "figures_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("span", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figures_reports")),
        sa.UniqueConstraint("span", "first", name=op.f("uq_figures_reports_span_first")),
    )
    op.create_index(
        op.f("ix_figures_reports_first_span"), "figures_reports", ["first", "span"], unique=False
    )
    op.create_table(
        "assess_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_assess_notes_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_assess_notes_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_notes")),
    )
    op.create_index(
        op.f("ix_assess_notes_person_id_day"), "assess_notes", ["person_id", "day"], unique=False
    )
    op.create_table(
        "assess_teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("scheme_id", sa.Integer(), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["campus_people.id"], name=op.f("fk_assess_teams_leader_id")
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["assess_schemes.id"], name=op.f("fk_assess_teams_scheme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_teams")),
        sa.UniqueConstraint("name", name=op.f("uq_assess_teams_name")),
    )
    op.create_index(op.f("ix_assess_teams_leader_id"), "assess_teams", ["leader_id"], unique=False)
    op.create_index(op.f("ix_assess_teams_unit"), "assess_teams", ["unit"], unique=False)
    op.create_table(
        "assess_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kinds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_from", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_assess_versions_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["assess_schemes.id"], name=op.f("fk_assess_versions_scheme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_versions")),
        sa.UniqueConstraint(
            "scheme_id", "number", name=op.f("uq_assess_versions_scheme_id_number")
        ),
        sa.UniqueConstraint(
            "scheme_id", "used_from", name=op.f("uq_assess_versions_scheme_id_used_from")
        ),
    )
    op.create_table(
        "checks_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("contractor", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["building_id"], ["campus_buildings.id"], name=op.f("fk_checks_places_building_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["campus_people.id"], name=op.f("fk_checks_places_owner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks_places")),
        sa.UniqueConstraint("name", name=op.f("uq_checks_places_name")),
    )
    op.create_index(
        op.f("ix_checks_places_building_id"), "checks_places", ["building_id"], unique=False
    )
    op.create_table(
        "checks_versions",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("points", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_checks_versions_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["checks_lists.id"], name=op.f("fk_checks_versions_list_id")
        ),
        sa.PrimaryKeyConstraint("list_id", "number", name=op.f("pk_checks_versions")),
    )
    op.create_table(
        "evaluations_forms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("thanks", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at",
            name=op.f("ck_evaluations_forms_opens_before_it_closes"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["campus_people.id"], name=op.f("fk_evaluations_forms_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations_forms")),
    )
    op.create_index(op.f("ix_evaluations_forms_unit"), "evaluations_forms", ["unit"], unique=False)
    op.create_table(
        "feedback_cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("to_head", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=True),
        sa.Column("seal", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("box", sa.String(), nullable=True),
        sa.Column("box_number", sa.String(), nullable=True),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_answer_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("on_time", sa.Boolean(), nullable=True),
        sa.Column("reopened", sa.SmallInteger(), nullable=False),
        sa.Column("stars", sa.SmallInteger(), nullable=True),
        sa.Column("rating", sa.String(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["campus_people.id"], name=op.f("fk_feedback_cases_asker_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["feedback_cases.id"], name=op.f("fk_feedback_cases_merged_into_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["campus_people.id"], name=op.f("fk_feedback_cases_owner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_cases")),
        sa.UniqueConstraint("box", "box_number", name=op.f("uq_feedback_cases_box_box_number")),
        sa.UniqueConstraint("seal", name=op.f("uq_feedback_cases_seal")),
        sa.UniqueConstraint("source", name=op.f("uq_feedback_cases_source")),
    )
    op.create_index(
        op.f("ix_feedback_cases_asker_id_id"), "feedback_cases", ["asker_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_feedback_cases_created_at"), "feedback_cases", ["created_at"], unique=False
    )
    op.create_index(
        op.f("ix_feedback_cases_merged_into_id"), "feedback_cases", ["merged_into_id"], unique=False
    )
    op.create_index(
        "ix_feedback_cases_next",
        "feedback_cases",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(
        "ix_feedback_cases_open",
        "feedback_cases",
        ["unit", "due_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('new', 'reopened', 'taken')"),
    )
    op.create_index(
        op.f("ix_feedback_cases_owner_id_id"), "feedback_cases", ["owner_id", "id"], unique=False
    )
    op.create_index(
        "ix_feedback_cases_silent",
        "feedback_cases",
        ["answered_at"],
        unique=False,
        postgresql_where=sa.text("state = 'answered'"),
    )
    op.create_index(
        op.f("ix_feedback_cases_state_id"), "feedback_cases", ["state", "id"], unique=False
    )
    op.create_index(
        op.f("ix_feedback_cases_unit_created_at"),
        "feedback_cases",
        ["unit", "created_at"],
        unique=False,
    )
    op.create_table(
        "assess_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("from_team_id", sa.Integer(), nullable=True),
        sa.Column("from_unit", sa.String(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_assess_marks_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_team_id"], ["assess_teams.id"], name=op.f("fk_assess_marks_from_team_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_assess_marks_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["assess_teams.id"], name=op.f("fk_assess_marks_team_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_marks")),
        sa.UniqueConstraint(
            "month",
            "team_id",
            "item",
            "person_id",
            "from_team_id",
            "from_unit",
            name=op.f("uq_assess_marks_month_team_id_item_person_id_from_team_id_from_unit"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "assess_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("bonus_fen", sa.Integer(), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_by_id", sa.Integer(), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["campus_people.id"], name=op.f("fk_assess_runs_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["locked_by_id"], ["campus_people.id"], name=op.f("fk_assess_runs_locked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["campus_people.id"], name=op.f("fk_assess_runs_started_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["assess_teams.id"], name=op.f("fk_assess_runs_team_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["assess_versions.id"], name=op.f("fk_assess_runs_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_runs")),
        sa.UniqueConstraint("team_id", "month", name=op.f("uq_assess_runs_team_id_month")),
    )
    op.create_index(
        "ix_assess_runs_open",
        "assess_runs",
        ["until"],
        unique=False,
        postgresql_where=sa.text("step = 'open'"),
    )
    op.create_table(
        "assess_stays",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("base_fen", sa.Integer(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int4range(person_id, person_id, '[]')"), "&&"),
            (sa.text("daterange(since, until)"), "&&"),
            using="gist",
            name="ex_assess_stays_once",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_assess_stays_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["assess_teams.id"], name=op.f("fk_assess_stays_team_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_stays")),
    )
    op.create_index(
        op.f("ix_assess_stays_team_id_since"), "assess_stays", ["team_id", "since"], unique=False
    )
    op.create_table(
        "checks_list_places",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["checks_lists.id"], name=op.f("fk_checks_list_places_list_id")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["checks_places.id"], name=op.f("fk_checks_list_places_place_id")
        ),
        sa.PrimaryKeyConstraint("list_id", "place_id", name=op.f("pk_checks_list_places")),
    )
    op.create_index(
        op.f("ix_checks_list_places_place_id"), "checks_list_places", ["place_id"], unique=False
    )
    op.create_table(
        "checks_visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), server_default="todo", nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_checks_visits_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["checks_lists.id"], name=op.f("fk_checks_visits_list_id")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["checks_places.id"], name=op.f("fk_checks_visits_place_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks_visits")),
        sa.UniqueConstraint(
            "list_id", "place_id", "first", name=op.f("uq_checks_visits_list_id_place_id_first")
        ),
    )
    op.create_index(op.f("ix_checks_visits_by_id"), "checks_visits", ["by_id"], unique=False)
    op.create_index(op.f("ix_checks_visits_due_id"), "checks_visits", ["due", "id"], unique=False)
    op.create_index(
        "ix_checks_visits_open",
        "checks_visits",
        ["due"],
        unique=False,
        postgresql_where=sa.text("state IN ('todo', 'doing')"),
    )
    op.create_index(
        op.f("ix_checks_visits_place_id_due"), "checks_visits", ["place_id", "due"], unique=False
    )
    op.create_index(
        "ix_checks_visits_untold",
        "checks_visits",
        ["due"],
        unique=False,
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.create_table(
        "evaluations_quotas",
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("college", sa.String(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken <= most", name=op.f("ck_evaluations_quotas_not_too_many")),
        sa.ForeignKeyConstraint(
            ["form_id"], ["evaluations_forms.id"], name=op.f("fk_evaluations_quotas_form_id")
        ),
        sa.PrimaryKeyConstraint("form_id", "college", name=op.f("pk_evaluations_quotas")),
    )
    op.create_table(
        "evaluations_sealed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_id"], ["evaluations_forms.id"], name=op.f("fk_evaluations_sealed_form_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations_sealed")),
    )
    op.create_index(
        op.f("ix_evaluations_sealed_form_id"), "evaluations_sealed", ["form_id"], unique=False
    )
    op.create_table(
        "evaluations_subjects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rotation", sa.Integer(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["building_id"],
            ["campus_buildings.id"],
            name=op.f("fk_evaluations_subjects_building_id"),
        ),
        sa.ForeignKeyConstraint(
            ["form_id"], ["evaluations_forms.id"], name=op.f("fk_evaluations_subjects_form_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_evaluations_subjects_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["campus_rooms.id"], name=op.f("fk_evaluations_subjects_room_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations_subjects")),
        sa.UniqueConstraint("source", name=op.f("uq_evaluations_subjects_source")),
    )
    op.create_index(
        op.f("ix_evaluations_subjects_building_id"),
        "evaluations_subjects",
        ["building_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_evaluations_subjects_form_id"), "evaluations_subjects", ["form_id"], unique=False
    )
    op.create_index(
        op.f("ix_evaluations_subjects_kind_position_id"),
        "evaluations_subjects",
        ["kind", "position", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_evaluations_subjects_person_id"),
        "evaluations_subjects",
        ["person_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_evaluations_subjects_room_id"), "evaluations_subjects", ["room_id"], unique=False
    )
    op.create_index(
        op.f("ix_evaluations_subjects_unit"), "evaluations_subjects", ["unit"], unique=False
    )
    op.create_table(
        "evaluations_versions",
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("questions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_id"], ["evaluations_forms.id"], name=op.f("fk_evaluations_versions_form_id")
        ),
        sa.PrimaryKeyConstraint("form_id", "version", name=op.f("pk_evaluations_versions")),
    )
    op.create_table(
        "feedback_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column(
            "data",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_feedback_lines_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["feedback_cases.id"], name=op.f("fk_feedback_lines_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_lines")),
    )
    op.create_index(op.f("ix_feedback_lines_by_id"), "feedback_lines", ["by_id"], unique=False)
    op.create_index(op.f("ix_feedback_lines_case_id"), "feedback_lines", ["case_id"], unique=False)
    op.create_table(
        "feedback_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["feedback_cases.id"], name=op.f("fk_feedback_questions_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_questions")),
        sa.UniqueConstraint("case_id", name=op.f("uq_feedback_questions_case_id")),
    )
    op.create_index(
        op.f("ix_feedback_questions_unit_id"), "feedback_questions", ["unit", "id"], unique=False
    )
    op.create_table(
        "assess_objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["campus_people.id"], name=op.f("fk_assess_objections_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_assess_objections_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["assess_runs.id"], name=op.f("fk_assess_objections_run_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_objections")),
    )
    op.create_index(
        op.f("ix_assess_objections_run_id_person_id"),
        "assess_objections",
        ["run_id", "person_id"],
        unique=False,
    )
    op.create_index(
        "uq_assess_objections_asked",
        "assess_objections",
        ["run_id", "person_id", "item"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "assess_results",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("base_fen", sa.Integer(), nullable=False),
        sa.Column("pay_fen", sa.Integer(), nullable=True),
        sa.Column("bonus_fen", sa.Integer(), nullable=True),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_assess_results_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["assess_runs.id"], name=op.f("fk_assess_results_run_id")
        ),
        sa.PrimaryKeyConstraint("run_id", "person_id", name=op.f("pk_assess_results")),
    )
    op.create_index(
        op.f("ix_assess_results_person_id"), "assess_results", ["person_id"], unique=False
    )
    op.create_table(
        "assess_used",
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["assess_runs.id"], name=op.f("fk_assess_used_run_id")),
        sa.PrimaryKeyConstraint("fact_id", "run_id", name=op.f("pk_assess_used")),
    )
    op.create_index(op.f("ix_assess_used_run_id"), "assess_used", ["run_id"], unique=False)
    op.create_table(
        "checks_looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_checks_looks_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["list_id", "number"],
            ["checks_versions.list_id", "checks_versions.number"],
            name=op.f("fk_checks_looks_list_id_number"),
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["campus_rooms.id"], name=op.f("fk_checks_looks_room_id")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["checks_visits.id"], name=op.f("fk_checks_looks_visit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks_looks")),
        sa.UniqueConstraint(
            "visit_id",
            "room_id",
            name=op.f("uq_checks_looks_visit_id_room_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_checks_looks_by_id"), "checks_looks", ["by_id"], unique=False)
    op.create_index(
        op.f("ix_checks_looks_room_id_at"), "checks_looks", ["room_id", "at"], unique=False
    )
    op.create_table(
        "evaluations_answers",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column(
            "photos",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("low", sa.Boolean(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=True),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_by", sa.Integer(), nullable=True),
        sa.Column("complained_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["form_id"], ["evaluations_forms.id"], name=op.f("fk_evaluations_answers_form_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_evaluations_answers_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["replied_by"], ["campus_people.id"], name=op.f("fk_evaluations_answers_replied_by")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["evaluations_subjects.id"],
            name=op.f("fk_evaluations_answers_subject_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations_answers")),
        sa.UniqueConstraint("receipt", name=op.f("uq_evaluations_answers_receipt")),
    )
    op.create_index(
        op.f("ix_evaluations_answers_day"), "evaluations_answers", ["day"], unique=False
    )
    op.create_index(
        op.f("ix_evaluations_answers_form_id_day"),
        "evaluations_answers",
        ["form_id", "day"],
        unique=False,
    )
    op.create_index(
        "ix_evaluations_answers_low",
        "evaluations_answers",
        ["day"],
        unique=False,
        postgresql_where=sa.text("low"),
    )
    op.create_index(
        op.f("ix_evaluations_answers_person_id_at"),
        "evaluations_answers",
        ["person_id", "at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_evaluations_answers_subject_id_day"),
        "evaluations_answers",
        ["subject_id", "day"],
        unique=False,
    )
    op.create_table(
        "evaluations_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_evaluations_invitations_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["evaluations_subjects.id"],
            name=op.f("fk_evaluations_invitations_subject_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations_invitations")),
    )
    op.create_index(
        op.f("ix_evaluations_invitations_person_id_until"),
        "evaluations_invitations",
        ["person_id", "until"],
        unique=False,
    )
    op.create_index(
        "uq_evaluations_invitations_once",
        "evaluations_invitations",
        ["subject_id", "occasion", "person_id"],
        unique=True,
    )
    op.create_table(
        "feedback_photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["feedback_lines.id"], name=op.f("fk_feedback_photos_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["campus_uploads.id"],
            name=op.f("fk_feedback_photos_upload_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_photos")),
        sa.UniqueConstraint("upload_id", name=op.f("uq_feedback_photos_upload_id")),
    )
    op.create_index(
        op.f("ix_feedback_photos_line_id"), "feedback_photos", ["line_id"], unique=False
    )
    op.create_table(
        "assess_corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("objection_id", sa.Integer(), nullable=True),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_assess_corrections_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["objection_id"],
            ["assess_objections.id"],
            name=op.f("fk_assess_corrections_objection_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["campus_people.id"], name=op.f("fk_assess_corrections_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["assess_runs.id"], name=op.f("fk_assess_corrections_run_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_corrections")),
    )
    op.create_index(
        op.f("ix_assess_corrections_run_id_person_id"),
        "assess_corrections",
        ["run_id", "person_id"],
        unique=False,
    )
    op.create_table(
        "checks_faults",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("look_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("contractor", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("head_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_owner_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_head_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_by", sa.Integer(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fixed_by", sa.Integer(), nullable=True),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["fixed_by"], ["campus_people.id"], name=op.f("fk_checks_faults_fixed_by")
        ),
        sa.ForeignKeyConstraint(
            ["found_by"], ["campus_people.id"], name=op.f("fk_checks_faults_found_by")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["checks_lists.id"], name=op.f("fk_checks_faults_list_id")
        ),
        sa.ForeignKeyConstraint(
            ["look_id"], ["checks_looks.id"], name=op.f("fk_checks_faults_look_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["campus_people.id"], name=op.f("fk_checks_faults_owner_id")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["checks_places.id"], name=op.f("fk_checks_faults_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["campus_rooms.id"], name=op.f("fk_checks_faults_room_id")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["checks_visits.id"], name=op.f("fk_checks_faults_visit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks_faults")),
    )
    op.create_index(
        "ix_checks_faults_due",
        "checks_faults",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('open', 'failed')"),
    )
    op.create_index(op.f("ix_checks_faults_found_at"), "checks_faults", ["found_at"], unique=False)
    op.create_index(op.f("ix_checks_faults_look_id"), "checks_faults", ["look_id"], unique=False)
    op.create_index(
        "ix_checks_faults_owner",
        "checks_faults",
        ["owner_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('open', 'fixed', 'failed')"),
    )
    op.create_index(
        op.f("ix_checks_faults_place_id_found_at"),
        "checks_faults",
        ["place_id", "found_at"],
        unique=False,
    )
    op.create_index(op.f("ix_checks_faults_visit_id"), "checks_faults", ["visit_id"], unique=False)
    op.create_table(
        "checks_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fault_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["campus_people.id"], name=op.f("fk_checks_steps_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["fault_id"], ["checks_faults.id"], name=op.f("fk_checks_steps_fault_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks_steps")),
    )
    op.create_index(op.f("ix_checks_steps_fault_id"), "checks_steps", ["fault_id"], unique=False)
    op.create_table(
        "checks_photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("look_id", sa.Integer(), nullable=True),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["look_id"], ["checks_looks.id"], name=op.f("fk_checks_photos_look_id")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["checks_steps.id"], name=op.f("fk_checks_photos_step_id")
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["campus_uploads.id"], name=op.f("fk_checks_photos_upload_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks_photos")),
    )
    op.create_index(op.f("ix_checks_photos_look_id"), "checks_photos", ["look_id"], unique=False)
    op.create_index(op.f("ix_checks_photos_step_id"), "checks_photos", ["step_id"], unique=False)
    op.execute("""
CREATE FUNCTION assess_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE run integer;
BEGIN
    IF TG_TABLE_NAME = 'assess_runs' THEN
        IF OLD.step = 'locked' THEN
            RAISE EXCEPTION 'month end % is locked', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
    ELSE
        run := CASE TG_OP WHEN 'INSERT' THEN NEW.run_id ELSE OLD.run_id END;
        IF EXISTS (SELECT FROM assess_runs WHERE id = run AND step = 'locked') THEN
            RAISE EXCEPTION 'month end % is locked', run USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER locked BEFORE UPDATE OR DELETE ON assess_runs
    FOR EACH ROW EXECUTE FUNCTION assess_locked();
CREATE TRIGGER locked BEFORE INSERT OR DELETE OR UPDATE OF run_id, person_id, counted, points,
    days, of, base_fen, pay_fen, bonus_fen ON assess_results
    FOR EACH ROW EXECUTE FUNCTION assess_locked();
CREATE TRIGGER locked BEFORE INSERT OR DELETE OR UPDATE OF run_id, person_id, points, item
    ON assess_corrections FOR EACH ROW EXECUTE FUNCTION assess_locked();
""")


def downgrade() -> None:
    raise NotImplementedError("what was recorded is not thrown away: restore a backup")
