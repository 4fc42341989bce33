-- Revocations at a service's start; the oldest events.
CREATE INDEX log_type ON log (type, epoch, txid, sequence);
CREATE INDEX log_time ON log (time);

-- Deletes events that are older than a time, at most so many, and gives how many that were. Kept are events of the given types, out of
-- which a reader that starts anew builds its state, and everything that some reader has yet to read, in whatever schema its cursor is.
CREATE FUNCTION prune(older_than interval, kept_types text[], most integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    reader_schema name;
    place         record;
    slowest_epoch integer;
    slowest_txid  xid8;
    slowest       bigint;
    deleted       bigint;
BEGIN
    -- A service that starts reads the revocations of the last 25 hours.
    IF older_than < interval '26 hours' THEN
        RAISE EXCEPTION 'events are kept for 26 hours at least';
    END IF;
    SELECT events.current_epoch(), pg_snapshot_xmin(pg_current_snapshot()), -1 INTO slowest_epoch, slowest_txid, slowest;
    FOR reader_schema IN
        SELECT n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE c.relname = 'event_cursors' AND c.relkind = 'r'
    LOOP
        EXECUTE format('SELECT epoch, txid, sequence FROM %I.event_cursors ORDER BY epoch, txid, sequence LIMIT 1', reader_schema)
           INTO place;
        IF place.epoch IS NOT NULL
           AND (place.epoch, place.txid, place.sequence) < (slowest_epoch, slowest_txid, slowest) THEN
            SELECT place.epoch, place.txid, place.sequence INTO slowest_epoch, slowest_txid, slowest;
        END IF;
    END LOOP;
    DELETE FROM events.log
     WHERE ctid = ANY (ARRAY(SELECT l.ctid
                               FROM events.log AS l
                              WHERE l.time < now() - older_than AND NOT l.type = ANY (kept_types)
                                AND (l.epoch, l.txid, l.sequence) < (slowest_epoch, slowest_txid, slowest)
                              ORDER BY l.time
                              LIMIT most));
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END
$$;
REVOKE ALL ON FUNCTION prune FROM PUBLIC;
