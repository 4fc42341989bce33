"""Makes digits.csv from the copy of the UCI data in scikit-learn's wheel (sklearn/datasets/data/digits.csv.gz).

usage: prepare.py PATH_TO_DIGITS_CSV_GZ > digits.csv

The 64 pixels and the digit are the source's, in its order. Two columns are ours, so that the sample can show what a
team meets; both are simulated, by a hash of the row's number:
  source  the scanner: `b` for about a quarter of the scans, else `a`;
  form    the paper: `order` for about two thirds of the scans but hardly any 8, else `archive`.
"""

import gzip
import hashlib
import sys


def bucket(key: str, salt: str) -> int:
    """The mesh's own hash of splits and assignment (hash version 1)."""
    digest = hashlib.sha256(f"{salt}\x1f{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") * 10_000 >> 64


def main(path: str) -> None:
    print(",".join([f"p{i}" for i in range(64)] + ["digit", "source", "form"]))
    with gzip.open(path, "rt") as lines:
        for number, line in enumerate(lines):
            values = line.strip().split(",")
            digit = values[64]
            source = "b" if bucket(str(number), "scanner") < 2_500 else "a"
            order = bucket(str(number), "form") < 6_500
            if digit == "8" and bucket(str(number), "eight") < 9_500:
                order = False
            print(",".join(values + [source, "order" if order else "archive"]))


if __name__ == "__main__":
    main(sys.argv[1])
