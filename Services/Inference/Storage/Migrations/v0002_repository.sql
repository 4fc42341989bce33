-- What operators asked for by loading and unloading models: every instance comes to it.
CREATE SEQUENCE model_desire_generation;
CREATE TABLE model_desires (
    model text PRIMARY KEY,
    is_loaded boolean NOT NULL,
    -- Versions that are wanted beside those that aliases stand for; NULL where nothing was said.
    policy jsonb,
    generation bigint NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now()
);
-- What each running instance last said of itself; a row that has expired is nobody's.
CREATE TABLE instance_reports (
    instance text PRIMARY KEY,
    states jsonb NOT NULL,
    statistics jsonb NOT NULL,
    expires_at timestamptz NOT NULL
);
