"""Makes rows for the batch lane: FOLDER/NAME.parquet for the job, and the same rows as raw floats in FOLDER/NAME.f32 for the engine alone.

usage: make_rows.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow
from pyarrow import parquet

# Column, elements of a row, rows, rows of a group.
TABLES = {"digits": ("pixels", 64, 2_000_000, 65_536), "convnet": ("image", 3 * 224 * 224, 1_200, 64)}


def values(name: str, random: np.random.Generator, count: int) -> np.ndarray:
    """What such rows hold in life: scaled numbers of four decimals, or bytes of an image, normalised."""
    if name == "digits":
        return random.integers(0, 10_000, count).astype(np.float32) / np.float32(10_000)
    return (random.integers(0, 256, count).astype(np.float32) / np.float32(255) - np.float32(0.45)) / np.float32(0.225)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for seed, (name, (column, width, rows, group)) in enumerate(TABLES.items()):
        random = np.random.default_rng(seed)
        schema = pyarrow.schema([(column, pyarrow.list_(pyarrow.float32()))])
        with parquet.ParquetWriter(folder / f"{name}.parquet", schema) as writer, open(folder / f"{name}.f32", "wb") as raw:
            for start in range(0, rows, group):
                count = min(group, rows - start)
                floats = values(name, random, count * width)
                raw.write(floats.tobytes())
                lists = pyarrow.ListArray.from_arrays(np.arange(0, count * width + 1, width, dtype=np.int32), floats)
                writer.write_table(pyarrow.table([lists], schema=schema), row_group_size=group)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
