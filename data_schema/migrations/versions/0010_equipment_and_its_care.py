"""Equipment and its care: sites, cars, installations, inspections, shifts, faults.

Rules for a migration: forward only; short locks; a column that must not be empty is added with a
default first; nothing here imports the workbench's tables, which will have moved on.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from workbench.storage import types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NOTICES = """
camera_dropped camera_silent equipment_unseen fault_unreported hot_plate_cut inspection_overdue
list_late load_failed load_waiting shift_wrong
"""
"""What people are told that is no hit, from here on."""


def upgrade() -> None:
    op.create_table(
        "site",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True, comment="Whose ground or pole it is"),
        sa.Column(
            "public_owner",
            sa.Boolean(),
            nullable=True,
            comment="Whether that is a public body; empty: not known",
        ),
        sa.Column("lon", sa.Double(), nullable=False, comment="Degrees, EPSG:4326"),
        sa.Column("lat", sa.Double(), nullable=False, comment="Degrees, EPSG:4326"),
        sa.Column("added_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "btrim(name) <> '' AND btrim(address) <> ''", name=op.f("ck_site_named")
        ),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_site_lat_range")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_site_lon_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("name", name=op.f("uq_site_name")),
        comment="Places at which cameras and trailers stand",
    )
    op.create_table(
        "vehicle",
        sa.Column("unit", sa.Text(), nullable=False, comment="The department's number of the car"),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "marked", sa.Boolean(), nullable=False, comment="Its readers are on at all times"
        ),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("added_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "btrim(unit) <> '' AND btrim(description) <> ''", name=op.f("ck_vehicle_named")
        ),
        sa.PrimaryKeyConstraint("unit", name=op.f("pk_vehicle")),
        comment="Cars that carry readers (Policy 426.6.1)",
    )
    op.create_table(
        "camera_place",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("camera_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("vehicle_unit", sa.Text(), nullable=True),
        sa.Column(
            "heading_deg", sa.REAL(), nullable=True, comment="Where it looks, clockwise from north"
        ),
        sa.Column(
            "direction",
            sa.Text(),
            nullable=True,
            comment="Direction of travel that it reads, in words",
        ),
        sa.Column("from_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "until_at",
            types.UtcDateTime(timezone=True),
            nullable=True,
            comment="Not part of it; empty while it is there",
        ),
        sa.Column(
            "placed_at",
            types.UtcDateTime(timezone=True),
            nullable=False,
            comment="When it was recorded",
        ),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column(
            "removed_at",
            types.UtcDateTime(timezone=True),
            nullable=True,
            comment="When the end was recorded",
        ),
        sa.Column("removed_by", sa.Text(), nullable=True),
        sa.Column("removed_because", sa.Text(), nullable=True),
        sa.CheckConstraint("from_at <= placed_at", name=op.f("ck_camera_place_not_ahead")),
        sa.CheckConstraint(
            "heading_deg >= 0 AND heading_deg < 360", name=op.f("ck_camera_place_heading_range")
        ),
        sa.CheckConstraint(
            "num_nonnulls(site_id, vehicle_unit) = 1", name=op.f("ck_camera_place_at_one_place")
        ),
        sa.CheckConstraint(
            "num_nulls(until_at, removed_at, removed_by, removed_because) IN (0, 4)",
            name=op.f("ck_camera_place_end_whole"),
        ),
        sa.CheckConstraint(
            "until_at > from_at AND until_at <= removed_at", name=op.f("ck_camera_place_ends_later")
        ),
        sa.ForeignKeyConstraint(
            ["camera_id"], ["camera.id"], name=op.f("fk_camera_place_camera_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_camera_place_site_id")),
        sa.ForeignKeyConstraint(
            ["vehicle_unit"], ["vehicle.unit"], name=op.f("fk_camera_place_vehicle_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera_place")),
        comment="Where each camera was from when to when: a site, or a car that carries it",
    )
    op.create_index(
        op.f("ix_camera_place_camera_id_from_at"),
        "camera_place",
        ["camera_id", "from_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_camera_place_vehicle_unit_from_at"),
        "camera_place",
        ["vehicle_unit", "from_at"],
        unique=False,
    )
    op.create_index(
        "uq_camera_place_standing",
        "camera_place",
        ["camera_id"],
        unique=True,
        postgresql_where=sa.text("until_at IS NULL"),
    )
    op.create_table(
        "vehicle_assignment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("vehicle_unit", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("assigned_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "training_ids",
            sa.ARRAY(sa.BigInteger()),
            nullable=False,
            comment="That were current then",
        ),
        sa.Column("assigned_by", sa.Text(), nullable=False),
        sa.Column("ended_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_vehicle_assignment_end_whole")
        ),
        sa.CheckConstraint(
            "assigned_by <> username", name=op.f("ck_vehicle_assignment_assigned_by_another")
        ),
        sa.CheckConstraint(
            "cardinality(training_ids) > 0", name=op.f("ck_vehicle_assignment_trained")
        ),
        sa.CheckConstraint(
            "ended_at >= assigned_at", name=op.f("ck_vehicle_assignment_ends_later")
        ),
        sa.ForeignKeyConstraint(
            ["username"], ["account.username"], name=op.f("fk_vehicle_assignment_username")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_unit"], ["vehicle.unit"], name=op.f("fk_vehicle_assignment_vehicle_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle_assignment")),
        comment="Who may drive which car with readers (Policy 426.6.1 deployment (b), (c))",
    )
    op.create_index(
        "uq_vehicle_assignment_standing",
        "vehicle_assignment",
        ["vehicle_unit", "username"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "inspection",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("camera_id", sa.Text(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True, comment="Where it was then"),
        sa.Column("done_by", sa.Text(), nullable=False, comment="Who looked at it"),
        sa.Column("done_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "items",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="[{item, good, words}, ...] as the policy asks",
        ),
        sa.Column("recorded_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("btrim(done_by) <> ''", name=op.f("ck_inspection_by_somebody")),
        sa.CheckConstraint(
            "jsonb_typeof(items) = 'array' AND items <> '[]'",
            name=op.f("ck_inspection_items_named"),
        ),
        sa.CheckConstraint("done_at <= recorded_at", name=op.f("ck_inspection_not_ahead")),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_inspection_camera_id")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["camera_place.id"], name=op.f("fk_inspection_place_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
        comment="Regular inspections (Policy 426.4.1 administrators (a)); only added to",
    )
    op.create_index(
        op.f("ix_inspection_camera_id_done_at"),
        "inspection",
        ["camera_id", "done_at"],
        unique=False,
    )
    op.create_table(
        "shift",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("vehicle_unit", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "training_ids",
            sa.ARRAY(sa.BigInteger()),
            nullable=False,
            comment="Current at its start",
        ),
        sa.Column(
            "cameras", sa.ARRAY(sa.Text()), nullable=False, comment="Of the car at its start"
        ),
        sa.Column("started_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("affixed", sa.Boolean(), nullable=False, comment="Cameras affixed and inspected"),
        sa.Column("software_started", sa.Boolean(), nullable=False),
        sa.Column(
            "lights",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="{light: whether it was green}",
        ),
        sa.Column("words", sa.Text(), nullable=False, comment="What was not in order"),
        sa.Column("recorded_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("ended_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("end_recorded_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("end_recorded_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "btrim(words) <> '' OR (affixed AND software_started AND NOT jsonb_path_exists(lights, '$.* ? (@ != true)'))",
            name=op.f("ck_shift_says_what_is_wrong"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(lights) = 'object' AND lights <> '{}'", name=op.f("ck_shift_lights_named")
        ),
        sa.CheckConstraint("ended_at > started_at", name=op.f("ck_shift_ends_later")),
        sa.CheckConstraint(
            "num_nulls(ended_at, end_recorded_at, end_recorded_by) IN (0, 3)",
            name=op.f("ck_shift_end_whole"),
        ),
        sa.CheckConstraint(
            "started_at <= recorded_at AND ended_at <= end_recorded_at",
            name=op.f("ck_shift_not_ahead"),
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["vehicle_assignment.id"], name=op.f("fk_shift_assignment_id")
        ),
        sa.ForeignKeyConstraint(["username"], ["account.username"], name=op.f("fk_shift_username")),
        sa.ForeignKeyConstraint(
            ["vehicle_unit"], ["vehicle.unit"], name=op.f("fk_shift_vehicle_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
        comment="Log of shifts of cars with readers (Policy 426.6.1)",
    )
    op.create_index(
        op.f("ix_shift_username_started_at"), "shift", ["username", "started_at"], unique=False
    )
    op.create_index(
        op.f("ix_shift_vehicle_unit_started_at"),
        "shift",
        ["vehicle_unit", "started_at"],
        unique=False,
    )
    op.create_table(
        "fault",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("camera_id", sa.Text(), nullable=True),
        sa.Column("vehicle_unit", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False, comment="Of the equipment, when it was found"),
        sa.Column("discovered_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("discovered_by", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column(
            "damage",
            sa.Boolean(),
            nullable=False,
            comment="Damage or vandalism, not malfunction alone",
        ),
        sa.Column("out_of_service", sa.Boolean(), nullable=False, comment="Until it is repaired"),
        sa.Column("inspection_id", sa.BigInteger(), nullable=True),
        sa.Column("shift_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "needs_paper", sa.Text(), nullable=True, comment="Of the policy, when it was found"
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recorded_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("paper_number", sa.Text(), nullable=True, comment="Of the crime report or memo"),
        sa.Column("supervisor", sa.Text(), nullable=True, comment="Who was told"),
        sa.Column("supervisor_told_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "administrator", sa.Text(), nullable=True, comment="The ALPR administrator who was told"
        ),
        sa.Column("administrator_told_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("returned_by", sa.Text(), nullable=True, comment="Who brought a trailer back"),
        sa.Column("reported_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reported_by", sa.Text(), nullable=True),
        sa.Column("repaired_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("repaired_by", sa.Text(), nullable=True),
        sa.Column("repair", sa.Text(), nullable=True, comment="What was done"),
        sa.Column("repair_recorded_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (reported_at IS NULL)", name=op.f("ck_fault_reported_is_so")
        ),
        sa.CheckConstraint(
            "(state = 'repaired') = (repaired_at IS NOT NULL)", name=op.f("ck_fault_repaired_is_so")
        ),
        sa.CheckConstraint(
            "btrim(supervisor) <> '' AND btrim(administrator) <> '' AND btrim(repair) <> ''",
            name=op.f("ck_fault_names_given"),
        ),
        sa.CheckConstraint(
            "btrim(what) <> '' AND btrim(discovered_by) <> ''", name=op.f("ck_fault_says_what")
        ),
        sa.CheckConstraint(
            "camera_id IS NOT NULL OR kind = 'vehicle'", name=op.f("ck_fault_car_is_vehicle")
        ),
        sa.CheckConstraint(
            "kind IN ('fixed', 'trailer', 'vehicle')", name=op.f("ck_fault_kind_known")
        ),
        sa.CheckConstraint(
            "needs_paper IN ('crime_report', 'department_memo')", name=op.f("ck_fault_paper_known")
        ),
        sa.CheckConstraint(
            "reported_at IS NULL OR needs_paper IS NULL OR btrim(coalesce(paper_number, '')) <> ''",
            name=op.f("ck_fault_paper_there"),
        ),
        sa.CheckConstraint(
            "returned_by IS NULL OR kind = 'trailer'", name=op.f("ck_fault_trailer_returned")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'repaired', 'reported')", name=op.f("ck_fault_state_known")
        ),
        sa.CheckConstraint("discovered_at <= recorded_at", name=op.f("ck_fault_not_ahead")),
        sa.CheckConstraint(
            "num_nonnulls(camera_id, vehicle_unit) = 1", name=op.f("ck_fault_on_one_thing")
        ),
        sa.CheckConstraint(
            "num_nulls(repaired_at, repaired_by, repair, repair_recorded_at) IN (0, 4)",
            name=op.f("ck_fault_repair_whole"),
        ),
        sa.CheckConstraint(
            "num_nulls(supervisor, supervisor_told_at, administrator, administrator_told_at, reported_at, reported_by) IN (0, 6)",
            name=op.f("ck_fault_report_whole"),
        ),
        sa.CheckConstraint(
            "repaired_at >= discovered_at AND repaired_at <= repair_recorded_at",
            name=op.f("ck_fault_repaired_later"),
        ),
        sa.CheckConstraint(
            "supervisor_told_at BETWEEN discovered_at AND reported_at AND administrator_told_at BETWEEN discovered_at AND reported_at",
            name=op.f("ck_fault_told_in_order"),
        ),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_fault_camera_id")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_fault_inspection_id")
        ),
        sa.ForeignKeyConstraint(
            ["repaired_by"], ["account.username"], name=op.f("fk_fault_repaired_by")
        ),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_fault_shift_id")),
        sa.ForeignKeyConstraint(
            ["vehicle_unit"], ["vehicle.unit"], name=op.f("fk_fault_vehicle_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault")),
        comment="Damaged or inoperable equipment: paper, who was told, repair (Policy 426.6.2)",
    )
    op.create_index(
        op.f("ix_fault_camera_id_discovered_at"),
        "fault",
        ["camera_id", "discovered_at"],
        unique=False,
    )
    op.create_index(
        "ix_fault_standing",
        "fault",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state <> 'repaired'"),
    )
    op.create_index(
        op.f("ix_fault_vehicle_unit_discovered_at"),
        "fault",
        ["vehicle_unit", "discovered_at"],
        unique=False,
    )
    op.create_table(
        "pursuit_exit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("left_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("recorded_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "because IN ('enough_vehicles', 'helicopter', 'supervisor')",
            name=op.f("ck_pursuit_exit_because_known"),
        ),
        sa.CheckConstraint("left_at <= recorded_at", name=op.f("ck_pursuit_exit_not_ahead")),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_pursuit_exit_shift_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pursuit_exit")),
        comment="When a car with readers left a pursuit, and why (Policy 426.6.1 (a) to (c))",
    )
    op.create_index(op.f("ix_pursuit_exit_shift_id"), "pursuit_exit", ["shift_id"], unique=False)
    op.alter_column(
        "alert_notice",
        "subject",
        existing_type=sa.TEXT(),
        comment="A list, hot plate, camera or car",
        existing_comment="A list's code or a hot plate's number",
        existing_nullable=False,
    )
    op.create_table_comment(
        "alert_notice",
        "What people are told that is no hit: late lists, cut hot plates, silent cameras",
        existing_comment="What people are told that is no hit: late lists, failed loads, cut hot plates",
        schema=None,
    )

    constraint = "ck_alert_notice_kind_known"
    listed = ", ".join(f"'{name}'" for name in NOTICES.split())
    # NOT VALID first: what stands there passed the narrower check already.
    op.execute(f"ALTER TABLE alert_notice DROP CONSTRAINT {constraint}")
    op.execute(
        f"ALTER TABLE alert_notice ADD CONSTRAINT {constraint} CHECK (kind IN ({listed})) NOT VALID"
    )
    op.execute(f"ALTER TABLE alert_notice VALIDATE CONSTRAINT {constraint}")
    for statement in GUARD_FLEET:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup to go back.")


# The guards, as they were when this migration was written.
# What ends is ended once: the first argument of the trigger says by which column that shows, all
# of them together which columns may change.
_ENDS_ONCE = """
CREATE FUNCTION fleet_ends_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF to_jsonb(OLD) ->> TG_ARGV[0] IS NOT NULL
    OR to_jsonb(NEW) - TG_ARGV IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV
  THEN
    RAISE EXCEPTION 'UPDATE of % is refused: it is only ended, and once', TG_TABLE_NAME
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$
"""

_STAYS = """
CREATE FUNCTION fleet_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: what was recorded about equipment stays',
    TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$
"""

# SECURITY DEFINER in all that follows: they lock rows that the service may only read.
_CHECK_PLACE = """
CREATE FUNCTION check_camera_place() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  placed camera%ROWTYPE;
BEGIN
  SELECT * INTO placed FROM camera WHERE id = NEW.camera_id FOR UPDATE;
  IF (placed.kind = 'vehicle') IS DISTINCT FROM (NEW.vehicle_unit IS NOT NULL) THEN
    RAISE EXCEPTION 'a camera of kind % does not go there', placed.kind
      USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (
    SELECT FROM camera_place WHERE camera_id = NEW.camera_id
    AND (until_at IS NULL OR until_at > NEW.from_at)
  ) THEN
    RAISE EXCEPTION 'camera % was elsewhere then', NEW.camera_id
      USING ERRCODE = 'exclusion_violation';
  END IF;
  RETURN NEW;
END
$$
"""

_CHECK_INSPECTION = """
CREATE FUNCTION check_inspection() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.place_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM camera_place WHERE id = NEW.place_id AND camera_id = NEW.camera_id
    AND from_at <= NEW.done_at AND (until_at IS NULL OR until_at > NEW.done_at)
  ) THEN
    RAISE EXCEPTION 'camera % was elsewhere then', NEW.camera_id
      USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (
    SELECT FROM jsonb_array_elements(NEW.items) AS item
    WHERE coalesce(btrim(item ->> 'item'), '') = ''
    OR jsonb_typeof(item -> 'good') IS DISTINCT FROM 'boolean'
    OR (item -> 'good' = 'false' AND coalesce(btrim(item ->> 'words'), '') = '')
  ) THEN
    RAISE EXCEPTION 'an item lacks its name, its result, or words about what is not good'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$
"""

# All of these trainings, each of another system, are the person's and current at that time.
_TRAINED = """
CREATE FUNCTION trained_at(ids bigint[], who text, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT count(DISTINCT system) = cardinality(ids) FROM training
  WHERE id = ANY (ids) AND username = who AND completed_at <= at AND at < expires_at
$$
"""

_CHECK_ASSIGNMENT = """
CREATE FUNCTION check_vehicle_assignment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM account WHERE username = NEW.username AND disabled_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the account % is disabled or is not there', NEW.username
      USING ERRCODE = 'check_violation';
  END IF;
  IF NOT trained_at(NEW.training_ids, NEW.username, NEW.assigned_at) THEN
    RAISE EXCEPTION '% is not trained', NEW.username USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$
"""

_CHECK_SHIFT = """
CREATE FUNCTION check_shift() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM vehicle WHERE unit = NEW.vehicle_unit FOR UPDATE;
  PERFORM FROM account WHERE username = NEW.username
    AND (disabled_at IS NULL OR disabled_at > NEW.started_at) FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the account % is disabled or is not there', NEW.username
      USING ERRCODE = 'check_violation';
  END IF;
  PERFORM FROM vehicle_assignment WHERE id = NEW.assignment_id
    AND vehicle_unit = NEW.vehicle_unit AND username = NEW.username
    AND assigned_at <= NEW.started_at AND (ended_at IS NULL OR ended_at > NEW.started_at);
  IF NOT FOUND THEN
    RAISE EXCEPTION '% is not assigned to %', NEW.username, NEW.vehicle_unit
      USING ERRCODE = 'check_violation';
  END IF;
  IF cardinality(NEW.training_ids) = 0
    OR NOT trained_at(NEW.training_ids, NEW.username, NEW.started_at) THEN
    RAISE EXCEPTION '% is not trained', NEW.username USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (
    SELECT FROM shift WHERE (vehicle_unit = NEW.vehicle_unit OR username = NEW.username)
    AND started_at < coalesce(NEW.ended_at, 'infinity')
    AND coalesce(ended_at, 'infinity') > NEW.started_at
  ) THEN
    RAISE EXCEPTION 'car % or % is on another shift then', NEW.vehicle_unit, NEW.username
      USING ERRCODE = 'exclusion_violation';
  END IF;
  RETURN NEW;
END
$$
"""

_CHECK_PURSUIT_EXIT = """
CREATE FUNCTION check_pursuit_exit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM shift WHERE id = NEW.shift_id AND started_at <= NEW.left_at
    AND (ended_at IS NULL OR ended_at >= NEW.left_at);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'shift % was not on then', NEW.shift_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$
"""

_ADD_FAULT = """
CREATE FUNCTION add_fault() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.state <> 'open' THEN
    RAISE EXCEPTION 'a fault begins as open, not as %', NEW.state
      USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.camera_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM camera WHERE id = NEW.camera_id AND kind = NEW.kind
  ) THEN
    RAISE EXCEPTION 'camera % is of another kind', NEW.camera_id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$
"""

# Policy 426.6.2: told and on paper first, then repaired, by the garage alone.
_MOVE_FAULT = """
CREATE FUNCTION move_fault() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  moves text := OLD.state || ' to ' || NEW.state;
  told text[] := '{state, paper_number, supervisor, supervisor_told_at, administrator,'
    'administrator_told_at, returned_by, reported_at, reported_by}';
  mended text[] := '{state, repaired_at, repaired_by, repair, repair_recorded_at}';
  may_change text[];
BEGIN
  may_change := CASE moves
    WHEN 'open to reported' THEN told WHEN 'reported to repaired' THEN mended END;
  IF may_change IS NULL THEN
    RAISE EXCEPTION 'a fault goes from open to reported to repaired, not from %', moves
      USING ERRCODE = 'check_violation';
  END IF;
  IF to_jsonb(NEW) - may_change IS DISTINCT FROM to_jsonb(OLD) - may_change THEN
    RAISE EXCEPTION 'UPDATE of fault is refused: what was said about it stays'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.state = 'repaired' AND NOT EXISTS (
    SELECT FROM account WHERE username = NEW.repaired_by
    AND (disabled_at IS NULL OR disabled_at > NEW.repaired_at) AND (
      EXISTS (
        SELECT FROM account_role AS held WHERE held.username = NEW.repaired_by
        AND held.role = 'garage' AND held.starts_at <= NEW.repaired_at
        AND (held.ends_at IS NULL OR held.ends_at > NEW.repaired_at)
        AND (held.revoked_at IS NULL OR held.revoked_at > NEW.repaired_at)
      ) OR EXISTS (
        SELECT FROM designation AS held WHERE held.username = NEW.repaired_by
        AND held.role = 'garage' AND held.starts_at <= NEW.repaired_at
        AND (held.ends_at IS NULL OR held.ends_at > NEW.repaired_at)
        AND (held.ended_at IS NULL OR held.ended_at > NEW.repaired_at)
      )
    )
  ) THEN
    RAISE EXCEPTION '% is not of the garage', NEW.repaired_by USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$
"""

_KEPT = (
    "camera_place",
    "fault",
    "inspection",
    "pursuit_exit",
    "shift",
    "site",
    "vehicle",
    "vehicle_assignment",
)
_ONLY_ADDED = ("inspection", "pursuit_exit", "site")

_TRIGGERS = (
    ("camera_place", "camera_place_checked", "BEFORE INSERT", "check_camera_place()"),
    (
        "camera_place",
        "camera_place_ends",
        "BEFORE UPDATE",
        "fleet_ends_once('until_at', 'removed_at', 'removed_by', 'removed_because')",
    ),
    ("inspection", "inspection_checked", "BEFORE INSERT", "check_inspection()"),
    ("vehicle_assignment", "assignment_checked", "BEFORE INSERT", "check_vehicle_assignment()"),
    (
        "vehicle_assignment",
        "assignment_ends",
        "BEFORE UPDATE",
        "fleet_ends_once('ended_at', 'ended_by')",
    ),
    ("shift", "shift_checked", "BEFORE INSERT", "check_shift()"),
    (
        "shift",
        "shift_ends",
        "BEFORE UPDATE",
        "fleet_ends_once('ended_at', 'end_recorded_at', 'end_recorded_by')",
    ),
    ("pursuit_exit", "pursuit_exit_checked", "BEFORE INSERT", "check_pursuit_exit()"),
    ("fault", "fault_added", "BEFORE INSERT", "add_fault()"),
    ("fault", "fault_moves", "BEFORE UPDATE", "move_fault()"),
)

GUARD_FLEET = (
    _ENDS_ONCE,
    _STAYS,
    _CHECK_PLACE,
    _CHECK_INSPECTION,
    _TRAINED,
    _CHECK_ASSIGNMENT,
    _CHECK_SHIFT,
    _CHECK_PURSUIT_EXIT,
    _ADD_FAULT,
    _MOVE_FAULT,
    *(
        f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}"
        for table, name, when, function in _TRIGGERS
    ),
    *(
        f"CREATE TRIGGER {table}_stays BEFORE DELETE OR TRUNCATE"
        f"{' OR UPDATE' if table in _ONLY_ADDED else ''} ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION fleet_stays()"
        for table in _KEPT
    ),
    *(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}" for table, name, *_ in _TRIGGERS),
    *(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stays" for table in _KEPT),
)
