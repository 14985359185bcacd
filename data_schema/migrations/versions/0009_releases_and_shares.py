"""Who may have data: agencies, requests for release, standing shares.

Rules for a migration: forward only; short locks; a column that must not be empty is added with a
default first; nothing here imports the workbench's tables, which will have moved on.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from workbench.storage import types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="Never changed"),
        sa.Column(
            "aliases",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="As vendors write it",
        ),
        sa.Column(
            "name_keys",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="Of name and aliases, to find it by",
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True, comment="Two letters"),
        sa.Column(
            "duty", sa.Text(), nullable=False, comment="law_enforcement, prosecution or other"
        ),
        sa.Column(
            "enabled", sa.Boolean(), nullable=False, comment="Off: nothing goes there any more"
        ),
        sa.Column("added_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("changed_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False, comment="Who last said what it is"),
        sa.Column("verified_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "verified_how",
            sa.Text(),
            nullable=True,
            comment="Such as: called back by its public number",
        ),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(kind <> 'ca_public_agency' OR coalesce(state, '') = 'CA') AND (kind <> 'out_of_state' OR coalesce(state, 'CA') <> 'CA')",
            name=op.f("ck_agency_state_of_kind"),
        ),
        sa.CheckConstraint(
            "duty IN ('law_enforcement', 'other', 'prosecution')", name=op.f("ck_agency_duty_known")
        ),
        sa.CheckConstraint(
            "kind IN ('ca_public_agency', 'federal', 'out_of_state', 'private', 'tribal', 'vendor_pool')",
            name=op.f("ck_agency_kind_known"),
        ),
        sa.CheckConstraint("name ~ '\\S'", name=op.f("ck_agency_name_given")),
        sa.CheckConstraint("state ~ '^[A-Z]{2}$'", name=op.f("ck_agency_state_form")),
        sa.CheckConstraint(
            "cardinality(name_keys) = 1 + cardinality(aliases)",
            name=op.f("ck_agency_name_keys_whole"),
        ),
        sa.CheckConstraint(
            "num_nulls(verified_at, verified_how, verified_by) IN (0, 3)",
            name=op.f("ck_agency_verification_whole"),
        ),
        sa.CheckConstraint("verified_by <> changed_by", name=op.f("ck_agency_verified_by_another")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        comment="Register of agencies (Civil Code 1798.90.55, AG bulletin 2023-DLE-06)",
    )
    op.create_index(
        op.f("ix_agency_name_keys"), "agency", ["name_keys"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "share_comparison",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("compared_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("compared_by", sa.Text(), nullable=True, comment="Empty for a job"),
        sa.Column(
            "file_sha256", types.Sha256(length=32), nullable=False, comment="The vendor's own list"
        ),
        sa.Column("listed", sa.Integer(), nullable=False, comment="Agencies that the vendor names"),
        sa.Column("drifted", sa.Integer(), nullable=False, comment="Differences that were found"),
        sa.CheckConstraint("system ~ '\\S'", name=op.f("ck_share_comparison_system_given")),
        sa.CheckConstraint(
            "listed >= 0 AND drifted >= 0", name=op.f("ck_share_comparison_counted")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_comparison")),
        comment="When a vendor's list was compared with the register of shares; only added to",
    )
    op.create_index(
        op.f("ix_share_comparison_system_compared_at"),
        "share_comparison",
        ["system", "compared_at"],
        unique=False,
    )
    op.create_table(
        "release_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="Moved by the events alone"),
        sa.Column("requester_name", sa.Text(), nullable=False),
        sa.Column("requester_title", sa.Text(), nullable=False),
        sa.Column("requester_contact", sa.Text(), nullable=False),
        sa.Column(
            "requester_account",
            sa.Text(),
            nullable=True,
            comment="User name, if it is somebody of this department",
        ),
        sa.Column("purpose", sa.Text(), nullable=False, comment="In the requester's words"),
        sa.Column("asked_for", sa.Text(), nullable=False, comment="In the requester's words"),
        sa.Column("case_number", sa.Text(), nullable=True),
        sa.Column("form", sa.Text(), nullable=False, comment="How the written request came"),
        sa.Column(
            "original_sha256",
            types.Sha256(length=32),
            nullable=False,
            comment="The written request itself",
        ),
        sa.Column("recorded_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("form IN ('email', 'form')", name=op.f("ck_release_request_form_known")),
        sa.CheckConstraint(
            "purpose ~ '\\S' AND asked_for ~ '\\S'", name=op.f("ck_release_request_purpose_given")
        ),
        sa.CheckConstraint("recorded_by <> ''", name=op.f("ck_release_request_somebody")),
        sa.CheckConstraint(
            "requester_name ~ '\\S' AND requester_title ~ '\\S' AND requester_contact ~ '\\S'",
            name=op.f("ck_release_request_requester_given"),
        ),
        sa.CheckConstraint(
            "state IN ('approved', 'filed', 'fulfilled', 'refused', 'requested', 'reviewed', 'routed')",
            name=op.f("ck_release_request_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_release_request_agency_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_request")),
        comment="Written requests of other agencies (Policy 426.9)",
    )
    op.create_index(
        op.f("ix_release_request_state_id"), "release_request", ["state", "id"], unique=False
    )
    op.create_table(
        "standing_share",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "system", sa.Text(), nullable=False, comment="Where it is switched on, such as LEARN"
        ),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("started_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("ended_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "system ~ '\\S' AND what ~ '\\S' AND reason ~ '\\S' AND legal_basis ~ '\\S'",
            name=op.f("ck_standing_share_explained"),
        ),
        sa.CheckConstraint("ended_at >= started_at", name=op.f("ck_standing_share_ends_later")),
        sa.CheckConstraint(
            "num_nulls(ended_at, ended_by, ended_because) IN (0, 3)",
            name=op.f("ck_standing_share_end_whole"),
        ),
        sa.CheckConstraint("started_at <= recorded_at", name=op.f("ck_standing_share_not_ahead")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_standing_share_agency_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_share")),
        comment="What an agency has until somebody ends it (State Auditor 2019-118)",
    )
    op.create_index(
        "ix_standing_share_once",
        "standing_share",
        ["agency_id", "system", "what"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "release_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("done_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_by", sa.Text(), nullable=False, comment="User name"),
        sa.Column("done_by_name", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "done_by ~ '\\S' AND done_by_name ~ '\\S'", name=op.f("ck_release_event_somebody")
        ),
        sa.CheckConstraint(
            "jsonb_typeof(details) = 'object'", name=op.f("ck_release_event_details_named")
        ),
        sa.CheckConstraint(
            "step IN ('approved', 'filed', 'fulfilled', 'refused', 'reviewed', 'routed')",
            name=op.f("ck_release_event_step_known"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["release_request.id"], name=op.f("fk_release_event_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_event")),
        comment="What was done about a request, in order; only added to",
    )
    op.create_index("ix_release_event_once", "release_event", ["request_id", "step"], unique=True)
    op.create_index(
        op.f("ix_release_event_request_id_id"), "release_event", ["request_id", "id"], unique=False
    )
    op.create_table(
        "share_review",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("share_id", sa.BigInteger(), nullable=False),
        sa.Column("approves", sa.Boolean(), nullable=False, comment="By the captain or a designee"),
        sa.Column("reviewed_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by", sa.Text(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "reviewed_by ~ '\\S' AND finding ~ '\\S'", name=op.f("ck_share_review_explained")
        ),
        sa.ForeignKeyConstraint(
            ["share_id"], ["standing_share.id"], name=op.f("fk_share_review_share_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_review")),
        comment="Reviews of standing shares; the first approves it. Only added to",
    )
    op.create_index(
        op.f("ix_share_review_share_id_reviewed_at"),
        "share_review",
        ["share_id", "reviewed_at"],
        unique=False,
    )
    op.add_column(
        "alert_target",
        sa.Column(
            "agency",
            sa.Text(),
            nullable=True,
            comment="Whose it is, by its name in the register; empty means ours",
        ),
    )
    for statement in GUARD_SHARING:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup to go back.")


# Guards of releases and shares, as they were when this migration was written.
GUARD_SHARING = (
    r"""
CREATE FUNCTION release_event_says(details jsonb, VARIADIC keys text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT bool_and(
    coalesce(jsonb_typeof(details -> key) = 'string' AND details ->> key ~ '\S', false))
  FROM unnest(keys) AS key
$$
""",
    r"""
CREATE FUNCTION person_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT coalesce(string_agg(word, ' ' ORDER BY word COLLATE "C"), '')
  FROM regexp_split_to_table(lower(name), '[\s,.;-]+') AS word WHERE word <> ''
$$
""",
    """
CREATE FUNCTION guard_agency() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('agency', 0));
  IF EXISTS (SELECT FROM agency WHERE id <> NEW.id AND name_keys && NEW.name_keys) THEN
    RAISE EXCEPTION 'another agency has a name of %', NEW.name USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.verified_at IS NOT NULL THEN
      RAISE EXCEPTION 'an agency begins unverified' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.name, NEW.added_at, NEW.added_by) IS DISTINCT FROM (OLD.name, OLD.added_at, OLD.added_by)
  THEN
    RAISE EXCEPTION 'the name of an agency stays' USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.kind, NEW.state, NEW.duty, NEW.name_keys, NEW.aliases, NEW.changed_at, NEW.changed_by)
    IS DISTINCT FROM
    (OLD.kind, OLD.state, OLD.duty, OLD.name_keys, OLD.aliases, OLD.changed_at, OLD.changed_by)
    AND NEW.verified_at IS NOT NULL
  THEN
    RAISE EXCEPTION 'what an agency is was changed, so it is unverified'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION check_release_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  asked release_request%ROWTYPE;
  receiver agency%ROWTYPE;
  said jsonb := NEW.details;
  lacks text;
BEGIN
  SELECT * INTO asked FROM release_request WHERE id = NEW.request_id FOR UPDATE;
  SELECT * INTO receiver FROM agency WHERE id = asked.agency_id;
  lacks := CASE
    WHEN asked.id IS NULL THEN 'a request'
    WHEN NEW.done_at < asked.recorded_at OR EXISTS (
      SELECT FROM release_event WHERE request_id = asked.id AND done_at > NEW.done_at)
      THEN 'a time after what was done before'
    WHEN NOT coalesce(CASE NEW.step
      WHEN 'approved' THEN asked.state IN ('reviewed')
      WHEN 'filed' THEN asked.state IN ('fulfilled', 'refused', 'routed')
      WHEN 'fulfilled' THEN asked.state IN ('approved')
      WHEN 'refused' THEN asked.state IN ('approved', 'reviewed')
      WHEN 'reviewed' THEN asked.state IN ('requested')
      WHEN 'routed' THEN asked.state IN ('requested', 'reviewed')
      END OR (NEW.step = 'refused' AND asked.state = 'requested' AND said ->> 'by' = 'sharing_guard'),
      false) THEN 'its turn: the request is ' || asked.state
    WHEN NEW.step IN ('approved', 'reviewed') AND (
      NEW.done_by IS NOT DISTINCT FROM asked.requester_account
      OR person_key(NEW.done_by_name) = person_key(asked.requester_name)
      OR EXISTS (SELECT FROM account WHERE username = NEW.done_by
        AND person_key(display_name) = person_key(asked.requester_name)))
      THEN 'another person than the requester'
    WHEN NEW.step = 'approved' AND NEW.done_by = asked.recorded_by
      THEN 'another person than the one who recorded the request'
    WHEN NEW.step IN ('approved', 'fulfilled')
      AND NOT (receiver.enabled AND receiver.verified_at IS NOT NULL)
      THEN 'an agency that is verified and in use'
    WHEN NEW.step = 'reviewed' AND NOT release_event_says(said, 'finding', 'purpose_code')
      THEN 'a finding and the purpose that it comes under'
    WHEN NEW.step IN ('refused', 'routed') AND NOT release_event_says(said, 'reason', 'source')
      THEN 'a reason with its source'
    WHEN NEW.step = 'approved' AND NOT release_event_says(said, 'reason') THEN 'a reason'
    WHEN NEW.step = 'fulfilled' AND NOT coalesce(
      release_event_says(said, 'package', 'manifest_sha256', 'recipient')
      AND said ->> 'manifest_sha256' ~ '^[0-9a-f]{64}$'
      AND strpos(said ->> 'recipient', receiver.name) > 0, false)
      THEN 'a package for its recipient with its manifest'
    WHEN NEW.step = 'filed' AND NOT release_event_says(said, 'file') THEN 'the file'
  END;
  IF lacks IS NOT NULL THEN
    RAISE EXCEPTION 'the step % of request % lacks %', NEW.step, NEW.request_id, lacks
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION move_release_request() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE release_request SET state = NEW.step WHERE id = NEW.request_id;
  RETURN NULL;
END
$$
""",
    """
CREATE FUNCTION guard_release_request() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.state <> 'requested' THEN
    RAISE EXCEPTION 'a request begins as requested, not as %', NEW.state
      USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND (
    pg_trigger_depth() < 2 OR to_jsonb(NEW) - 'state' IS DISTINCT FROM to_jsonb(OLD) - 'state'
  ) THEN
    RAISE EXCEPTION 'UPDATE of release_request is refused: its steps alone move it'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION check_share_review() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  shared standing_share%ROWTYPE;
  lacks text;
BEGIN
  SELECT * INTO shared FROM standing_share WHERE id = NEW.share_id FOR UPDATE;
  lacks := CASE
    WHEN shared.id IS NULL OR shared.ended_at IS NOT NULL THEN 'a share that stands'
    WHEN NEW.reviewed_at < shared.recorded_at OR EXISTS (
      SELECT FROM share_review WHERE share_id = shared.id AND reviewed_at > NEW.reviewed_at)
      THEN 'a time after what was done before'
    WHEN NEW.reviewed_by = shared.recorded_by THEN 'another person than the one who recorded it'
    WHEN NOT EXISTS (
      SELECT FROM agency WHERE id = shared.agency_id AND enabled AND verified_at IS NOT NULL)
      THEN 'an agency that is verified and in use'
    WHEN NOT NEW.approves AND NOT EXISTS (
      SELECT FROM share_review WHERE share_id = shared.id AND approves) THEN 'an approval first'
  END;
  IF lacks IS NOT NULL THEN
    RAISE EXCEPTION 'the review of share % lacks %', NEW.share_id, lacks
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION guard_standing_share() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  ending text[] := ARRAY['ended_at', 'ended_by', 'ended_because'];
BEGIN
  IF OLD.ended_at IS NOT NULL
    OR to_jsonb(NEW) - ending IS DISTINCT FROM to_jsonb(OLD) - ending
  THEN
    RAISE EXCEPTION 'a share is only ended, and once' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION keep_sharing() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: who was given data stays on file', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$
""",
    "CREATE TRIGGER agency_guarded BEFORE INSERT OR UPDATE ON agency FOR EACH ROW EXECUTE FUNCTION guard_agency()",
    "CREATE TRIGGER agency_stays BEFORE DELETE OR TRUNCATE ON agency FOR EACH STATEMENT EXECUTE FUNCTION keep_sharing()",
    "CREATE TRIGGER release_request_guarded BEFORE INSERT OR UPDATE ON release_request FOR EACH ROW EXECUTE FUNCTION guard_release_request()",
    "CREATE TRIGGER release_request_stays BEFORE DELETE OR TRUNCATE ON release_request FOR EACH STATEMENT EXECUTE FUNCTION keep_sharing()",
    "CREATE TRIGGER release_event_checked BEFORE INSERT ON release_event FOR EACH ROW EXECUTE FUNCTION check_release_event()",
    "CREATE TRIGGER release_event_moves AFTER INSERT ON release_event FOR EACH ROW EXECUTE FUNCTION move_release_request()",
    "CREATE TRIGGER release_event_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON release_event FOR EACH STATEMENT EXECUTE FUNCTION keep_sharing()",
    "CREATE TRIGGER standing_share_guarded BEFORE UPDATE ON standing_share FOR EACH ROW EXECUTE FUNCTION guard_standing_share()",
    "CREATE TRIGGER standing_share_stays BEFORE DELETE OR TRUNCATE ON standing_share FOR EACH STATEMENT EXECUTE FUNCTION keep_sharing()",
    "CREATE TRIGGER share_review_checked BEFORE INSERT ON share_review FOR EACH ROW EXECUTE FUNCTION check_share_review()",
    "CREATE TRIGGER share_review_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON share_review FOR EACH STATEMENT EXECUTE FUNCTION keep_sharing()",
    "CREATE TRIGGER share_comparison_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON share_comparison FOR EACH STATEMENT EXECUTE FUNCTION keep_sharing()",
    "ALTER TABLE agency ENABLE ALWAYS TRIGGER agency_guarded",
    "ALTER TABLE agency ENABLE ALWAYS TRIGGER agency_stays",
    "ALTER TABLE release_request ENABLE ALWAYS TRIGGER release_request_guarded",
    "ALTER TABLE release_request ENABLE ALWAYS TRIGGER release_request_stays",
    "ALTER TABLE release_event ENABLE ALWAYS TRIGGER release_event_checked",
    "ALTER TABLE release_event ENABLE ALWAYS TRIGGER release_event_moves",
    "ALTER TABLE release_event ENABLE ALWAYS TRIGGER release_event_stays",
    "ALTER TABLE standing_share ENABLE ALWAYS TRIGGER standing_share_guarded",
    "ALTER TABLE standing_share ENABLE ALWAYS TRIGGER standing_share_stays",
    "ALTER TABLE share_review ENABLE ALWAYS TRIGGER share_review_checked",
    "ALTER TABLE share_review ENABLE ALWAYS TRIGGER share_review_stays",
    "ALTER TABLE share_comparison ENABLE ALWAYS TRIGGER share_comparison_stays",
)
