"""What makes the database itself keep the care of equipment in order."""

from __future__ import annotations

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
  IF NEW.done_by <> NEW.recorded_by AND NOT of_the_department(NEW.done_by) THEN
    RAISE EXCEPTION '% is nobody of the department', NEW.done_by USING ERRCODE = 'check_violation';
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
  AND ended_at IS NULL
$$
"""

# Granted or designated, and that at this time.
_HELD_ROLE = """
CREATE FUNCTION held_role_at(who text, wanted text, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM account WHERE username = who AND (disabled_at IS NULL OR disabled_at > at)
  ) AND (
    EXISTS (
      SELECT FROM account_role WHERE username = who AND role = wanted AND starts_at <= at
      AND (ends_at IS NULL OR ends_at > at) AND (revoked_at IS NULL OR revoked_at > at)
    ) OR EXISTS (
      SELECT FROM designation WHERE username = who AND role = wanted AND starts_at <= at
      AND (ends_at IS NULL OR ends_at > at) AND (ended_at IS NULL OR ended_at > at)
    )
  )
$$
"""

# Whom a record names beside who writes it has an account.
_OF_THE_DEPARTMENT = """
CREATE FUNCTION of_the_department(who text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM account WHERE username = who
    AND (disabled_at IS NULL OR suspended_at IS NOT NULL)
  )
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
DECLARE
  whose text;
BEGIN
  SELECT username INTO whose FROM shift WHERE id = NEW.shift_id AND started_at <= NEW.left_at
    AND (ended_at IS NULL OR ended_at >= NEW.left_at);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'shift % was not on then', NEW.shift_id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.recorded_by <> whose
    AND NOT held_role_at(NEW.recorded_by, 'supervisor', NEW.recorded_at) THEN
    RAISE EXCEPTION 'shift % is another''s, and % is no supervisor', NEW.shift_id, NEW.recorded_by
      USING ERRCODE = 'check_violation';
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
  IF NEW.discovered_by <> NEW.recorded_by AND NOT of_the_department(NEW.discovered_by) THEN
    RAISE EXCEPTION '% is nobody of the department', NEW.discovered_by
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
  IF NEW.state = 'reported' AND NOT (
    of_the_department(NEW.supervisor) AND of_the_department(NEW.administrator)
  ) THEN
    RAISE EXCEPTION '% or % is nobody of the department', NEW.supervisor, NEW.administrator
      USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'repaired' AND NOT held_role_at(NEW.repaired_by, 'garage', NEW.repaired_at) THEN
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
    (
        "training",
        "training_ends",
        "BEFORE UPDATE",
        "fleet_ends_once('ended_at', 'ended_by', 'end_reason')",
    ),
    ("fault", "fault_added", "BEFORE INSERT", "add_fault()"),
    ("fault", "fault_moves", "BEFORE UPDATE", "move_fault()"),
)

GUARD_FLEET = (
    _ENDS_ONCE,
    _STAYS,
    _CHECK_PLACE,
    _CHECK_INSPECTION,
    _TRAINED,
    _HELD_ROLE,
    _OF_THE_DEPARTMENT,
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
"""Functions and triggers of the tables of equipment.

Nobody is assigned or begins a shift without account, training and assignment of that time, no car
or person is on two shifts, a camera is at one place, a fault is told before it is repaired, by
the garage alone, whom a record names has an account, an exit from a pursuit is written by whose
shift it is or a supervisor, and nothing recorded is changed or deleted.
"""
