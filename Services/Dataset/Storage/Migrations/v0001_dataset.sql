CREATE TABLE datasets (
    name       text        PRIMARY KEY,
    team       text        NOT NULL,
    capability text,
    split_salt text        NOT NULL,
    latest     integer     NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL
);

-- Never changed. Numbers come from datasets.latest, so that the parent of a version is the number below.
CREATE TABLE versions (
    dataset    text        NOT NULL REFERENCES datasets,
    number     integer     NOT NULL CHECK (number > 0),
    id         text        NOT NULL,
    manifest   text        NOT NULL,
    document   jsonb       NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (dataset, number)
);
