#!/usr/bin/env python3
"""Computes the vectors of what is frozen on the wire, apart from the code that they test.

usage: make_vectors.py [--check]

Python's hashlib, struct and datetime only; what a standard publishes is copied from it and named. With --check nothing is written, and
the files must be what would be written. A vector never changes: data in the wild depends on it. New ones may be added.
"""

import datetime
import hashlib
import json
import pathlib
import random
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent


# RFC 8785


def number_text(value):
    """ECMAScript's Number::toString of a finite double, from Python's shortest digits (ECMA-262 section 6.1.6.1.20)."""
    if value == 0:
        return "0"
    if value < 0:
        return "-" + number_text(-value)
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(exponent or 0)
    digits = whole + fraction
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    power = point - 1
    head = digits if count == 1 else digits[0] + "." + digits[1:]
    return f"{head}e{'-' if power < 0 else '+'}{abs(power)}"


def string_text(text):
    """A JSON string with the escapes of RFC 8785 section 3.2.2.2."""
    short = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
    return '"' + "".join(short.get(ord(c)) or (f"\\u{ord(c):04x}" if ord(c) < 32 else c) for c in text) + '"'


def canonical(value):
    """RFC 8785, save that whole numbers keep all their digits."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, str):
        return string_text(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    return "{" + ",".join(string_text(key) + ":" + canonical(value[key]) for key in keys) + "}"


# RFC 8785, appendix B: bits of a double and its text.
APPENDIX_B = """
0000000000000000 0
8000000000000000 0
0000000000000001 5e-324
8000000000000001 -5e-324
7fefffffffffffff 1.7976931348623157e+308
ffefffffffffffff -1.7976931348623157e+308
4340000000000000 9007199254740992
c340000000000000 -9007199254740992
4430000000000000 295147905179352830000
44b52d02c7e14af5 9.999999999999997e+22
44b52d02c7e14af6 1e+23
44b52d02c7e14af7 1.0000000000000001e+23
444b1ae4d6e2ef4e 999999999999999700000
444b1ae4d6e2ef4f 999999999999999900000
444b1ae4d6e2ef50 1e+21
3eb0c6f7a0b5ed8c 9.999999999999997e-7
3eb0c6f7a0b5ed8d 0.000001
41b3de4355555553 333333333.3333332
41b3de4355555554 333333333.33333325
41b3de4355555555 333333333.3333333
41b3de4355555556 333333333.3333334
41b3de4355555557 333333333.33333343
becbf647612f3696 -0.0000033333333333333333
43143ff3c1cb0959 1424953923781206.2
"""

# RFC 8785, sections 3.2.2 and 3.2.3: input and output as published; then cases of ours.
PUBLISHED_JSON = [
    (
        '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],'
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    ),
    (
        '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",'
        '"\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}',
        '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign",'
        '"😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    ),
]


def canonical_vectors():
    table = []
    for line in APPENDIX_B.split("\n"):
        if line:
            bits, text = line.split()
            value = struct.unpack(">d", bytes.fromhex(bits))[0]
            assert number_text(value) == text, (bits, number_text(value), text)
            table.append({"bits": bits, "text": text})
    drawn = random.Random(8785)
    while len(table) < 224:
        bits = drawn.getrandbits(64).to_bytes(8, "big")
        value = struct.unpack(">d", bits)[0]
        if value == value and abs(value) != float("inf"):
            table.append({"bits": bits.hex(), "text": number_text(value)})
    documents = [{"json": given, "canonical": text} for given, text in PUBLISHED_JSON]
    for given, text in PUBLISHED_JSON:
        assert canonical(json.loads(given)) == text, canonical(json.loads(given))
    own = ['{"id":9007199254740993,"b":[],"a":{}}', '{"a":-0.0,"b":1.0,"c":"\\u0000\\u001f\\u007f\\u2028"}', '{"aa":1,"a":2,"A":3,"":4}', '[[],{},[[null]]]']
    documents += [{"json": given, "canonical": canonical(whole(json.loads(given)))} for given in own]
    return {"numbers": table, "documents": documents}


def whole(value):
    """Numbers as the mesh reads them: a double without fraction is a whole number."""
    if isinstance(value, float) and value == int(value) and abs(value) < 2**63:
        return int(value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    return {key: whole(item) for key, item in value.items()} if isinstance(value, dict) else value


# Rows, versions, splits


ROWS = [
    ({"pixels": [0, 5, 13, 9]}, {}),
    ({"pixels": [0, 5, 13, 9]}, {"source": "b"}),
    ({"pixels": [0.5, 1e-7, -3]}, {"source": "ü\n\"", "form": None}),
    ({"text": "Größe 😀", "ids": [9007199254740993]}, {"at": 1}),
    ({}, {}),
]


def row_id(given, context):
    content = canonical({"input": given, "context": context}).encode()
    return hashlib.sha256(b"mlmesh.row/1\x1f" + content).digest()[:16].hex()


def row_digest(identifier, given, context, label, salt):
    content = canonical({"id": identifier, "input": given, "context": context, "label": label}).encode()
    return hashlib.sha256(salt + b"\x1f" + content).digest()


def row_vectors():
    rows = []
    for index, (given, context) in enumerate(ROWS):
        identifier = row_id(given, context)
        for label, salt in [(None, bytes(16)), (8, bytes(range(16))), ("acht", b"")]:
            digest = row_digest(identifier, given, context, label, salt)
            vector = {"input": given, "context": context, "id": identifier, "salt": salt.hex(), "digest": "sha256:" + digest.hex()}
            rows.append(vector if label is None else {**vector, "label": label})
    request = "9f86d081884c7d659a2feaa0c55ad015"
    production = [{"requestId": request, "row": row, "id": f"{request}.{row}"} for row in (0, 17)]
    return {"rows": rows, "production": production}


def version_id(dataset, digests):
    leaves = [[] for _ in range(4096)]
    for digest in digests:
        leaves[digest[0] << 4 | digest[1] >> 4].append(digest)
    hashes = b"".join(hashlib.sha256(b"".join(sorted(leaf))).digest() for leaf in leaves)
    return hashlib.sha256(b"mlmesh.dataset-version/1\x1f" + dataset.encode() + b"\x1f" + hashes).digest()


def effective(segments):
    """Rows of a version: a row in a later segment replaces the row of the same id in an earlier one."""
    rows = {}
    for segment in segments:
        for row in segment:
            rows[row["id"]] = row["digest"]
    return rows


def segment_of(rows, ordinal):
    blob = hashlib.sha256(canonical(rows).encode()).hexdigest()
    return {"ordinal": ordinal, "blob": "sha256:" + blob, "rows": len(rows), "bytes": 100 * len(rows)}


def manifest(dataset, number, identifier, segments, base=None):
    value = {
        "format": "mlmesh.dataset-version/1", "dataset": dataset, "number": number, "id": "sha256:" + identifier.hex(), "segments": segments,
        "splitSalt": "salt of digits", "createdAt": "2026-03-01T09:30:00.000Z",
    }
    return canonical({**value, "base": base} if base else value)


def version_vectors():
    drawn = random.Random(1)
    first = [{"id": f"row-{n}", "digest": drawn.randbytes(32).hex()} for n in range(40)]
    second = [{"id": f"row-{n}", "digest": drawn.randbytes(32).hex()} for n in range(30, 50)]
    versions = []
    for number, segments in ((1, [first]), (2, [first, second])):
        rows = effective(segments)
        identifier = version_id("digits", [bytes.fromhex(digest) for digest in rows.values()])
        compact = [{"id": row, "digest": rows[row]} for row in sorted(rows)]
        assert version_id("digits", [bytes.fromhex(row["digest"]) for row in compact]) == identifier
        base = None if number == 1 else "sha256:" + hashlib.sha256(versions[0]["manifest"].encode()).hexdigest()
        own = [segment_of(segments[-1], number - 1)]
        versions.append({
            "dataset": "digits", "number": number, "segments": segments, "compacted": compact, "id": "sha256:" + identifier.hex(),
            "manifest": manifest("digits", number, identifier, own, base),
            "compactedManifest": manifest("digits", number, identifier, [segment_of(compact, number)]),
        })
    empty = {"dataset": "digits", "id": "sha256:" + version_id("digits", []).hex()}
    return {"versions": versions, "empty": empty, "otherName": {"dataset": "letters", "id": "sha256:" + version_id("letters", []).hex()}}


def bucket(key, salt):
    value = int.from_bytes(hashlib.sha256(salt.encode() + b"\x1f" + key.encode()).digest()[:8], "big")
    return value * 10_000 >> 64


def split_of(key, salt, shares, method):
    if method not in ("all", "random"):
        return "train"
    share = bucket(key, salt) / 10_000
    if share < shares["test"]:
        return "test"
    return "validation" if share < shares["test"] + shares["validation"] else "train"


def assignment_vectors():
    keys = ["", "user-17", "Größe 😀", "a" * 300] + [f"row-{n}" for n in range(60)]
    buckets = [{"key": key, "salt": salt, "bucket": bucket(key, salt)} for key in keys for salt in ("digits", "", "e91b")]
    shares = {"by": "hash", "train": 0.7, "validation": 0.1, "test": 0.2}
    splits = [
        {"key": key, "salt": "digits", "shares": shares, "selection": method, "split": split_of(key, "digits", shares, method)}
        for key in keys for method in ("all", "random", "uncertainty", "slice", "alarm")
    ]
    return {"buckets": buckets, "splits": splits}


# Envelope, ids, times


def event_vectors():
    event = {
        "specversion": "1.0", "id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "source": "/services/labeling",
        "type": "mlmesh.labeling.labels-committed.v1", "time": "2026-03-01T09:30:00.125Z", "datacontenttype": "application/json",
        "data": {"labels": 60, "rows": 12},
    }
    traced = {**event, "subject": "digits/3", "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
    return {"bare": canonical(event), "full": canonical(traced)}


def id_vectors():
    return {
        "valid": ["9f86d081884c7d659a2feaa0c55ad015", "0" * 32, "f" * 32],
        "invalid": [
            "", "9f86d081884c7d659a2feaa0c55ad01", "9f86d081884c7d659a2feaa0c55ad0155", "9F86D081884C7D659A2FEAA0C55AD015",
            "9f86d081-884c-7d65-9a2f-eaa0c55ad015", "9f86d081884c7d659a2feaa0c55ad01g", " f86d081884c7d659a2feaa0c55ad015", "９f86d081884c7d659a2feaa0c55ad",
        ],
    }


def time_vectors():
    texts = ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.125Z", "2026-01-31T13:00:00+01:00", "2024-02-29T23:59:59Z", "1970-01-01T00:00:00.001Z"]
    valid = [{"text": text, "milliseconds": round(datetime.datetime.fromisoformat(text.replace("Z", "+00:00").replace(".5+", ".500+")).timestamp() * 1000)} for text in texts]
    for vector in valid:
        moment = datetime.datetime.fromtimestamp(vector["milliseconds"] // 1000, datetime.timezone.utc)
        vector["written"] = moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{vector['milliseconds'] % 1000:03d}Z"
    invalid = ["", "yesterday", "2026-01-31", "2026-01-31 12:00:00Z", "2026-13-01T00:00:00Z", "2026-01-31T12:00:00", "1769860800"]
    return {"valid": valid, "invalid": invalid}


VECTORS = {
    "canonical.json": canonical_vectors, "rows.json": row_vectors, "versions.json": version_vectors, "assignment.json": assignment_vectors,
    "events.json": event_vectors, "request-ids.json": id_vectors, "times.json": time_vectors,
}


def main():
    stale = []
    for name, compute in VECTORS.items():
        text = json.dumps(compute(), ensure_ascii=False, indent=1) + "\n"
        path = HERE / name
        if "--check" not in sys.argv[1:]:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            stale.append(name)
    if stale:
        sys.exit("make_vectors.py: these files are not what is computed: " + ", ".join(stale))


if __name__ == "__main__":
    main()
