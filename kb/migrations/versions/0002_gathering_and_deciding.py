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
        "act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["of"], ["act.id"], name=op.f("fk_act_of")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
    )
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_act_by"), ["by"], unique=False)
        batch_op.create_index(batch_op.f("ix_act_kind"), ["kind"], unique=False)

    op.create_table(
        "codebook_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["undoes"], ["codebook_change.id"], name=op.f("fk_codebook_change_undoes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codebook_change")),
    )
    op.create_table(
        "coding_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("coders", sa.JSON(), nullable=False),
        sa.Column("shows_machine", sa.Boolean(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_round")),
        sa.UniqueConstraint("name", name=op.f("uq_coding_round_name")),
    )
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
        "learning_queue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("factor", sa.String(length=32), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_queue")),
        sa.UniqueConstraint(
            "kind", "factor", "seed", name=op.f("uq_learning_queue_kind_factor_seed")
        ),
    )
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("baseline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
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
        "appraisal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.String(length=24), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("overall", sa.String(length=12), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["before"], ["appraisal.id"], name=op.f("fk_appraisal_before")),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_appraisal_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal")),
    )
    with op.batch_alter_table("appraisal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appraisal_publication_id"), ["publication_id"], unique=False
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
        "queue_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("queue_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["queue_id"], ["learning_queue.id"], name=op.f("fk_queue_act_queue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_act")),
    )
    with op.batch_alter_table("queue_act", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_queue_act_queue_id_subject"), ["queue_id", "subject"], unique=False
        )

    op.create_table(
        "queue_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("queue_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("population", sa.String(length=64), nullable=False),
        sa.Column("unseen", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["queue_id"], ["learning_queue.id"], name=op.f("fk_queue_batch_queue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_batch")),
        sa.UniqueConstraint("queue_id", "number", name=op.f("uq_queue_batch_queue_id_number")),
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
        "queue_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.Column("factor", sa.String(length=32), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["queue_batch.id"], name=op.f("fk_queue_place_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_place")),
        sa.UniqueConstraint("batch_id", "position", name=op.f("uq_queue_place_batch_id_position")),
    )
    with op.batch_alter_table("queue_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_queue_place_subject"), ["subject"], unique=False)

    op.create_table(
        "round_passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.String(length=24), nullable=False),
        sa.Column("passage_id", sa.String(length=32), nullable=True),
        sa.Column("anchor", sa.JSON(), nullable=False),
        sa.Column("needs_look", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_round_passage_passage_id")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_round_passage_publication_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["coding_round.id"], name=op.f("fk_round_passage_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_passage")),
    )
    with op.batch_alter_table("round_passage", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_round_passage_passage_id"), ["passage_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_round_passage_round_id_position"), ["round_id", "position"], unique=False
        )

    op.create_table(
        "saved_search_hit",
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("passage_id", sa.String(length=32), nullable=False),
        sa.Column("known_as", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("new", sa.Boolean(), nullable=False),
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
    with op.batch_alter_table("saved_search_hit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_saved_search_hit_passage_id"), ["passage_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_saved_search_hit_run_id"), ["run_id"], unique=False)

    op.create_table(
        "coding_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.String(length=24), nullable=False),
        sa.Column("passage_id", sa.String(length=32), nullable=True),
        sa.Column("anchor", sa.JSON(), nullable=False),
        sa.Column("needs_look", sa.Boolean(), nullable=False),
        sa.Column("coding_id", sa.Integer(), nullable=True),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("reply_to", sa.Integer(), nullable=True),
        sa.Column("of", sa.Integer(), nullable=True),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["before"], ["coding_comment.id"], name=op.f("fk_coding_comment_before")
        ),
        sa.ForeignKeyConstraint(
            ["coding_id"], ["coding.id"], name=op.f("fk_coding_comment_coding_id")
        ),
        sa.ForeignKeyConstraint(["of"], ["coding_comment.id"], name=op.f("fk_coding_comment_of")),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_coding_comment_passage_id")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_coding_comment_publication_id")
        ),
        sa.ForeignKeyConstraint(
            ["reply_to"], ["coding_comment.id"], name=op.f("fk_coding_comment_reply_to")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["coding_round.id"], name=op.f("fk_coding_comment_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_comment")),
    )
    with op.batch_alter_table("coding_comment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_coding_comment_passage_id"), ["passage_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_coding_comment_publication_id"), ["publication_id"], unique=False
        )

    op.create_table(
        "coding_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coding_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["coding_id"], ["coding.id"], name=op.f("fk_coding_move_coding_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_move")),
    )
    with op.batch_alter_table("coding_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coding_move_coding_id"), ["coding_id"], unique=False)

    op.create_table(
        "imported_coding",
        sa.Column("guid", sa.String(length=64), nullable=False),
        sa.Column("coding_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["coding_id"], ["coding.id"], name=op.f("fk_imported_coding_coding_id")
        ),
        sa.PrimaryKeyConstraint("guid", "coding_id", name=op.f("pk_imported_coding")),
    )
    with op.batch_alter_table("imported_coding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_imported_coding_coding_id"), ["coding_id"], unique=False
        )

    op.create_table(
        "round_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("coder", sa.Text(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["round_passage.id"], name=op.f("fk_round_mark_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_mark")),
    )
    with op.batch_alter_table("round_mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_mark_entry_id"), ["entry_id"], unique=False)

    with op.batch_alter_table("coding", schema=None) as batch_op:
        batch_op.add_column(sa.Column("root", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("span", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("round_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("taken", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_coding_round_id"), ["round_id"], unique=False)

    with op.batch_alter_table("frontier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_frontier_source_id_state"))
        batch_op.create_index(
            batch_op.f("ix_frontier_source_id_state_run_id_fetched_at"),
            ["source_id", "state", "run_id", "fetched_at"],
            unique=False,
        )

    with op.batch_alter_table("passage", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ocr_confidence", sa.Double(), nullable=True))

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

    with op.batch_alter_table("passage", schema=None) as batch_op:
        batch_op.drop_column("ocr_confidence")

    with op.batch_alter_table("frontier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_frontier_source_id_state_run_id_fetched_at"))
        batch_op.create_index(
            batch_op.f("ix_frontier_source_id_state"), ["source_id", "state"], unique=False
        )

    with op.batch_alter_table("coding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coding_round_id"))
        batch_op.drop_column("taken")
        batch_op.drop_column("round_id")
        batch_op.drop_column("span")
        batch_op.drop_column("root")

    with op.batch_alter_table("round_mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_mark_entry_id"))

    op.drop_table("round_mark")
    with op.batch_alter_table("imported_coding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imported_coding_coding_id"))

    op.drop_table("imported_coding")
    with op.batch_alter_table("coding_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coding_move_coding_id"))

    op.drop_table("coding_move")
    with op.batch_alter_table("coding_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coding_comment_publication_id"))
        batch_op.drop_index(batch_op.f("ix_coding_comment_passage_id"))

    op.drop_table("coding_comment")
    with op.batch_alter_table("saved_search_hit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_search_hit_run_id"))
        batch_op.drop_index(batch_op.f("ix_saved_search_hit_passage_id"))

    op.drop_table("saved_search_hit")
    with op.batch_alter_table("round_passage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_passage_round_id_position"))
        batch_op.drop_index(batch_op.f("ix_round_passage_passage_id"))

    op.drop_table("round_passage")
    with op.batch_alter_table("queue_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_queue_place_subject"))

    op.drop_table("queue_place")
    op.drop_table("source_yield")
    with op.batch_alter_table("search_made", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_made_run_id"))

    op.drop_table("search_made")
    op.drop_table("queue_batch")
    with op.batch_alter_table("queue_act", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_queue_act_queue_id_subject"))

    op.drop_table("queue_act")
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_correction_publication_id"))

    op.drop_table("correction")
    with op.batch_alter_table("appraisal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appraisal_publication_id"))

    op.drop_table("appraisal")
    op.drop_table("tombstone")
    with op.batch_alter_table("source_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_source_check_source_id"))

    op.drop_table("source_check")
    with op.batch_alter_table("shared_address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shared_address_item"))

    op.drop_table("shared_address")
    op.drop_table("saved_search")
    op.drop_table("learning_queue")
    with op.batch_alter_table("grouping_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grouping_decision_publication_id"))
        batch_op.drop_index(batch_op.f("ix_grouping_decision_item"))

    op.drop_table("grouping_decision")
    op.drop_table("coding_round")
    op.drop_table("codebook_change")
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_act_kind"))
        batch_op.drop_index(batch_op.f("ix_act_by"))

    op.drop_table("act")
