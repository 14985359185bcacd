"""What makes the database itself keep packages at home unless a release lets one leave."""

from __future__ import annotations

# SECURITY DEFINER: locking the request, and reading the log, need more than the service may do.
_CHECK_PACKAGE = r"""
CREATE FUNCTION check_evidence_package() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  looked audit_record%ROWTYPE;
  asked release_request%ROWTYPE;
  receiver agency%ROWTYPE;
  demanded lawful_demand%ROWTYPE;
  approval jsonb;
  named jsonb := coalesce(NEW.criteria -> 'recipient', 'null');
  lacks text;
BEGIN
  SELECT * INTO looked FROM audit_record WHERE seq = NEW.access_id;
  SELECT * INTO asked FROM release_request WHERE id = NEW.release_request_id FOR SHARE;
  SELECT * INTO receiver FROM agency WHERE id = asked.agency_id FOR SHARE;
  SELECT details INTO approval
    FROM release_event WHERE request_id = asked.id AND step = 'approved';
  SELECT * INTO demanded FROM lawful_demand WHERE id = NEW.lawful_demand_id;
  lacks := CASE
    WHEN NEW.state <> 'begun' THEN 'its beginning'
    WHEN (looked.kind, looked.username, looked.criteria::jsonb)
      IS DISTINCT FROM (
        CASE WHEN NEW.lawful_demand_id IS NULL THEN 'evidence:package' ELSE 'evidence:disclose' END,
        NEW.begun_by, NEW.criteria)
      THEN 'a record of the log that says the same'
    WHEN NEW.lawful_demand_id IS NOT NULL THEN CASE
      WHEN named -> 'demand_id' IS DISTINCT FROM to_jsonb(demanded.id) THEN 'its demand'
      WHEN (named ->> 'agency', named ->> 'person', NEW.case_number)
        IS DISTINCT FROM (demanded.court, demanded.asked_by, demanded.case_number)
        THEN 'the court, the receiver and the case of its demand'
      END
    WHEN NEW.release_request_id IS NULL AND named = 'null' THEN NULL
    WHEN asked.id IS NULL OR named -> 'request_id' IS DISTINCT FROM to_jsonb(asked.id)
      THEN 'a request that lets it leave (426.9)'
    WHEN asked.state <> 'approved' THEN 'an approved request: it is ' || asked.state
    WHEN NOT (receiver.enabled AND receiver.verified_at IS NOT NULL)
      THEN 'an agency that is verified and in use'
    WHEN (named ->> 'agency', named ->> 'person')
      IS DISTINCT FROM (regexp_replace(btrim(receiver.name), '\s+', ' ', 'g'), asked.requester_name)
      THEN 'the recipient of its request'
    WHEN (NEW.criteria -> 'reads', NEW.criteria -> 'hold')
      IS DISTINCT FROM (approval -> 'reads', approval -> 'hold')
      THEN 'the reads that were approved, and those alone'
    WHEN (NEW.criteria -> 'accesses', NEW.criteria -> 'two_sided')
      IS DISTINCT FROM ('false'::jsonb, 'false'::jsonb)
      THEN 'the form of a release: without who looked, and why'
  END;
  IF lacks IS NOT NULL THEN
    RAISE EXCEPTION 'the package lacks %', lacks USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$
"""

_GUARD_PACKAGE = """
CREATE FUNCTION guard_evidence_package() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  became text[] := ARRAY[
    'state', 'made_at', 'problem', 'reads', 'pictures', 'size_bytes', 'seal', 'key_id'];
BEGIN
  IF OLD.state <> 'begun' OR to_jsonb(NEW) - became IS DISTINCT FROM to_jsonb(OLD) - became THEN
    RAISE EXCEPTION 'what was packed for whom stays, and what became of it too'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$
"""

_CHECK_BOOKING = """
CREATE FUNCTION check_evidence_booking() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM evidence_package WHERE id = NEW.package_id AND state = 'made') THEN
    RAISE EXCEPTION 'package % was not made, so it cannot be booked', NEW.package_id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$
"""

_ROW = "FOR EACH ROW"
_STATEMENT = "FOR EACH STATEMENT"
_GONE = "BEFORE DELETE OR TRUNCATE"
_TOUCHED = "BEFORE UPDATE OR DELETE OR TRUNCATE"

_TRIGGERS = (
    (
        "evidence_package",
        "evidence_package_checked",
        "BEFORE INSERT",
        _ROW,
        "check_evidence_package",
    ),
    (
        "evidence_package",
        "evidence_package_guarded",
        "BEFORE UPDATE",
        _ROW,
        "guard_evidence_package",
    ),
    ("evidence_package", "evidence_package_stays", _GONE, _STATEMENT, "keep_sharing"),
    (
        "evidence_booking",
        "evidence_booking_checked",
        "BEFORE INSERT",
        _ROW,
        "check_evidence_booking",
    ),
    ("evidence_booking", "evidence_booking_stays", _TOUCHED, _STATEMENT, "keep_sharing"),
)

GUARD_EVIDENCE = (
    _CHECK_PACKAGE,
    _GUARD_PACKAGE,
    _CHECK_BOOKING,
    *(
        f"CREATE TRIGGER {name} {when} ON {table} {each} EXECUTE FUNCTION {function}()"
        for table, name, when, each, function in _TRIGGERS
    ),
    *(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}" for table, name, *_ in _TRIGGERS),
)
"""Functions and triggers of packages; they come after those of requests for release.

A package names nobody outside unless an approved request does, for that request's recipient and
the approved reads, once, or a lawful demand on file, in its case; what was packed for whom, and
under which number it lies, stays.
"""
