-- Similarity indexes that were built, are built or are to be built. An index answers from its last good build until the next one is ready.
CREATE TABLE similarity_indexes (
    name                 text        PRIMARY KEY,
    capability           text        NOT NULL,
    -- The build that answers: what it was made of, and the segment file.
    spec                 jsonb,
    version              integer,
    dataset_version      integer,
    segment              text,
    rows                 bigint      NOT NULL DEFAULT 0,
    dimension            integer,
    bytes                bigint      NOT NULL DEFAULT 0,
    built_at             timestamptz,
    -- The build that was asked for last.
    state                text        NOT NULL CHECK (state IN ('waiting', 'building', 'ready', 'failed')),
    next_spec            jsonb       NOT NULL,
    next_version         integer     NOT NULL,
    next_dataset_version integer     NOT NULL,
    rows_built           bigint,
    error                text,
    -- Whoever claims a build raises its fence; only the holder of the present fence may commit.
    not_before           timestamptz NOT NULL DEFAULT now(),
    fence                bigint      NOT NULL DEFAULT 0,
    attempts             integer     NOT NULL DEFAULT 0,
    worker               text,
    lease_until          timestamptz,
    CHECK ((segment IS NULL) = (version IS NULL)),
    CHECK (state <> 'ready' OR segment IS NOT NULL)
);
CREATE INDEX similarity_indexes_due ON similarity_indexes (not_before) WHERE state IN ('waiting', 'building');

-- Rows that must not be found any more, whatever build answers.
CREATE TABLE similarity_deletions (
    name text NOT NULL,
    row  text NOT NULL,
    PRIMARY KEY (name, row)
);
