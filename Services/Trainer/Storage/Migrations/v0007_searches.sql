CREATE TABLE searches (
    ordinal           bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
    id                text        PRIMARY KEY,
    capability        text        NOT NULL,
    team              text        NOT NULL,
    state             text        NOT NULL CHECK (state IN ('running', 'finished', 'cancelled')),
    -- With the dataset version that every trial reads.
    asked             jsonb       NOT NULL,
    manifest_revision integer     NOT NULL,
    manifest          jsonb       NOT NULL,
    -- What the end of the search found.
    leaderboard       jsonb,
    crowned           text        REFERENCES runs,
    registering       text        REFERENCES runs,
    outcome           text,
    created_at        timestamptz NOT NULL,
    created_by        text        NOT NULL,
    ended_at          timestamptz
);
CREATE INDEX searches_capability ON searches (capability, ordinal DESC);

-- One combination of parameters at one rung: a run each.
CREATE TABLE search_trials (
    search      text             NOT NULL REFERENCES searches,
    combination integer          NOT NULL,
    rung        integer          NOT NULL,
    run         text             NOT NULL UNIQUE REFERENCES runs,
    value       double precision,
    lower       double precision,
    upper       double precision,
    rows        integer,
    -- Blob with what the model said of each row.
    scores      text,
    PRIMARY KEY (search, combination, rung)
);

-- The end of a search is a job, too: its trials are compared.
ALTER TABLE jobs
    DROP CONSTRAINT jobs_kind_check,
    ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('run', 'suite', 'variants', 'search'));
