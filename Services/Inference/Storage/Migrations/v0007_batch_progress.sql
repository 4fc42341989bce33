-- Rows that the holder of a shard has done so far, and when it said so. They count for nothing but what a caller sees: a shard whose worker
-- ends begins anew.
ALTER TABLE batch_tasks
    ADD COLUMN rows_run  bigint      NOT NULL DEFAULT 0,
    ADD COLUMN noted_at timestamptz;

-- Fences of all tasks rise together: the task that follows another at the same place must not take its holder for its own.
CREATE SEQUENCE batch_fences START 1000000;
