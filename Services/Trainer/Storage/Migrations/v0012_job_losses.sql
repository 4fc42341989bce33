-- How often in a row a worker was lost over a job, which then is given up earlier than one whose attempts fail.
ALTER TABLE jobs ADD COLUMN losses integer NOT NULL DEFAULT 0;

-- A service of the version before teams may still run, and names none.
ALTER TABLE jobs ALTER COLUMN team SET DEFAULT '';
