"""Source checks, yields, searches made, corrections, grouping, removal, saved searches."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of gathering and deciding."""
    op.create_table(
        "grouping_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("publication_id", sa.Text(), nullable=False),
        sa.Column("came_from", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grouping_decision")),
    )
    with op.batch_alter_table("grouping_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grouping_decision_item"), ["item"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_grouping_decision_publication_id"), ["publication_id"], unique=False
        )

    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("name", name=op.f("uq_saved_search_name")),
    )
    op.create_table(
        "shared_address",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("url", "item", name=op.f("pk_shared_address")),
    )
    with op.batch_alter_table("shared_address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shared_address_item"), ["item"], unique=False)

    op.create_table(
        "source_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("fits", sa.Boolean(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_check")),
    )
    with op.batch_alter_table("source_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_check_source_id"), ["source_id"], unique=False)

    op.create_table(
        "tombstone",
        sa.Column("scheme", sa.String(length=12), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("publication_id", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "value", name=op.f("pk_tombstone")),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.String(length=24), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_correction_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_correction_publication_id"), ["publication_id"], unique=False
        )

    op.create_table(
        "search_made",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_search_made_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_made")),
    )
    with op.batch_alter_table("search_made", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_made_run_id"), ["run_id"], unique=False)

    op.create_table(
        "source_yield",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_source_yield_run_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_yield")),
    )
    op.create_table(
        "saved_search_hit",
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("passage_id", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_saved_search_hit_passage_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_saved_search_hit_run_id")),
        sa.ForeignKeyConstraint(
            ["search_id"], ["saved_search.id"], name=op.f("fk_saved_search_hit_search_id")
        ),
        sa.PrimaryKeyConstraint("search_id", "passage_id", name=op.f("pk_saved_search_hit")),
    )
    with op.batch_alter_table("frontier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_frontier_source_id_state"))
        batch_op.create_index(
            batch_op.f("ix_frontier_source_id_state_run_id_fetched_at"),
            ["source_id", "state", "run_id", "fetched_at"],
            unique=False,
        )

    with op.batch_alter_table("problem", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=24), nullable=True))
        batch_op.add_column(sa.Column("advice", sa.Text(), nullable=True))

    with op.batch_alter_table("redirect", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moved", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("redirect", schema=None) as batch_op:
        batch_op.drop_column("moved")

    with op.batch_alter_table("problem", schema=None) as batch_op:
        batch_op.drop_column("advice")
        batch_op.drop_column("kind")

    with op.batch_alter_table("frontier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_frontier_source_id_state_run_id_fetched_at"))
        batch_op.create_index(
            batch_op.f("ix_frontier_source_id_state"), ["source_id", "state"], unique=False
        )

    op.drop_table("saved_search_hit")
    op.drop_table("source_yield")
    with op.batch_alter_table("search_made", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_made_run_id"))

    op.drop_table("search_made")
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_correction_publication_id"))

    op.drop_table("correction")
    op.drop_table("tombstone")
    with op.batch_alter_table("source_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_source_check_source_id"))

    op.drop_table("source_check")
    with op.batch_alter_table("shared_address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shared_address_item"))

    op.drop_table("shared_address")
    op.drop_table("saved_search")
    with op.batch_alter_table("grouping_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grouping_decision_publication_id"))
        batch_op.drop_index(batch_op.f("ix_grouping_decision_item"))

    op.drop_table("grouping_decision")
