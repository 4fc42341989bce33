CREATE TABLE batch_files (
    team       text        NOT NULL,
    digest     text        NOT NULL,
    format     text        NOT NULL CHECK (format IN ('csv', 'jsonl', 'parquet')),
    bytes      bigint      NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (team, digest)
);

CREATE TABLE batch_jobs (
    ordinal          bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
    id               text        PRIMARY KEY,
    capability       text        NOT NULL,
    version          integer     NOT NULL,
    model            text        NOT NULL,
    team             text        NOT NULL,
    state            text        NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    input            jsonb       NOT NULL,
    format           text        NOT NULL CHECK (format IN ('csv', 'jsonl', 'parquet')),
    outputs          jsonb,
    -- As they were when the job was made: what is declared or written later changes nothing for it.
    interface        jsonb       NOT NULL,
    file_format      text,
    dataset_version  jsonb,
    -- The Parquet file that shards read, once the job is prepared.
    source           text,
    source_is_upload boolean     NOT NULL DEFAULT false,
    chunk_rows       integer,
    shard_rows       integer,
    rows             bigint,
    rows_done        bigint      NOT NULL DEFAULT 0 CHECK (rows_done <= rows),
    rows_refused     bigint      NOT NULL DEFAULT 0 CHECK (rows_refused <= rows_done),
    shards           integer,
    shards_done      integer     NOT NULL DEFAULT 0 CHECK (shards_done <= shards),
    begun_at         timestamptz,
    last_at          timestamptz,
    output           text,
    output_bytes     bigint,
    error            text,
    created_by       text        NOT NULL,
    created_at       timestamptz NOT NULL,
    started_at       timestamptz,
    ended_at         timestamptz,
    CHECK ((state = 'succeeded') = (output IS NOT NULL))
);
CREATE INDEX batch_jobs_team ON batch_jobs (team, ordinal DESC);

-- Work that is not done yet, and the parts of shards that are. Whoever claims a task raises its fence; only the holder of the present
-- fence may commit. The tasks of a job go when it ends.
CREATE TABLE batch_tasks (
    job         text        NOT NULL REFERENCES batch_jobs ON DELETE CASCADE,
    place       integer     NOT NULL,
    kind        text        NOT NULL CHECK (kind IN ('prepare', 'shard', 'join')),
    ordinal     bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
    first       bigint      NOT NULL DEFAULT 0,
    rows        bigint      NOT NULL DEFAULT 0,
    not_before  timestamptz NOT NULL DEFAULT now(),
    fence       bigint      NOT NULL DEFAULT 0,
    attempts    integer     NOT NULL DEFAULT 0,
    worker      text,
    lease_until timestamptz,
    part        text,
    PRIMARY KEY (job, place)
);
-- Jobs take turns: the first shards of all of them come before the second ones.
CREATE INDEX batch_tasks_open ON batch_tasks (place, ordinal) WHERE part IS NULL;

-- How long a row of a model takes, measured once: the size of its chunks must not change from job to job.
CREATE TABLE batch_paces (
    model           text             PRIMARY KEY,
    seconds_per_row double precision NOT NULL,
    measured_at     timestamptz      NOT NULL DEFAULT now()
);
