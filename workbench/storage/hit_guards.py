"""What makes the database itself keep a hit's life in order."""

from __future__ import annotations

from workbench.domain.hit import Agreement, Disposition, HitOutcome, Occupancy, Place, Priority
from workbench.domain.stop_basis import MEANT, OWN_WORDS, WRITTEN
from workbench.domain.words_of_a_hit import WORDS_OF_A_HIT


def _listed(
    values: type[Agreement | Disposition | HitOutcome | Occupancy | Place | Priority],
) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


def _escaped(characters: str) -> str:
    return "".join(f"\\{ord(character):04X}" for character in characters)


# Each key is there, is text and is not blank.
_SAYS = r"""
CREATE FUNCTION hit_event_says(details jsonb, VARIADIC keys text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT bool_and(
    coalesce(jsonb_typeof(details -> key) = 'string' AND details ->> key ~ '\S', false))
  FROM unnest(keys) AS key
$$
"""

_OWN_WORDS = f"""
CREATE FUNCTION stop_basis_words(basis text, VARIADIC plates text[]) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(DISTINCT word) FROM (
    SELECT lower(found[1] COLLATE "C") AS word
    FROM regexp_matches(
      translate(basis, U&'{_escaped(WRITTEN)}', '{MEANT}'), '[A-Za-z0-9]{{2,}}', 'g') AS found
  ) AS said
  WHERE word <> ALL (string_to_array('{" ".join(sorted(WORDS_OF_A_HIT))}', ' '))
  AND NOT EXISTS (
    SELECT FROM unnest(plates) AS plate
    WHERE strpos(lower(regexp_replace(plate, '[^A-Za-z0-9]+', '', 'g') COLLATE "C"), word) > 0
  )
$$
"""  # noqa: S608 - made of constants of ours

# SECURITY DEFINER: locking the hit needs more than the service may do with it. pg_temp is named
# last, because otherwise it is first: a temporary table called hit_event would be read instead.
_CHECK_EVENT = f"""
CREATE FUNCTION check_hit_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  met hit%ROWTYPE;
  answer hit_event%ROWTYPE;
  said jsonb := NEW.details;
  lacks text;
BEGIN
  SELECT * INTO met FROM hit WHERE id = NEW.hit_id FOR UPDATE;
  SELECT * INTO answer FROM hit_event
    WHERE hit_id = NEW.hit_id AND kind IN ('confirmed', 'refused')
    AND happened_at <= NEW.happened_at ORDER BY happened_at DESC, id DESC LIMIT 1;
  lacks := CASE
    WHEN met.id IS NULL THEN 'a hit'
    WHEN NEW.happened_at < met.seen_at THEN 'a time after the read'
    WHEN met.state = 'closed' AND NEW.kind NOT IN ('drawn', 'scored') THEN 'a hit that is open'
    WHEN met.state = 'new' AND NEW.kind NOT IN ('drawn', 'opened', 'scored')
      THEN 'somebody who opened the hit'
    WHEN met.informational AND NEW.kind IN ('called', 'stopped')
      THEN 'a hit that is more than informational'
    WHEN NEW.kind IN ('called', 'stopped') AND (
      answer.kind IS DISTINCT FROM 'confirmed'
      OR said -> 'confirmation' IS DISTINCT FROM to_jsonb(answer.id))
      THEN 'the standing confirmation'
    WHEN NEW.kind = 'stopped' AND (NOT hit_event_says(said, 'basis')
      OR stop_basis_words(said ->> 'basis', met.read_plate, met.listed_plate) < {OWN_WORDS})
      THEN 'a basis beside the hit'
    WHEN NEW.kind = 'called'
      AND NOT hit_event_says(said, 'call_type', 'vehicle_description', 'direction')
      THEN 'call type, vehicle description or direction'
    WHEN NEW.kind IN ('confirmed', 'refused')
      AND NOT hit_event_says(said, 'system', 'response', 'operator', 'result')
      THEN 'system, response, operator or result'
    WHEN NEW.kind = 'compared' AND NOT coalesce(
      (said -> 'plate_picture' = 'true' OR said -> 'vehicle_picture' = 'true')
      AND said ->> 'region' IN ({_listed(Agreement)})
      AND said ->> 'make' IN ({_listed(Agreement)})
      AND said ->> 'colour' IN ({_listed(Agreement)})
      AND jsonb_typeof(said -> 'list_age_minutes') IN ('number', 'null'), false)
      THEN 'a picture seen, state, make, colour or age of the list'
    WHEN NEW.kind = 'confirmation_asked' AND NOT coalesce(
      said ->> 'priority' IN ({_listed(Priority)})
      AND jsonb_typeof(said -> 'second') = 'boolean', false) THEN 'a priority'
    WHEN NEW.kind = 'confirmation_asked' AND said -> 'second' = 'true' AND NOT EXISTS (
      SELECT FROM hit_event WHERE hit_id = NEW.hit_id AND kind = NEW.kind
      AND happened_at <= NEW.happened_at) THEN 'a first request'
    WHEN NEW.kind = 'broadcast' AND NOT coalesce(hit_event_says(said, 'channel')
      AND said ->> 'place' IN ({_listed(Place)})
      AND jsonb_typeof(said -> 'cancels') = 'boolean', false) THEN 'a channel or place'
    WHEN NEW.kind = 'found' AND NOT coalesce(
      said ->> 'occupancy' IN ({_listed(Occupancy)})
      AND jsonb_typeof(said -> 'recovered') = 'boolean', false) THEN 'occupancy or recovery'
    WHEN NEW.kind IN ('closed', 'scored')
      AND NOT coalesce(said ->> 'disposition' IN ({_listed(Disposition)}), false)
      THEN 'a disposition'
    WHEN NEW.kind = 'closed'
      AND NOT coalesce(said ->> 'outcome' IN ({_listed(HitOutcome)}), false) THEN 'an outcome'
    WHEN NEW.kind = 'closed' AND said ->> 'disposition' <> 'not_scored' AND NOT EXISTS (
      SELECT FROM hit_event WHERE hit_id = NEW.hit_id AND kind = 'compared')
      THEN 'a comparison with the picture'
    WHEN NEW.kind = 'scored' AND said ->> 'disposition' <> 'not_scored'
      AND said -> 'plate_picture' IS DISTINCT FROM 'true' THEN 'a picture seen'
    WHEN NEW.kind = 'drawn' AND NOT coalesce(hit_event_says(said, 'week')
      AND (said ->> 'waiting')::integer >= (said ->> 'drawn')::integer
      AND (said ->> 'drawn')::integer > 0, false)
      THEN 'a week and how many were drawn of how many'
  END;
  IF lacks IS NOT NULL THEN
    RAISE EXCEPTION 'the event % of hit % lacks %', NEW.kind, NEW.hit_id, lacks
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$
"""  # noqa: S608 - made of constants of ours

# The state follows from all events, so that one recorded late does not turn it back.
_MOVE_HIT = """
CREATE FUNCTION move_hit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  kinds text[];
  last_answer text;
  last_step text;
BEGIN
  SELECT array_agg(kind) INTO kinds FROM hit_event WHERE hit_id = NEW.hit_id;
  SELECT kind INTO last_answer FROM hit_event
    WHERE hit_id = NEW.hit_id AND kind IN ('confirmed', 'refused')
    ORDER BY happened_at DESC, id DESC LIMIT 1;
  SELECT kind INTO last_step FROM hit_event
    WHERE hit_id = NEW.hit_id
    AND (kind = 'confirmed' OR kind = 'broadcast' AND details -> 'cancels' = 'false')
    ORDER BY happened_at DESC, id DESC LIMIT 1;
  UPDATE hit SET state = CASE
    WHEN 'closed' = ANY (kinds) THEN 'closed'
    WHEN last_answer = 'refused' THEN 'refused'
    WHEN 'called' = ANY (kinds) THEN 'called'
    WHEN last_step IS NOT NULL THEN last_step
    WHEN 'compared' = ANY (kinds) THEN 'compared'
    WHEN 'opened' = ANY (kinds) THEN 'opened'
    ELSE 'new'
  END WHERE id = NEW.hit_id;
  RETURN NULL;
END
$$
"""

_GUARD_HIT = """
CREATE FUNCTION guard_hit() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.state <> 'new' THEN
    RAISE EXCEPTION 'a hit begins as new, not as %', NEW.state USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND (
    pg_trigger_depth() < 2 OR to_jsonb(NEW) - 'state' IS DISTINCT FROM to_jsonb(OLD) - 'state'
  ) THEN
    RAISE EXCEPTION 'UPDATE of hit is refused: its events alone move it'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$
"""

# Who may delete is a right of the purger; the owner, who has every right, is held here.
_KEEP_HITS = """
CREATE FUNCTION keep_hits() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' AND NOT pg_has_role(
    current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE'
  ) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '% of % is refused: what was done about hits stays', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$
"""

_TRIGGERS = (
    ("hit", "hit_guarded", "BEFORE INSERT OR UPDATE", "FOR EACH ROW", "guard_hit"),
    ("hit", "hit_stays", "BEFORE DELETE OR TRUNCATE", "FOR EACH STATEMENT", "keep_hits"),
    ("hit_event", "hit_event_checked", "BEFORE INSERT", "FOR EACH ROW", "check_hit_event"),
    ("hit_event", "hit_event_moves", "AFTER INSERT", "FOR EACH ROW", "move_hit"),
    (
        "hit_event",
        "hit_event_stays",
        "BEFORE UPDATE OR DELETE OR TRUNCATE",
        "FOR EACH STATEMENT",
        "keep_hits",
    ),
)

GUARD_HITS = (
    _SAYS,
    _OWN_WORDS,
    _CHECK_EVENT,
    _MOVE_HIT,
    _GUARD_HIT,
    _KEEP_HITS,
    *(
        f"CREATE TRIGGER {name} {when} ON {table} {each} EXECUTE FUNCTION {function}()"
        for table, name, when, each, function in _TRIGGERS
    ),
    *(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}" for table, name, *_ in _TRIGGERS),
)
"""Functions and triggers of ``hit`` and ``hit_event``.

An event that comes out of turn or lacks what it needs is refused, the state of a hit is moved by
its events alone, and nothing of either is changed; the purger may delete.
"""
