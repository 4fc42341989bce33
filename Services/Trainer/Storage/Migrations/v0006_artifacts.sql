-- Files of runs, logged models and snapshots. The bytes are content-addressed; paths are compared byte by byte.
CREATE TABLE artifact_files (
    root       text        NOT NULL COLLATE "C",
    path       text        NOT NULL COLLATE "C",
    digest     text        NOT NULL,
    bytes      bigint      NOT NULL CHECK (bytes >= 0),
    written_at timestamptz NOT NULL,
    written_by text        NOT NULL,
    PRIMARY KEY (root, path)
);
CREATE INDEX artifact_files_digest ON artifact_files (digest);

-- Digests whose bytes may be named by no row: noted before they are written and when a row stops naming them.
CREATE TABLE artifact_garbage (
    digest   text        PRIMARY KEY,
    noted_at timestamptz NOT NULL
);

CREATE TABLE artifact_snapshots (
    id       text        PRIMARY KEY,
    team     text        NOT NULL,
    taken_at timestamptz NOT NULL
);

-- Uploads in parts. Whoever has the key, which only its digest is kept of, may send parts.
CREATE TABLE artifact_uploads (
    id         text        PRIMARY KEY,
    key        text        NOT NULL,
    root       text        NOT NULL COLLATE "C",
    path       text        NOT NULL COLLATE "C",
    parts      integer     NOT NULL CHECK (parts BETWEEN 1 AND 10000),
    state      text        NOT NULL CHECK (state IN ('open', 'completed', 'aborted')),
    created_at timestamptz NOT NULL,
    created_by text        NOT NULL,
    ended_at   timestamptz
);

CREATE TABLE artifact_parts (
    upload text    NOT NULL REFERENCES artifact_uploads ON DELETE CASCADE,
    part   integer NOT NULL,
    digest text    NOT NULL,
    bytes  bigint  NOT NULL,
    file   text    NOT NULL,
    PRIMARY KEY (upload, part)
);

-- Whose artifacts are where: a row for each run and each logged model, written with it.
CREATE TABLE artifact_roots (
    id   text PRIMARY KEY,
    root text NOT NULL COLLATE "C" UNIQUE,
    team text NOT NULL
);
