-- The one epoch there is. It grows when the log moves to another cluster, where transaction ids start anew.
CREATE TABLE epoch (
    epoch integer NOT NULL
);
INSERT INTO epoch VALUES (1);

CREATE FUNCTION current_epoch() RETURNS integer
    LANGUAGE sql STABLE
    RETURN (SELECT epoch FROM events.epoch);

-- Order and cursor are (epoch, txid, sequence).
CREATE TABLE log (
    epoch       integer     NOT NULL DEFAULT events.current_epoch(),
    txid        xid8        NOT NULL DEFAULT pg_current_xact_id(),
    sequence    bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    id          text        NOT NULL,
    source      text        NOT NULL,
    type        text        NOT NULL,
    subject     text,
    time        timestamptz NOT NULL,
    traceparent text,
    data        jsonb       NOT NULL,
    PRIMARY KEY (epoch, txid, sequence),
    UNIQUE (source, id)
);
