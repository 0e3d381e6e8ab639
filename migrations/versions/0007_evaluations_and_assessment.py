"""evaluations and assessment."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
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


def downgrade() -> None:
    raise NotImplementedError("what was recorded is not thrown away: restore a backup")
