CREATE TABLE teams (
    name       text        PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE people (
    id         text        PRIMARY KEY,
    name       text        NOT NULL,
    team       text        NOT NULL REFERENCES teams,
    roles      text[]      NOT NULL,
    generation bigint      NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz
);

CREATE TABLE api_keys (
    id         text        PRIMARY KEY,
    name       text        NOT NULL,
    team       text        NOT NULL REFERENCES teams,
    roles      text[]      NOT NULL,
    generation bigint      NOT NULL DEFAULT 1,
    sha256     text        NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz
);

-- Services of the mesh; their secrets come from the bootstrap file.
CREATE TABLE services (
    name   text PRIMARY KEY,
    sha256 text NOT NULL
);

CREATE TABLE invitations (
    sha256     text        PRIMARY KEY,
    person     text        NOT NULL REFERENCES people,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);

CREATE TABLE sessions (
    id         text        PRIMARY KEY,
    person     text        NOT NULL REFERENCES people,
    sha256     text        NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz
);

-- What the gateway keeps of each key and session. `change` grows with every change, in commit order: writers hold an advisory lock.
CREATE SEQUENCE gateway_changes;
CREATE TABLE gateway_entries (
    sha256   text        PRIMARY KEY,
    key      text        REFERENCES api_keys,
    session  text        REFERENCES sessions,
    token    text,
    renew_at timestamptz NOT NULL,
    change   bigint      NOT NULL,
    CHECK ((key IS NULL) <> (session IS NULL))
);
CREATE INDEX gateway_entries_change ON gateway_entries (change);
CREATE INDEX gateway_entries_renewal ON gateway_entries (renew_at) WHERE token IS NOT NULL;

CREATE TABLE audit (
    id      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now(),
    actor   text        NOT NULL,
    action  text        NOT NULL,
    subject text        NOT NULL,
    detail  text
);
