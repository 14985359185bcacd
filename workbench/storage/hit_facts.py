"""What the database itself knows about a hit: what stands, who looked, from where, what is due.

The deeds and the triggers ask the same functions, so that neither believes what a caller says.
"""

from __future__ import annotations

from workbench.domain.hit import RECOVERY_CALL, STOLEN_CALL
from workbench.domain.hot_entry import Category

# An event as its last correction says it is; what was withdrawn is left out.
_STANDING = """
CREATE FUNCTION standing_hit_events(hit_number bigint) RETURNS SETOF hit_event
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT e.id, e.hit_id, e.kind, coalesce((c.details ->> 'time')::timestamptz, e.happened_at),
    e.recorded_at, e.recorded_by, coalesce(c.details -> 'values', e.details)
  FROM hit_event e
  LEFT JOIN LATERAL (
    SELECT details FROM hit_event
    WHERE hit_id = hit_number AND kind = 'corrected' AND details -> 'event' = to_jsonb(e.id)
    ORDER BY id DESC LIMIT 1
  ) c ON true
  WHERE e.hit_id = hit_number AND coalesce(c.details -> 'withdrawn', 'false') <> 'true'
$$
"""

# A car's camera and somebody on that car's shift: from the car. Everything else is a desk, which
# waits for the confirmation (Policy 426.6.3).
_PLACE = """
CREATE FUNCTION broadcast_place(
  camera text, seen timestamptz, who text, at_time timestamptz
) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN EXISTS (
    SELECT FROM camera_place p JOIN shift s USING (vehicle_unit)
    WHERE p.camera_id = camera AND p.from_at <= seen AND coalesce(p.until_at > seen, true)
    AND s.username = who AND s.started_at <= at_time AND coalesce(s.ended_at > at_time, true)
  ) THEN 'vehicle' ELSE 'desktop' END
$$
"""

# Looks count that returned before the instant: the record alone only says that somebody asked.
_LOOKED = """
CREATE FUNCTION has_looked_at(
  who text, what text, about text, since timestamptz, until_time timestamptz
) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM audit_record look
    JOIN audit_record ended ON ended.access_id = look.seq AND ended.kind = 'look:outcome'
    WHERE look.username = who AND look.kind = what AND ended.outcome = 'returned'
    AND look.criteria ->> CASE what WHEN 'picture:view' THEN 'sha256' ELSE 'detection_id' END
      = about
    AND look.recorded_at >= since - interval '1 day' AND ended.recorded_at <= until_time
  )
$$
"""

_COMPARISON = """
CREATE FUNCTION comparison_lacks(
  hit_number bigint, who text, at_time timestamptz, said jsonb
) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  read record;
BEGIN
  SELECT d.id, d.seen_at, encode(d.plate_picture, 'hex') AS plate,
    encode(d.vehicle_picture, 'hex') AS vehicle, d.region,
    d.vehicle ->> 'make' AS make, d.vehicle ->> 'color' AS colour
    INTO read FROM hit h JOIN detection d ON d.id = h.detection_id AND d.seen_at = h.seen_at
    WHERE h.id = hit_number;
  IF read.id IS NULL THEN
    RETURN ARRAY['a read that is still kept'];
  END IF;
  RETURN array_remove(ARRAY[
    CASE WHEN NOT has_looked_at(who, 'detection:view', read.id::text, read.seen_at, at_time)
      THEN 'an own look at the read before it' END,
    CASE WHEN said -> 'plate_picture' = 'true' AND read.plate IS NULL
      THEN 'a picture of the plate in the read' END,
    CASE WHEN said -> 'plate_picture' = 'true' AND read.plate IS NOT NULL
      AND NOT has_looked_at(who, 'picture:view', read.plate, read.seen_at, at_time)
      THEN 'an own look at the picture of the plate before it' END,
    CASE WHEN said -> 'vehicle_picture' = 'true' AND read.vehicle IS NULL
      THEN 'a picture of the vehicle in the read' END,
    CASE WHEN said -> 'vehicle_picture' = 'true' AND read.vehicle IS NOT NULL
      AND NOT has_looked_at(who, 'picture:view', read.vehicle, read.seen_at, at_time)
      THEN 'an own look at the picture of the vehicle before it' END,
    CASE WHEN said ->> 'region' <> 'cannot_tell' AND coalesce(btrim(read.region), '') = ''
      THEN 'a state in the read' END,
    CASE WHEN said ->> 'make' <> 'cannot_tell' AND coalesce(btrim(read.make), '') = ''
      THEN 'a make in the read' END,
    CASE WHEN said ->> 'colour' <> 'cannot_tell' AND coalesce(btrim(read.colour), '') = ''
      THEN 'a colour in the read' END
  ], NULL);
END
$$
"""

# A read without a picture, or that is not kept any more, cannot be compared: who looked for one
# has seen so.
_WANTS_COMPARISON = """
CREATE FUNCTION hit_wants_comparison(
  hit_number bigint, who text, at_time timestamptz
) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT NOT EXISTS (SELECT FROM standing_hit_events(hit_number) WHERE kind = 'compared')
  AND EXISTS (
    SELECT FROM hit h JOIN detection d ON d.id = h.detection_id AND d.seen_at = h.seen_at
    WHERE h.id = hit_number AND (
      num_nonnulls(d.plate_picture, d.vehicle_picture) > 0
      OR NOT has_looked_at(who, 'detection:view', d.id::text, d.seen_at, at_time))
  )
$$
"""

# What a closing would leave undone; the deed says the same with times and sections.
_WAITS = f"""
CREATE FUNCTION hit_waits_for(hit_number bigint) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH event AS (SELECT * FROM standing_hit_events(hit_number)),
  said AS (
    SELECT
      (SELECT kind FROM event WHERE kind IN ('confirmed', 'refused')
        ORDER BY happened_at DESC, id DESC LIMIT 1) AS answer,
      (SELECT max(happened_at) FROM event WHERE kind IN ('confirmed', 'refused')) AS answered_at,
      (SELECT max(happened_at) FROM event WHERE kind = 'confirmation_asked') AS asked_at,
      (SELECT details -> 'cancels' = 'true' FROM event WHERE kind = 'broadcast'
        ORDER BY happened_at DESC, id DESC LIMIT 1) AS taken_back,
      EXISTS (SELECT FROM event WHERE kind = 'broadcast' AND details -> 'cancels' = 'false')
        AS told,
      EXISTS (SELECT FROM event WHERE kind = 'broadcast' AND details -> 'cancels' = 'false'
        AND details -> 'main' = 'true') AS told_all,
      EXISTS (SELECT FROM event WHERE kind = 'called'
        AND details ->> 'call_type' = '{STOLEN_CALL}') AS called,
      EXISTS (SELECT FROM event WHERE kind = 'called'
        AND details ->> 'call_type' = '{RECOVERY_CALL}') AS recovery_called,
      (SELECT details ->> 'occupancy' = 'unoccupied' AND details -> 'recovered' = 'false'
        FROM event WHERE kind = 'found' ORDER BY happened_at DESC, id DESC LIMIT 1) AS empty,
      EXISTS (
        SELECT FROM event stop WHERE kind = 'stopped' AND NOT coalesce((
          SELECT details -> 'approved' = 'true' FROM hit_event
          WHERE hit_id = hit_number AND kind IN ('corrected', 'reviewed')
          AND details -> 'event' = to_jsonb(stop.id) ORDER BY id DESC LIMIT 1), false)
      ) AS unreviewed,
      met.category = '{Category.STOLEN_VEHICLE}' AND NOT met.informational AS stolen,
      met.informational AS informational
    FROM hit met WHERE met.id = hit_number
  )
  SELECT nullif(array_remove(ARRAY[
    CASE WHEN asked_at > coalesce(answered_at, '-infinity') THEN 'answer' END,
    CASE WHEN told AND NOT taken_back AND asked_at IS NULL AND answer IS NULL
      THEN 'confirmation' END,
    CASE WHEN answer = 'refused' AND told AND NOT taken_back THEN 'cancel_broadcast' END,
    CASE WHEN answer = 'confirmed' AND NOT informational AND NOT told THEN 'broadcast' END,
    CASE WHEN answer = 'confirmed' AND told AND NOT told_all THEN 'main_channel' END,
    CASE WHEN answer = 'confirmed' AND stolen AND NOT called THEN 'call' END,
    CASE WHEN answer = 'confirmed' AND stolen AND empty AND NOT recovery_called
      THEN 'recovery_call' END,
    CASE WHEN unreviewed THEN 'review' END
  ], NULL), '{{}}') FROM said
$$
"""  # noqa: S608 - made of constants of ours

HIT_FACTS = (
    _STANDING,
    _PLACE,
    _LOOKED,
    _COMPARISON,
    _WANTS_COMPARISON,
    _WAITS,
)
"""Each before those that ask it."""
