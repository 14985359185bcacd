"""What the database itself does about purges: drops months, keeps the ledger."""

from __future__ import annotations

LEDGER = (
    # The lock makes numbers without gaps; it is held until the caller's transaction ends.
    r"""
CREATE FUNCTION append_ledger_entry(entry_kind text, entry_content text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  last ledger_entry%ROWTYPE;
  previous bytea := decode(repeat('00', 32), 'hex');
BEGIN
  PERFORM pg_advisory_xact_lock(426, 8);
  SELECT * INTO last FROM ledger_entry ORDER BY number DESC LIMIT 1;
  IF last.number IS NOT NULL THEN
    previous := last.hash;
  END IF;
  last.number := coalesce(last.number, 0) + 1;
  INSERT INTO ledger_entry VALUES (last.number, entry_kind, entry_content, previous, sha256(
    convert_to(encode(previous, 'hex') || E'\n' || last.number || E'\n' || entry_kind || E'\n'
      || entry_content, 'UTF8')));
  RETURN last.number;
END
$$
""",
    "REVOKE ALL ON FUNCTION append_ledger_entry(text, text) FROM PUBLIC",
    # Whoever places a hold takes the first lock shared; a purge takes it alone, so that no read
    # goes while a hold on it is on its way.
    """
CREATE FUNCTION wait_for_purge() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(426, 7);
  RETURN NULL;
END
$$
""",
    """
CREATE TRIGGER hold_waits_for_purge BEFORE INSERT OR UPDATE ON hold
FOR EACH STATEMENT EXECUTE FUNCTION wait_for_purge()
""",
    "ALTER TABLE hold ENABLE ALWAYS TRIGGER hold_waits_for_purge",
    """
CREATE FUNCTION hold_in_ledger() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM append_ledger_entry('hold:place', to_jsonb(NEW)::text);
  ELSIF OLD.released_at IS NULL AND NEW.released_at IS NOT NULL THEN
    PERFORM append_ledger_entry('hold:release', to_jsonb(NEW)::text);
  ELSIF OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL THEN
    PERFORM append_ledger_entry('hold:approve', to_jsonb(NEW)::text);
  END IF;
  RETURN NULL;
END
$$
""",
    """
CREATE TRIGGER hold_in_ledger AFTER INSERT OR UPDATE ON hold
FOR EACH ROW EXECUTE FUNCTION hold_in_ledger()
""",
    "ALTER TABLE hold ENABLE ALWAYS TRIGGER hold_in_ledger",
)

PURGE_MONTH = (
    # SECURITY DEFINER: a partition is its owner's to drop. So what it may drop is checked here, by
    # the database's own clock: a whole month that is over, and none of it under hold.
    """
CREATE FUNCTION purge_detection_month(
  month timestamptz, cutoff timestamptz, keep bigint[], OUT gone bigint, OUT stayed bigint
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  local timestamp := date_trunc('month', month AT TIME ZONE 'UTC');
  first timestamptz := local AT TIME ZONE 'UTC';
  next timestamptz := (local + interval '1 month') AT TIME ZONE 'UTC';
  name text;
  old text;
BEGIN
  IF NOT has_table_privilege(session_user, 'public.detection', 'DELETE') THEN
    RAISE EXCEPTION 'only the purger may drop a month' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF cutoff > now() OR cutoff < next - interval '1 microsecond' THEN
    RAISE EXCEPTION 'the month of % is not over at %', first, cutoff
      USING ERRCODE = 'check_violation';
  END IF;
  IF hold_that_waits() IS NOT NULL THEN
    RAISE EXCEPTION 'hold % waits for a second person', hold_that_waits()
      USING ERRCODE = 'check_violation';
  END IF;
  PERFORM pg_advisory_xact_lock(426, 3);
  SELECT partition INTO name FROM detection_month m
    WHERE m.year = extract(year FROM local) AND m.month = extract(month FROM local);
  IF name IS NULL THEN
    RAISE EXCEPTION 'there is no month of %', first USING ERRCODE = 'check_violation';
  END IF;
  -- The parent first: whoever searches or stores takes it first too, so nobody waits in a circle.
  LOCK TABLE detection IN ACCESS EXCLUSIVE MODE;
  keep := keep || ARRAY(
    SELECT held_detection.detection_id FROM held_detection JOIN hold ON hold.id = hold_id
    WHERE held_detection.seen_at >= first AND held_detection.seen_at < next
    AND released_at IS NULL AND (ends_at IS NULL OR ends_at > now()));
  EXECUTE format('SELECT count(*), count(*) FILTER (WHERE id = ANY ($1)) FROM public.%I', name)
    INTO gone, stayed USING keep;
  gone := gone - stayed;
  IF stayed = 0 THEN
    EXECUTE format('DROP TABLE public.%I', name);
    DELETE FROM detection_month m
      WHERE m.year = extract(year FROM local) AND m.month = extract(month FROM local);
    RETURN;
  END IF;
  old := name || '_old';
  EXECUTE format('ALTER TABLE public.detection DETACH PARTITION public.%I', name);
  EXECUTE format('ALTER TABLE public.%I RENAME TO %I', name, old);
  EXECUTE format(
    'CREATE TABLE public.%I PARTITION OF public.detection FOR VALUES FROM (%L) TO (%L)',
    name, first, next);
  EXECUTE format('INSERT INTO public.%I SELECT * FROM public.%I WHERE id = ANY ($1)', name, old)
    USING keep;
  EXECUTE format('DROP TABLE public.%I', old);
END
$$
""",
    "REVOKE ALL ON FUNCTION purge_detection_month(timestamptz, timestamptz, bigint[]) FROM PUBLIC",
)

RETENTION_FUNCTIONS = (*LEDGER, *PURGE_MONTH)
"""Statements that `workbench.storage.guards` runs."""
