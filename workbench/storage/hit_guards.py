"""What makes the database itself keep a hit's life in order."""

from __future__ import annotations

from workbench.domain.hit import (
    AFTER_CLOSING,
    NOT_CORRECTED,
    WITHOUT_OPENING,
    Agreement,
    Disposition,
    HitEventKind,
    HitOutcome,
    Occupancy,
    Place,
    Priority,
)
from workbench.domain.stop_basis import NUMBER_OF, SHORTEST_FACTS, StopBasis
from workbench.storage.hit_facts import HIT_FACTS


def _listed(
    values: type[Agreement | Disposition | HitOutcome | Occupancy | Place | Priority | StopBasis]
    | frozenset[HitEventKind],
) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


# Each key is there, is text and is not blank.
_SAYS = r"""
CREATE FUNCTION hit_event_says(details jsonb, VARIADIC keys text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT bool_and(
    coalesce(jsonb_typeof(details -> key) = 'string' AND details ->> key ~ '\S', false))
  FROM unnest(keys) AS key
$$
"""

_NEEDS_NUMBER = " OR ".join(
    f"said ->> 'basis' = '{basis}' AND NOT hit_event_says(said, '{number}')"
    for basis, number in sorted(NUMBER_OF.items())
)

# What an act of a kind has to say, whoever records it: asked for new events and for corrections.
_ACT_LACKS = rf"""
CREATE FUNCTION hit_act_lacks(
  met hit, act text, said jsonb, happened timestamptz, who text, itself bigint
) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  answer record;
BEGIN
  SELECT id, kind INTO answer FROM standing_hit_events(met.id)
    WHERE kind IN ('confirmed', 'refused') AND id <> itself
    AND happened_at <= happened ORDER BY happened_at DESC, id DESC LIMIT 1;
  RETURN CASE
    WHEN met.informational AND act IN ('called', 'stopped')
      THEN 'a hit that is more than informational'
    WHEN act IN ('called', 'stopped') AND (
      answer.kind IS DISTINCT FROM 'confirmed'
      OR said -> 'confirmation' IS DISTINCT FROM to_jsonb(answer.id))
      THEN 'the standing confirmation'
    WHEN act = 'stopped' AND NOT coalesce(said ->> 'basis' IN ({_listed(StopBasis)}), false)
      THEN 'a basis beside the hit'
    WHEN act = 'stopped' AND ({_NEEDS_NUMBER}) THEN 'the section or warrant of its basis'
    WHEN act = 'stopped' AND NOT coalesce(
      jsonb_typeof(said -> 'facts') = 'string'
      AND length(regexp_replace(said ->> 'facts', '\s', '', 'g')) >= {SHORTEST_FACTS}, false)
      THEN 'the facts of its basis'
    WHEN act = 'called'
      AND NOT hit_event_says(said, 'call_type', 'vehicle_description', 'direction')
      THEN 'call type, vehicle description or direction'
    WHEN act IN ('confirmed', 'refused')
      AND NOT hit_event_says(said, 'system', 'response', 'operator', 'result')
      THEN 'system, response, operator or result'
    WHEN act IN ('confirmed', 'refused') AND NOT of_the_department(said ->> 'operator')
      THEN 'an operator who is a person of the department'
    WHEN act = 'compared' AND NOT coalesce(
      (said -> 'plate_picture' = 'true' OR said -> 'vehicle_picture' = 'true')
      AND said ->> 'region' IN ({_listed(Agreement)})
      AND said ->> 'make' IN ({_listed(Agreement)})
      AND said ->> 'colour' IN ({_listed(Agreement)})
      AND jsonb_typeof(said -> 'list_age_minutes') IN ('number', 'null'), false)
      THEN 'a picture seen, state, make, colour or age of the list'
    WHEN act = 'compared' THEN (comparison_lacks(met.id, who, happened, said))[1]
    WHEN act = 'confirmation_asked' AND NOT coalesce(
      said ->> 'priority' IN ({_listed(Priority)})
      AND jsonb_typeof(said -> 'second') = 'boolean', false) THEN 'a priority'
    WHEN act = 'confirmation_asked' AND said -> 'second' = 'true' AND NOT EXISTS (
      SELECT FROM standing_hit_events(met.id)
      WHERE kind = act AND id <> itself AND happened_at <= happened)
      THEN 'a first request'
    WHEN act = 'broadcast' AND NOT coalesce(hit_event_says(said, 'channel')
      AND said ->> 'place' IN ({_listed(Place)})
      AND jsonb_typeof(said -> 'main') = 'boolean'
      AND jsonb_typeof(said -> 'cancels') = 'boolean', false) THEN 'a channel or place'
    WHEN act = 'broadcast' AND said ->> 'place' IS DISTINCT FROM broadcast_place(
      met.camera_id, met.seen_at, who, happened)
      THEN 'the place that follows from the camera and the shift'
    WHEN act = 'found' AND NOT coalesce(
      said ->> 'occupancy' IN ({_listed(Occupancy)})
      AND jsonb_typeof(said -> 'recovered') = 'boolean', false) THEN 'occupancy or recovery'
    WHEN act IN ('closed', 'scored')
      AND NOT coalesce(said ->> 'disposition' IN ({_listed(Disposition)}), false)
      THEN 'a disposition'
    WHEN act = 'closed'
      AND NOT coalesce(said ->> 'outcome' IN ({_listed(HitOutcome)}), false) THEN 'an outcome'
    WHEN act = 'closed' AND said ->> 'disposition' <> 'not_scored' AND NOT EXISTS (
      SELECT FROM standing_hit_events(met.id) WHERE kind = 'compared')
      THEN 'a comparison with the picture'
    WHEN act = 'closed' AND hit_wants_comparison(met.id, who, happened)
      THEN 'a comparison with the picture'
    WHEN act = 'closed' THEN 'what is due: ' || array_to_string(hit_waits_for(met.id), ', ')
    WHEN act = 'scored' AND said ->> 'disposition' <> 'not_scored'
      AND said -> 'plate_picture' IS DISTINCT FROM 'true' THEN 'a picture seen'
    WHEN act = 'scored' AND said -> 'plate_picture' = 'true'
      THEN (comparison_lacks(met.id, who, happened, said))[1]
    WHEN act = 'drawn' AND NOT coalesce(hit_event_says(said, 'week')
      AND (said ->> 'waiting')::integer >= (said ->> 'drawn')::integer
      AND (said ->> 'drawn')::integer > 0, false)
      THEN 'a week and how many were drawn of how many'
  END;
END
$$
"""  # noqa: S608 - made of constants of ours

# What is said about an event: which, by whom, and that it stays what it was. People are asked
# about by functions in fleet_guards.py.
_ABOUT_LACKS = f"""
CREATE FUNCTION hit_word_lacks(
  met hit, word text, said jsonb, happened timestamptz, recorded timestamptz, who text
) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  about hit_event%ROWTYPE;
BEGIN
  SELECT * INTO about FROM hit_event
    WHERE hit_id = met.id AND to_jsonb(id) = said -> 'event';
  RETURN CASE
    WHEN about.id IS NULL THEN 'an event of this hit'
    WHEN word = 'flagged' AND NOT hit_event_says(said, 'violation', 'section')
      THEN 'a violation and its section'
    WHEN word = 'flagged' THEN NULL
    WHEN word = 'reviewed' AND about.kind <> 'stopped' THEN 'a recorded stop'
    WHEN word = 'reviewed' AND NOT coalesce(hit_event_says(said, 'note')
      AND jsonb_typeof(said -> 'approved') = 'boolean', false) THEN 'a decision and a note'
    WHEN word = 'reviewed' AND (who = about.recorded_by OR EXISTS (
      SELECT FROM hit_event WHERE hit_id = met.id AND kind = 'corrected'
      AND details -> 'event' = said -> 'event' AND recorded_by = who))
      THEN 'another person than who recorded the stop'
    WHEN word = 'reviewed' AND NOT held_role_at(who, 'supervisor', recorded) THEN 'a supervisor'
    WHEN word = 'reviewed' THEN NULL
    WHEN about.kind IN ({_listed(NOT_CORRECTED)}) THEN 'an event that can be corrected'
    WHEN who <> about.recorded_by AND NOT held_role_at(who, 'supervisor', recorded)
      THEN 'who recorded it, or a supervisor'
    WHEN NOT hit_event_says(said, 'why') THEN 'why it was wrong'
    WHEN jsonb_typeof(said -> 'withdrawn') IS DISTINCT FROM 'boolean'
      THEN 'whether it is withdrawn'
    WHEN said -> 'withdrawn' = 'true' AND about.kind = 'opened'
      THEN 'an event that can be withdrawn'
    WHEN said -> 'withdrawn' = 'true' THEN NULL
    WHEN jsonb_typeof(said -> 'values') IS DISTINCT FROM 'object'
      OR NOT hit_event_says(said, 'time') THEN 'what stands instead'
    WHEN (said ->> 'time')::timestamptz < met.seen_at
      OR (said ->> 'time')::timestamptz > recorded THEN 'a time between the read and now'
    ELSE hit_act_lacks(met, about.kind, said -> 'values', (said ->> 'time')::timestamptz,
      about.recorded_by, about.id)
  END;
END
$$
"""  # noqa: S608 - made of constants of ours

# SECURITY DEFINER: locking the hit needs more than the service may do with it. pg_temp is named
# last, because otherwise it is first: a temporary table called hit_event would be read instead.
_CHECK_EVENT = f"""
CREATE FUNCTION check_hit_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  met hit%ROWTYPE;
  lacks text;
BEGIN
  SELECT * INTO met FROM hit WHERE id = NEW.hit_id FOR UPDATE;
  lacks := CASE
    WHEN met.id IS NULL THEN 'a hit'
    WHEN NEW.happened_at < met.seen_at THEN 'a time after the read'
    WHEN met.state = 'closed' AND NEW.kind NOT IN ({_listed(AFTER_CLOSING)})
      THEN 'a hit that is open'
    WHEN met.state = 'new' AND NEW.kind NOT IN ({_listed(WITHOUT_OPENING)})
      THEN 'somebody who opened the hit'
    WHEN NEW.kind IN ('corrected', 'flagged', 'reviewed') THEN hit_word_lacks(
      met, NEW.kind, NEW.details, NEW.happened_at, NEW.recorded_at, NEW.recorded_by)
    ELSE hit_act_lacks(met, NEW.kind, NEW.details, NEW.happened_at, NEW.recorded_by, 0)
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
  SELECT array_agg(kind) INTO kinds FROM standing_hit_events(NEW.hit_id);
  SELECT kind INTO last_answer FROM standing_hit_events(NEW.hit_id)
    WHERE kind IN ('confirmed', 'refused')
    ORDER BY happened_at DESC, id DESC LIMIT 1;
  SELECT kind INTO last_step FROM standing_hit_events(NEW.hit_id)
    WHERE (kind = 'confirmed' OR kind = 'broadcast' AND details -> 'cancels' = 'false')
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
    *HIT_FACTS,
    _ACT_LACKS,
    _ABOUT_LACKS,
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
