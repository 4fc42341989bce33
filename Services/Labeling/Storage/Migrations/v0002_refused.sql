-- Labels that the dataset service refused: the others are committed without them, and they are tried again when nothing else waits.
ALTER TABLE tasks ADD COLUMN refused_at timestamptz;
ALTER TABLE tasks ADD COLUMN refusal text;
ALTER TABLE tasks ADD CHECK ((refused_at IS NULL) = (refusal IS NULL));
