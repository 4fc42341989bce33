CREATE TABLE projects (
    id         text        PRIMARY KEY,
    capability text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text        NOT NULL
);
CREATE INDEX projects_capability ON projects (capability);

-- Settled labels on their way into a dataset version: the request is kept word for word, so that a repetition is the same request.
CREATE TABLE commits (
    id          text        PRIMARY KEY,
    project     text        NOT NULL REFERENCES projects,
    dataset     text        NOT NULL,
    body        text        NOT NULL,
    labels      integer     NOT NULL,
    rows        integer     NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    version     jsonb,
    CHECK ((finished_at IS NULL) = (version IS NULL))
);
CREATE UNIQUE INDEX commits_one_pending ON commits (project) WHERE finished_at IS NULL;

CREATE TABLE tasks (
    id         text        PRIMARY KEY,
    ordinal    bigint      GENERATED ALWAYS AS IDENTITY,
    project    text        NOT NULL REFERENCES projects,
    row_id     text        NOT NULL,
    reason     text        NOT NULL,
    input      jsonb       NOT NULL,
    context    jsonb       NOT NULL,
    prediction jsonb,
    gold       jsonb,
    selection  jsonb,
    origin     jsonb,
    needed     integer     NOT NULL CHECK (needed > 0),
    most       integer     NOT NULL CHECK (most >= needed),
    answers    integer     NOT NULL DEFAULT 0,
    settled_at timestamptz,
    label      jsonb,
    is_tied    boolean     NOT NULL DEFAULT FALSE,
    commit     text        REFERENCES commits,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (project, row_id, reason),
    CHECK ((settled_at IS NULL) = (label IS NULL)),
    CHECK (gold IS NULL OR settled_at IS NULL),
    CHECK (gold IS NOT NULL OR answers <= most),
    CHECK (commit IS NULL OR settled_at IS NOT NULL)
);
CREATE INDEX tasks_open ON tasks (project, answers DESC, ordinal) WHERE settled_at IS NULL AND gold IS NULL;
CREATE INDEX tasks_gold ON tasks (project, ordinal) WHERE gold IS NOT NULL;
CREATE INDEX tasks_uncommitted ON tasks (project, settled_at) WHERE settled_at IS NOT NULL AND commit IS NULL;
CREATE INDEX tasks_listed ON tasks (project, ordinal);
CREATE INDEX tasks_commit ON tasks (commit) WHERE commit IS NOT NULL;

-- A lease is over when it has ended or its time is up, whichever comes first.
CREATE TABLE leases (
    token      text        PRIMARY KEY,
    task       text        NOT NULL REFERENCES tasks,
    labeler    text        NOT NULL,
    granted_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz,
    outcome    text        CHECK (outcome IN ('answered', 'skipped', 'expired')),
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
CREATE UNIQUE INDEX leases_live ON leases (task, labeler) WHERE ended_at IS NULL;
CREATE INDEX leases_labeler ON leases (labeler) WHERE ended_at IS NULL;
CREATE INDEX leases_skipped ON leases (task, labeler) WHERE outcome = 'skipped';

CREATE TABLE annotations (
    id                     text        PRIMARY KEY,
    task                   text        NOT NULL REFERENCES tasks,
    lease                  text        NOT NULL UNIQUE REFERENCES leases,
    labeler                text        NOT NULL,
    label                  jsonb       NOT NULL,
    lead_time_milliseconds integer,
    created_at             timestamptz NOT NULL,
    changed_at             timestamptz NOT NULL,
    UNIQUE (task, labeler)
);
