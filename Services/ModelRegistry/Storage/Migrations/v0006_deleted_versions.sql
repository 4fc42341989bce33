-- A run whose version was deleted may register its model again, under a new number.
DROP INDEX versions_run;
CREATE UNIQUE INDEX versions_run ON versions (capability, run) WHERE recipe <> 'mlflow' AND deleted_at IS NULL;
