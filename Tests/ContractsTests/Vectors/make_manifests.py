#!/usr/bin/env python3
"""Makes manifests.json: a sound capability manifest, and changes that break it, each with the fault that must be said.

usage: make_manifests.py [--check]   with .mesh/clients/openapi/bin/python

The published schema (Shared/Contracts/OpenAPI/capability.schema.json) must take the sound manifests, the samples among them, and must
refuse each broken one, save those that only a rule across fields can refuse.
"""

import copy
import json
import pathlib
import sys

import yaml
from jsonschema import Draft202012Validator

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[2]
NAME = "lower-case letters, digits and hyphens, at most 63, starting with a letter and not ending with a hyphen"
FIELD = "letters, digits and underscores, at most 63, starting with a letter"
WHOLE = "a whole number above 0"
SIZES = "at most 8 sizes, each up to 1048576, of which a row has at most 16777216 elements"

SOUND = {
    "apiVersion": "mlmesh/v1", "kind": "Capability",
    "metadata": {"name": "digits", "team": "documents", "description": "Read a digit"},
    "access": {"callers": ["mobile"], "requestsPerMinute": 6000},
    "interface": {
        "inputs": [{"name": "pixels", "datatype": "FP32", "shape": [-1, 64], "minimum": 0, "maximum": 16}],
        "outputs": [{"name": "label", "datatype": "INT64", "shape": [-1]}],
        "context": [{"name": "source", "datatype": "BYTES"}],
    },
    "slices": [{"name": "eights", "where": "label = 8", "live": "prediction.label = 8"}, {"name": "b", "where": "context.source = 'b'"}],
    "data": {"dataset": "digits", "split": {"by": "hash", "train": 0.7, "validation": 0.1, "test": 0.2}, "needs": [{"slice": "eights", "atLeast": 60}]},
    "labeling": {"choices": [0, 1], "overlap": 2, "gold": 0.05, "agreement": 0.8, "sampling": {"uncertainty": 0.9, "random": 0.1}},
    "training": {"recipe": "softmax-regression", "parameters": {"l2": 0.01}, "seed": 7, "retrain": {"newLabels": 100}},
    "tests": [
        {"name": "good", "kind": "metric", "metric": "accuracy", "atLeast": 0.85},
        {"name": "no step back", "kind": "regression", "metric": "accuracy", "against": "champion", "within": 0.05, "slice": "b", "onInconclusive": "warn"},
    ],
    "protected": ["champion", "candidate", "mobile"],
    "rollout": {"stages": ["shadow", 0.05, 0.5, "champion"], "kpi": "correct", "guardrails": ["error_rate"], "unit": "user_id"},
    "monitoring": {"drift": {"psiAtMost": 0.2, "window": 400}, "alerts": [{"slice": "*", "metric": "accuracy", "atLeast": 0.75, "then": "label"}]},
    "serving": {
        "batching": {"maximumRows": 32, "maximumDelayMicroseconds": 500, "preferredRows": [8, 16]}, "threads": 1, "provider": "cpu",
        "queue": 64, "log": {"sample": 0.5, "redact": ["pixels"], "maximumBytes": 65536}, "cacheBytes": 1048576,
    },
}

# With an index: the model has an embedding.
EMBEDDED = copy.deepcopy(SOUND)
EMBEDDED["interface"]["outputs"].append({"name": "embedding", "datatype": "FP32", "shape": [-1, 16]})
EMBEDDED["indexes"] = [
    {"name": "similar-digits", "output": "embedding", "dataset": "digits", "columns": ["source"], "metric": "cosine", "storage": "int8"},
    {"name": "plain-digits", "output": "embedding", "dataset": "digits"},
]

# The schema alone cannot refuse it: that takes a rule across fields.
ACROSS = "across"

# One test of every kind, with all that it may have.
EVERY_KIND = copy.deepcopy(SOUND)
EVERY_KIND["tests"] = [
    {"name": "recall of eights", "kind": "metric", "metric": "recall", "class": 8, "atLeast": 0.8, "slice": "eights", "onInconclusive": "block"},
    {"name": "first ten", "kind": "metric", "metric": "ndcg", "at": 10, "atMost": 0.9},
    {"name": "no step back", "kind": "regression", "metric": "f1", "class": 8, "against": "candidate", "within": 0},
    {"name": "fair", "kind": "fairness", "metric": "recall", "class": 8, "groups": "context.source", "differenceAtMost": 0.05},
    {"name": "sure means right", "kind": "calibration", "errorAtMost": 0.1},
    {"name": "brightness", "kind": "invariance", "perturb": {"input": "pixels", "scale": [0.9, 1.1]}, "agreementAtLeast": 0.9},
    {"name": "noise", "kind": "invariance", "perturb": {"noise": 0.5}, "agreementAtLeast": 0.9},
    {"name": "words", "kind": "invariance", "perturb": {"replace": {"good": "great"}}, "agreementAtLeast": 1},
    {"name": "lighter", "kind": "directional", "perturb": {"shift": [1, 2]}, "expect": {"output": "label", "direction": "doesNotIncrease"}, "shareAtLeast": 0},
    {"name": "one pixel", "kind": "directional", "perturb": {"change": [{"element": 3, "by": 1.5}]}, "expect": {"output": "label", "class": 1, "direction": "increases"}, "shareAtLeast": 0.5},
    {"name": "these", "kind": "examples", "examples": [{"name": "a seven", "row": "digit-7"}, {"name": "all black", "input": {"pixels": [0, 16]}, "label": 8}]},
    {"name": "fast", "kind": "latency", "millisecondsAtMost": 5, "percentile": 99.9, "rows": 4096, "machine": "server", "variant": "int8"},
    {"name": "small", "kind": "size", "megabytesAtMost": 0.5, "variant": "int8"},
    {"name": "light", "kind": "memory", "megabytesAtMost": 64, "machine": "server", "variant": "fp16"},
    {"name": "refuses", "kind": "contract"},
    {"name": "same answers", "kind": "reproducible", "tolerance": 0},
    {"name": "data", "kind": "data", "checks": ["needs", "leakage", "representation"], "representation": {"context.source": {"a": 0.25, "b": 0.75}}},
    {"name": "people", "kind": "pairwise", "dataset": "preferences", "against": "champion", "atLeast": 0.5},
    {"name": "foretells", "kind": "kpi", "metric": "accuracy", "kpi": "correct", "atLeast": 0.3},
]


def kind(of):
    """Index of the first test of a kind in EVERY_KIND."""
    return next(i for i, test in enumerate(EVERY_KIND["tests"]) if test["kind"] == of)


def without(of, member):
    """The first test of a kind, without a member."""
    return {key: value for key, value in EVERY_KIND["tests"][kind(of)].items() if key != member}


KINDS = "metric, regression, fairness, calibration, invariance, directional, examples, latency, size, memory, contract, reproducible, data, pairwise, kpi"
WAYS = "exactly one of scale, shift, noise, change, replace"
SHARE = "a share from 0 to 1"
# What is said of a member that is not there, or not what it should be.
MEMBERS = {
    "metric": "the name of a metric, as accuracy", "against": "the name of an alias, as champion", "within": "a number, 0 or more",
    "groups": "the name of a context field, as context.source", "differenceAtMost": "a number, 0 or more", "errorAtMost": "a number, 0 or more",
    "perturb": WAYS, "agreementAtLeast": SHARE, "expect": "output and direction", "shareAtLeast": SHARE, "examples": "at least one row with a name",
    "millisecondsAtMost": "a number above 0", "megabytesAtMost": "a number above 0", "dataset": "the name of a dataset with preferences",
    "atLeast": "a number", "kpi": "the name of a KPI",
}
REQUIRED = {
    "metric": ["metric"], "regression": ["metric", "against", "within"], "fairness": ["metric", "groups", "differenceAtMost"],
    "calibration": ["errorAtMost"], "invariance": ["perturb", "agreementAtLeast"], "directional": ["perturb", "expect", "shareAtLeast"],
    "examples": ["examples"], "latency": ["millisecondsAtMost"], "size": ["megabytesAtMost"], "memory": ["megabytesAtMost"],
    "pairwise": ["dataset", "against", "atLeast"], "kpi": ["metric", "kpi", "atLeast"],
}
# Of a kind: member, wrong value, where the fault is (below the test), and what is said.
WRONG = [
    ("metric", "at", 0, "at", "a whole number from 1 to 10000"), ("metric", "at", 10001, "at", "a whole number from 1 to 10000"),
    ("regression", "against", "Champion", "against", MEMBERS["against"]), ("regression", "within", -0.1, "within", MEMBERS["within"]),
    ("fairness", "groups", "source", "groups", MEMBERS["groups"]), ("fairness", "differenceAtMost", -1, "differenceAtMost", MEMBERS["differenceAtMost"]),
    ("calibration", "errorAtMost", -0.01, "errorAtMost", MEMBERS["errorAtMost"]),
    ("invariance", "perturb", {}, "perturb", WAYS), ("invariance", "perturb", {"scale": []}, "perturb", WAYS),
    ("invariance", "perturb", {"scale": [1.1], "noise": 1}, "perturb", WAYS), ("invariance", "perturb", {"noise": 0}, "perturb", WAYS),
    ("invariance", "perturb", {"replace": {}}, "perturb", WAYS), ("invariance", "perturb", {"change": []}, "perturb", WAYS),
    ("invariance", "agreementAtLeast", 1.1, "agreementAtLeast", SHARE), ("directional", "shareAtLeast", -0.1, "shareAtLeast", SHARE),
    ("examples", "examples", [], "examples", MEMBERS["examples"]), ("examples", "examples", [{"name": "", "row": "digit-7"}], "examples", MEMBERS["examples"]),
    ("examples", "examples", [{"name": "a"}], "examples[0]", "either the id of a row or an input"),
    ("examples", "examples", [{"name": "a", "row": "digit-7", "input": {"pixels": [0]}, "label": 1}], "examples[0]", "either the id of a row or an input"),
    ("examples", "examples", [{"name": "a", "input": {"pixels": [0]}}], "examples[0].label", "the right answer"),
    ("latency", "millisecondsAtMost", 0, "millisecondsAtMost", MEMBERS["millisecondsAtMost"]),
    ("latency", "percentile", 100, "percentile", "a number between 0 and 100"), ("latency", "rows", 0, "rows", "a whole number from 1 to 4096"),
    ("size", "megabytesAtMost", 0, "megabytesAtMost", MEMBERS["megabytesAtMost"]),
    ("reproducible", "tolerance", -1, "tolerance", "a number that is not negative"),
    ("data", "checks", [], "checks", "some of needs, leakage, representation"), ("data", "checks", ["luck"], "checks", "some of needs, leakage, representation"),
    ("data", "representation", {"source": {}}, "representation.source", "shares above 0 that add up to 1"),
    ("data", "representation", {"source": {"a": 0, "b": 1}}, "representation.source", "shares above 0 that add up to 1"),
    ("data", "representation", {"source": {"a": 0.5, "b": 0.4}}, "representation.source", "shares above 0 that add up to 1", ACROSS),
    ("pairwise", "dataset", "People's", "dataset", MEMBERS["dataset"]),
]

# Path, value, and what is said: field (the path where None) and expectation.
BROKEN = [
    ("serving.batching.maximumRows", 0, None, "a whole number from 1 to 65536"),
    ("serving.batching.maximumDelayMicroseconds", -1, None, "a whole number from 0 to 1000000"),
    ("serving.batching.preferredRows", [16, 8], None, "rising whole numbers from 1 to maximumRows", ACROSS),
    ("serving.batching.preferredRows", [64], None, "rising whole numbers from 1 to maximumRows", ACROSS),
    ("serving.threads", 0, None, "a whole number from 1 to 256"),
    ("serving.queue", 0, None, "a whole number from 1 to 100000"),
    ("serving.provider", "No Such", None, NAME),
    ("serving.log.sample", 1.5, None, "a number from 0 to 1"),
    ("serving.log.redact[0]", "voxels", None, "the name of an input of the interface", ACROSS),
    ("serving.log.maximumBytes", -1, None, "a whole number from 0 to 1048576"),
    ("serving.cacheBytes", -1, None, "a whole number from 0 to 17179869184"),
    ("indexes[0].name", "Similar", None, NAME),
    ("indexes[1].name", "similar-digits", None, "a name that no other index has", ACROSS),
    ("indexes[0].dataset", "A b", None, NAME),
    ("indexes[0].output", "label", None, "the name of an FP32 output of two dimensions", ACROSS),
    ("apiVersion", "mlmesh/v2", None, "mlmesh/v1"),
    ("kind", "Model", None, "Capability"),
    ("metadata.name", "letters", None, "the name in the path, digits", ACROSS),
    ("metadata.team", "Documents", None, NAME),
    ("metadata.team", "documents-", None, NAME),
    ("metadata.team", "d" * 64, None, NAME),
    ("metadata.team", "", None, NAME),
    ("access.callers[0]", "a b", None, NAME),
    ("access.requestsPerMinute", 0, None, WHOLE),
    ("training.retrain.newLabels", 0, None, WHOLE),
    ("interface.inputs", [], None, "at least one tensor"),
    ("interface.outputs", [], None, "at least one tensor"),
    ("interface.inputs", [SOUND["interface"]["inputs"][0]] * 2, None, "names that differ from each other", ACROSS),
    ("interface.inputs[0].name", "1st", None, FIELD),
    ("interface.inputs[0].name", "größe", None, FIELD),
    ("interface.outputs[0].datatype", "FLOAT", None, "a datatype of the Open Inference Protocol, as FP32"),
    ("interface.inputs[0].shape", [64], None, "-1 for the batch, then sizes above 0 or -1"),
    ("interface.inputs[0].shape", [], None, "-1 for the batch, then sizes above 0 or -1"),
    ("interface.inputs[0].shape", [-1, 0], None, "-1 for the batch, then sizes above 0 or -1"),
    ("interface.inputs[0].shape", [-1, -2], None, "-1 for the batch, then sizes above 0 or -1"),
    ("interface.inputs[0].shape", [-1, 2**20 + 1], None, SIZES),
    ("interface.inputs[0].shape", [-1, 2**62, 4], None, SIZES),
    ("interface.inputs[0].shape", [-1, -1, 2**63 - 1], None, SIZES),
    ("interface.inputs[0].shape", [-1, 4096, 4097], None, SIZES, ACROSS),
    ("interface.inputs[0].shape", [-1, 2**20, 2**20, 2**20, 2**20], None, SIZES, ACROSS),
    ("interface.outputs[0].shape", [-1] + [1] * 8, None, SIZES),
    ("interface.inputs", [{"name": f"x{i}", "datatype": "FP32", "shape": [-1]} for i in range(65)], None, "at most 64 fields"),
    ("interface.outputs", [{"name": f"x{i}", "datatype": "FP32", "shape": [-1]} for i in range(65)], None, "at most 64 fields"),
    ("interface.context", [{"name": f"x{i}", "datatype": "BYTES"} for i in range(65)], None, "at most 64 fields"),
    ("interface.context[0].name", "a-b", None, FIELD),
    ("interface.context[0].datatype", "text", None, "a datatype of the Open Inference Protocol, as BYTES"),
    ("slices[1].name", "B", None, NAME),
    ("slices[1].name", "eights", None, "a name that no other slice has", ACROSS),
    ("data.dataset", "-", None, NAME),
    ("data.split.by", "time", None, "hash"),
    ("data.split.train", 0.6, "data.split", "train, validation and test between 0 and 1 that add up to 1", ACROSS),
    ("data.split", {"by": "hash", "train": 1.2, "validation": -0.4, "test": 0.2}, None, "train, validation and test between 0 and 1 that add up to 1"),
    ("data.needs[0].slice", "nines", None, "the name of a declared slice", ACROSS),
    ("data.needs[0].atLeast", 0, None, WHOLE),
    ("labeling.overlap", 0, None, "a whole number from 1 to 20"),
    ("labeling.overlap", 21, None, "a whole number from 1 to 20"),
    ("labeling.gold", 1.5, None, "a number from 0 to 1"),
    ("labeling.agreement", -0.1, None, "a number from 0 to 1"),
    ("labeling.choices", [1], None, "at least two different answers"),
    ("labeling.choices", [1, 1], None, "at least two different answers"),
    ("labeling.sampling", {"uncertainty": 0.95, "random": 0.05}, None, "shares that add up to 1 with random at least 0.1"),
    ("labeling.sampling", {"uncertainty": 0.5, "random": 0.4}, None, "shares that add up to 1 with random at least 0.1", ACROSS),
    ("tests[1].name", "good", None, "a name that no other test has", ACROSS),
    ("tests[1].name", "", None, "a name that no other test has"),
    ("tests[1].slice", "nines", None, "the name of a declared slice", ACROSS),
    ("tests[0].kind", "speed", None, "one of " + KINDS),
    ("tests[0].within", 0.1, None, "nothing, since a test of kind metric does not have it"),
    ("protected[0]", "Champion", None, NAME),
    ("tests[0]", {"name": "good", "kind": "metric", "atLeast": 0.5}, "tests[0].metric", "the name of a metric, as accuracy"),
    ("tests[0]", {"name": "good", "kind": "metric", "metric": "accuracy"}, None, "either atLeast or atMost"),
    ("tests[0]", {"name": "good", "kind": "metric", "metric": "accuracy", "atLeast": 0.5, "atMost": 0.9}, None, "either atLeast or atMost"),
    ("tests[1]", {"name": "back", "kind": "regression", "against": "champion", "within": 0.1}, "tests[1].metric", "the name of a metric, as accuracy"),
    ("rollout.stages", ["shadow", 0.5, 0.05, "champion"], None, "shadow, rising shares between 0 and 1, champion", ACROSS),
    ("rollout.stages", ["shadow", 1.5], None, "shadow, rising shares between 0 and 1, champion"),
    ("rollout.stages", ["canary"], None, "shadow, rising shares between 0 and 1, champion"),
    ("rollout.kpi", "", None, "the name of a KPI"),
    ("rollout.unit", "", None, "the name of a request parameter"),
    ("monitoring.drift.psiAtMost", 0, None, "a number above 0"),
    ("monitoring.drift.window", 19, None, "a whole number of rows, at least 20"),
    ("monitoring.alerts[0].slice", "nines", None, "* or the name of a declared slice", ACROSS),
    ("monitoring.alerts[0].then", "page", None, "label"),
]
BROKEN += [
    (f"every[{kind(name)}]", without(name, member), f"tests[{kind(name)}].{member}", MEMBERS[member])
    for name, members in REQUIRED.items() for member in members
]
BROKEN += [(f"every[{kind(name)}].{member}", value, f"tests[{kind(name)}].{place}", said, *across) for name, member, value, place, said, *across in WRONG]


def changed(path, value):
    manifest = copy.deepcopy(EMBEDDED if path.startswith("indexes") else EVERY_KIND if path.startswith("every") else SOUND)
    path = path.replace("every", "tests", 1) if path.startswith("every") else path
    steps = path.replace("]", "").replace("[", ".").split(".")
    place = manifest
    for step in steps[:-1]:
        place = place[int(step)] if isinstance(place, list) else place[step]
    last = int(steps[-1]) if isinstance(place, list) else steps[-1]
    place[last] = value
    return manifest


def main():
    schema = json.loads((TOP / "Shared/Contracts/OpenAPI/capability.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    checker = Draft202012Validator(schema)
    samples = [yaml.safe_load(path.read_text()) for path in sorted((TOP / "deploy/samples").glob("*/capability.yaml"))]
    faults = [f"{m['metadata']['name']}: {e.json_path}: {e.message[:200]}" for m in [SOUND, EMBEDDED, EVERY_KIND, *samples] for e in checker.iter_errors(m)]
    broken = []
    for path, value, field, expected, *across in BROKEN:
        manifest = changed(path, value)
        if checker.is_valid(manifest) != bool(across):
            faults.append(f"the schema {'refuses' if across else 'takes'} {path} = {value}")
        broken.append({"field": field or path, "expected": expected, "manifest": manifest})
    for manifest in (changed("colour", 1), changed("metadata.colour", 1), changed("data.needs[0].colour", 1)):
        if checker.is_valid(manifest):
            faults.append("the schema takes a member that the manifest does not have")
    text = json.dumps({"sound": [SOUND, EMBEDDED, EVERY_KIND], "broken": broken}, ensure_ascii=False, indent=1) + "\n"
    target = HERE / "manifests.json"
    if "--check" in sys.argv[1:]:
        if not target.exists() or target.read_text() != text:
            faults.append("manifests.json is not what would be made")
    elif not faults:
        target.write_text(text)
    if faults:
        sys.exit("make_manifests.py: " + "\n".join(faults))


if __name__ == "__main__":
    main()
