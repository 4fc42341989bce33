-- Inference keeps nothing of its own yet beside the catalogue's tables.
COMMENT ON SCHEMA inference IS 'the catalogue as inference follows it';
