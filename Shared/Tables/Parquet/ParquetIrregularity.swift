/// Rows of a Parquet file that are not all lists of one length with every element there, or written in a way that is left to the table engine.
struct ParquetIrregularity: Error {}
