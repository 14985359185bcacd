"""What makes the database itself keep releases and shares in order."""

from __future__ import annotations

from workbench.domain.release import BY_GUARD, COMES_AFTER


def _turns() -> str:
    return "\n".join(
        f"      WHEN '{step}' THEN asked.state IN ({', '.join(repr(str(s)) for s in states)})"
        for step, states in COMES_AFTER.items()
    )


# Each key is there, is text and is not blank.
_SAYS = r"""
CREATE FUNCTION release_event_says(details jsonb, VARIADIC keys text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT bool_and(
    coalesce(jsonb_typeof(details -> key) = 'string' AND details ->> key ~ '\S', false))
  FROM unnest(keys) AS key
$$
"""

# The words of a name in order of the alphabet: "Doe, Jane" is "Jane Doe".
_PERSON_KEY = r"""
CREATE FUNCTION person_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(string_agg(word, ' ' ORDER BY word COLLATE "C"), '')
  FROM regexp_split_to_table(lower(name), '[\s,.;-]+') AS word WHERE word <> ''
$$
"""

# What an agency is said to be is verified by somebody else, each time it changes.
_GUARD_AGENCY = """
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
"""

# SECURITY DEFINER: locking the request needs more than the service may do with it. pg_temp is
# named last, because otherwise it is first: a temporary table of the same name would be read.
_CHECK_EVENT = f"""
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
{_turns()}
      END OR (NEW.step = 'refused' AND asked.state = 'requested' AND said ->> 'by' = '{BY_GUARD}'),
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
    WHEN NEW.step = 'approved' AND NOT coalesce(
      (jsonb_typeof(said -> 'reads'), jsonb_typeof(said -> 'hold'))
        IN (('object', 'null'), ('null', 'number')), false)
      THEN 'the reads that may be released, or the hold'
    WHEN NEW.step = 'fulfilled' AND NOT coalesce(
      release_event_says(said, 'package', 'manifest_sha256', 'recipient')
      AND said ->> 'manifest_sha256' ~ '^[0-9a-f]{{64}}$'
      AND strpos(said ->> 'recipient', receiver.name) > 0, false)
      THEN 'a package for its recipient with its manifest'
    WHEN NEW.step = 'fulfilled' AND NOT EXISTS (
      SELECT FROM evidence_package WHERE release_request_id = asked.id AND state = 'made'
        AND id::text = said ->> 'package' AND seal = decode(said ->> 'manifest_sha256', 'hex'))
      THEN 'a package that was made for it'
    WHEN NEW.step = 'filed' AND NOT release_event_says(said, 'file') THEN 'the file'
  END;
  IF lacks IS NOT NULL THEN
    RAISE EXCEPTION 'the step % of request % lacks %', NEW.step, NEW.request_id, lacks
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$
"""  # noqa: S608 - made of constants of ours

_MOVE_REQUEST = """
CREATE FUNCTION move_release_request() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE release_request SET state = NEW.step WHERE id = NEW.request_id;
  RETURN NULL;
END
$$
"""

_GUARD_REQUEST = """
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
"""

_CHECK_REVIEW = """
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
"""

_GUARD_SHARE = """
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
"""

# Not even the owner: nothing of this is older than the log that speaks about it.
_KEEP_SHARING = """
CREATE FUNCTION keep_sharing() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: who was given data stays on file', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$
"""

_ROW = "FOR EACH ROW"
_STATEMENT = "FOR EACH STATEMENT"
_GONE = "BEFORE DELETE OR TRUNCATE"
_TOUCHED = "BEFORE UPDATE OR DELETE OR TRUNCATE"

_TRIGGERS = (
    ("agency", "agency_guarded", "BEFORE INSERT OR UPDATE", _ROW, "guard_agency"),
    ("agency", "agency_stays", _GONE, _STATEMENT, "keep_sharing"),
    (
        "release_request",
        "release_request_guarded",
        "BEFORE INSERT OR UPDATE",
        _ROW,
        "guard_release_request",
    ),
    ("release_request", "release_request_stays", _GONE, _STATEMENT, "keep_sharing"),
    ("release_event", "release_event_checked", "BEFORE INSERT", _ROW, "check_release_event"),
    ("release_event", "release_event_moves", "AFTER INSERT", _ROW, "move_release_request"),
    ("release_event", "release_event_stays", _TOUCHED, _STATEMENT, "keep_sharing"),
    ("lawful_demand", "lawful_demand_stays", _TOUCHED, _STATEMENT, "keep_sharing"),
    ("standing_share", "standing_share_guarded", "BEFORE UPDATE", _ROW, "guard_standing_share"),
    ("standing_share", "standing_share_stays", _GONE, _STATEMENT, "keep_sharing"),
    ("share_review", "share_review_checked", "BEFORE INSERT", _ROW, "check_share_review"),
    ("share_review", "share_review_stays", _TOUCHED, _STATEMENT, "keep_sharing"),
    ("share_comparison", "share_comparison_stays", _TOUCHED, _STATEMENT, "keep_sharing"),
)

GUARD_SHARING = (
    _SAYS,
    _PERSON_KEY,
    _GUARD_AGENCY,
    _CHECK_EVENT,
    _MOVE_REQUEST,
    _GUARD_REQUEST,
    _CHECK_REVIEW,
    _GUARD_SHARE,
    _KEEP_SHARING,
    *(
        f"CREATE TRIGGER {name} {when} ON {table} {each} EXECUTE FUNCTION {function}()"
        for table, name, when, each, function in _TRIGGERS
    ),
    *(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}" for table, name, *_ in _TRIGGERS),
)
"""Functions and triggers of agencies, requests for release and standing shares.

A step out of turn or by the wrong person is refused, the state of a request is moved by its
steps alone, and what was recorded is neither changed nor deleted.
"""
