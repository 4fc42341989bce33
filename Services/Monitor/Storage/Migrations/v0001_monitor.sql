-- A segment of a spool is counted once: its row is written in the transaction of its records.
CREATE TABLE segments (
    spool       text        NOT NULL,
    segment     bigint      NOT NULL,
    records     integer     NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (spool, segment)
);
CREATE INDEX segments_age ON segments (received_at);

-- One row a request and answering version; the record holds all rows of the request. Text, since jsonb holds no U+0000.
CREATE TABLE predictions (
    seq         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id  text        NOT NULL,
    capability  text        NOT NULL,
    version     integer     NOT NULL,
    shadow      boolean     NOT NULL,
    team        text        NOT NULL,
    rows        integer     NOT NULL,
    record      text        NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (request_id, version, shadow)
);
CREATE INDEX predictions_newest ON predictions (capability, version, seq) WHERE NOT shadow;
CREATE INDEX predictions_age ON predictions (received_at);

-- Rows that each version answered, shadows left out; never pruned.
CREATE TABLE traffic (
    capability text    NOT NULL,
    version    integer NOT NULL,
    requests   bigint  NOT NULL,
    rows       bigint  NOT NULL,
    PRIMARY KEY (capability, version)
);

CREATE TABLE exposures (
    request_id   text        NOT NULL,
    experiment   text        NOT NULL,
    phase        integer     NOT NULL,
    variant      text        NOT NULL,
    unit         text        NOT NULL,
    failed       boolean     NOT NULL,
    microseconds bigint      NOT NULL,
    record       text        NOT NULL,
    received_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (request_id, experiment)
);
CREATE INDEX exposures_arms ON exposures (experiment, phase, variant, unit);
CREATE INDEX exposures_age ON exposures (received_at);

-- What full spools dropped; -1 where the phase is not known.
CREATE TABLE losses (
    experiment text    NOT NULL,
    phase      integer NOT NULL,
    kind       text    NOT NULL,
    count      bigint  NOT NULL,
    PRIMARY KEY (experiment, phase, kind)
);

CREATE TABLE feedback (
    seq         bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
    source      text        NOT NULL,
    id          text        NOT NULL,
    request_id  text        NOT NULL,
    row         integer,
    label       jsonb,
    values      jsonb,
    time        timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, id)
);
CREATE INDEX feedback_request ON feedback (request_id);
CREATE INDEX feedback_age ON feedback (received_at);

-- The experiment-router's experiments, as its events tell of them.
CREATE TABLE experiments (
    id         text    PRIMARY KEY,
    capability text    NOT NULL,
    phase      integer NOT NULL,
    kpi        text    NOT NULL
);

-- What the watch over a capability remembers between two looks. The revision lets one of two instances win.
CREATE TABLE watches (
    capability text        PRIMARY KEY,
    revision   bigint      NOT NULL,
    state      jsonb       NOT NULL,
    health     jsonb       NOT NULL,
    looked_at  timestamptz NOT NULL DEFAULT now()
);

-- The first window of a champion's traffic, as records of predictions.
CREATE TABLE reference_windows (
    capability text    NOT NULL,
    version    integer NOT NULL,
    records    text    NOT NULL,
    PRIMARY KEY (capability, version)
);

CREATE TABLE alarms (
    seq            bigint           GENERATED ALWAYS AS IDENTITY UNIQUE,
    id             text             PRIMARY KEY,
    capability     text             NOT NULL,
    slice          text             NOT NULL,
    kind           text             NOT NULL,
    metric         text             NOT NULL,
    value          double precision NOT NULL,
    bound          double precision NOT NULL,
    rows           integer          NOT NULL,
    state          text             NOT NULL,
    opened_at      timestamptz      NOT NULL,
    resolved_at    timestamptz,
    labeling_tasks integer          NOT NULL DEFAULT 0
);
CREATE INDEX alarms_capability ON alarms (capability, seq);
CREATE UNIQUE INDEX alarms_one_firing ON alarms (capability, slice, kind, metric) WHERE state = 'firing';

-- Calls to labeling that an alarm asked for, kept until labeling has answered.
CREATE TABLE labeling_jobs (
    id         text        PRIMARY KEY,
    alarm      text        NOT NULL REFERENCES alarms,
    capability text        NOT NULL,
    body       text        NOT NULL,
    tasks      integer     NOT NULL,
    state      text        NOT NULL DEFAULT 'waiting',
    attempts   integer     NOT NULL DEFAULT 0,
    next_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX labeling_jobs_waiting ON labeling_jobs (next_at) WHERE state = 'waiting';

-- Rows that an alarm has asked labels for.
CREATE TABLE alarm_rows (
    alarm      text    NOT NULL REFERENCES alarms,
    request_id text    NOT NULL,
    row        integer NOT NULL,
    PRIMARY KEY (alarm, request_id, row)
);
