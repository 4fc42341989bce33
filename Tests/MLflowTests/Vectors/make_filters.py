#!/usr/bin/env python3
"""Asks the reference implementation which filters it takes, and what it reads in them.

usage: make_filters.py [--check]

Needs the packages mlflow-skinny (3.17.2) and sqlalchemy. The filters are ours; the answers are those of `mlflow.utils.search_utils` and
`mlflow.utils.search_logged_model_utils`, with the operator checks that the reference makes when it evaluates. Where this product answers
otherwise on purpose, the vector says so and why. With --check nothing is written, and the file must be what would be written.
"""

import json
import pathlib
import sys

from mlflow.utils.search_logged_model_utils import parse_filter_string
from mlflow.utils.search_utils import SearchExperimentsUtils, SearchLoggedModelsUtils, SearchModelUtils, SearchModelVersionUtils, SearchUtils

FILE = pathlib.Path(__file__).resolve().parent / "filters.json"

PARSERS = {
    "runs": SearchUtils,
    "experiments": SearchExperimentsUtils,
    "registered models": SearchModelUtils,
    "model versions": SearchModelVersionUtils,
}

FILTERS = {
    "runs": """
metrics.loss < 0.5
metric.loss<=0.5
metrics.accuracy >= 1
metrics.accuracy > -1
metrics.accuracy = -0.25
metrics.accuracy != .5
metrics.accuracy > 1e-3
metrics.accuracy > 1.5E3
metrics.`val/loss` < 2
metrics."val loss" < 2
metrics.top5.accuracy > 0.9
metrics.loss < '0.5'
metrics.loss < "0.5"
metrics.loss < abc
metrics.loss LIKE 'a'
metrics.loss LIKE 1
metrics.loss IS NULL
metrics.loss IN (1, 2)
metrics.loss <> 1
metrics.loss == 1
metrics.loss < 0x10
metrics.loss < nan
metrics.loss < 1 AND
metrics.loss < 1 and metrics.loss > 0
metrics.loss < 1 AND metrics.loss > 0 AND params.solver = 'lbfgs'
metrics.loss < 1 OR metrics.loss > 0
NOT metrics.loss < 1
(metrics.loss < 1)
metrics.loss < 1, metrics.loss > 0
metrics.loss < 1;
metrics.loss < 1; metrics.loss > 0
metrics.loss
metrics.loss <
< 1
metrics < 1
METRICS.loss < 1
unknown.loss < 1
params.depth = '3'
param.depth != '3'
parameter.depth = "3"
parameters.depth LIKE '3%'
params.depth ILIKE '%A_'
params.depth like 'x'
params.depth ilike 'x'
params.depth = 3
params.depth > '3'
params.depth IN ('1', '2')
params.depth IS NULL
params.depth is null
params.depth IS NOT NULL
params.depth is not null
params.depth IS 'a'
params.depth = depth
params.depth = '3
params.depth = 3'
params.depth = ''
params.`learning rate` = '0.1'
params."learning rate" = '0.1'
params.'learning rate' = '0.1'
params.learning rate = '0.1'
params.lr='a' AND params.lr!='b'
params.q = 'say "yes"'
params.q = "it's"
params.q = 'a AND b'
params.q = '100%'
tags.owner = 'vision'
tag.owner != 'vision'
tags.owner LIKE '%sion'
tags.owner IS NOT NULL
tags.owner IS NULL AND tags.team = 'a'
tags.owner > 'a'
tags.mlflow.user = 'ada'
tags.`mlflow.parentRunId` = 'f00'
tags."mlflow.source.name" = 'train.py'
`tags`.owner = 'vision'
tags.owner = `vision`
tags.größe = 'x'
attributes.status = 'FINISHED'
attribute.status != 'FAILED'
attr.status = "RUNNING"
run.status = 'FINISHED'
status = 'FINISHED'
status = FINISHED
status LIKE 'FIN%'
status IN ('FINISHED', 'FAILED')
run_id = 'abc'
run_id IN ('a', 'b')
run_id IN ("a", "b")
run_id IN ('a')
run_id IN ('a',)
run_id NOT IN ('a', 'b')
run_id not in ('a')
attributes.run_id in ('a', 'b') AND metrics.loss < 1
run_id IN ()
run_id IN ('a', 1)
run_id IN (1, 2)
run_id IN 'a'
run_id IN ('a' AND status = 'FINISHED'
run_name = 'brave-otter-100'
run_name ILIKE 'brave%'
attributes.`run name` = 'x'
attributes."Run Name" = 'x'
user_id = 'ada'
artifact_uri LIKE 's3://%'
start_time > 1700000000000
attributes.start_time >= 1700000000000
end_time < 1700000000000.5
created > 1
attributes.Created > 1
start_time > '1700000000000'
start_time LIKE '17%'
start_time IN ('1')
end_time IS NULL
lifecycle_stage = 'active'
experiment_id = '1'
dataset.name = 'digits'
datasets.digest = 'abc'
dataset.context LIKE 'tr%'
datasets.name IN ('digits', 'letters')
dataset.digest NOT IN ('a')
dataset.profile = 'x'
dataset.name IS NULL
dataset.name > 'a'
dataset.name = 1
AND
AND metrics.a < 1
metrics.a < 1 AND AND metrics.b < 1
metrics.a < 1 metrics.b < 1
params.a = 'it''s'
params.a = 'a\\b'
metrics.5 > 1
metrics.5a > 1
params.1 = 'x'
params._a = 'x'
metrics.val-loss > 1
metrics.val/loss > 1
metrics.a:b > 1
metrics.a < 1 -- note
metrics.a < 1e+5
metrics.a < +1
metrics.a < 1.
metrics.a < 1e999
metrics.a > 1.0.0
metrics.a > - 1
metrics.a != -.5
metrics.a\u00a0> 1
start_time < 99999999999999999999
'a' = 'a'
1 = 1
tags.`a``b` = 'c'
tags.a.`b` = 'c'
tags.`a`.b = 'c'
tags.`` = 'c'
tags. a = 'c'
tags .a = 'c'
tags.a = 'ü☃'
tags.a='x'AND tags.b='y'
tags.a = 'x' and tags.b = 'y' aNd tags.c = 'z'
metrics.a = 1 = 2
tags.a = 'x' 'y'
tags.a NOT LIKE 'x'
tags.a LIKE
tags.a = NULL
tags.a IS NOT 'x'
tags.and = 'x'
tags.in = 'x'
tags.name = 'x'
tags.type = 'x'
params.a = '('
params.a = ';'
params.a = '--'
run_id IN ('a') AND run_id IN ('b') AND
run_id IN (a, b)
run_id IN ('a' 'b')
run_id IN ('a',,'b')
`status` = 'x'
attributes.`status` = 'x'
attribute.status = `x`
metrics.a < 1 AND (metrics.b < 1)
metrics.a BETWEEN 1 AND 2
tags.`a = 'c'
""",
    "experiments": """
name = 'digits'
name LIKE 'dig%'
name ILIKE 'DIG%'
attribute.name != 'digits'
attributes.name = 'digits'
attr.name = 'digits'
name IN ('a', 'b')
experiment_id IN ('1', '2')
experiment_id = '1'
experiment_id = 1
creation_time > 1700000000000
last_update_time <= 1700000000000
last_update_time = '1'
tags.owner = 'a'
tag.owner LIKE 'a%'
tags.`a b` = 'c'
tags.owner IS NULL
tags.owner IS NOT NULL
name IS NULL
metrics.loss < 1
params.a = 'b'
lifecycle_stage = 'active'
name = 'a' AND tags.b = 'c' AND
name = 'a' OR name = 'b'
""",
    "registered models": """
name = 'digits'
name LIKE '%ig%'
name ILIKE 'D_gits'
name != 'a'
name IN ('a', 'b')
name > 'a'
attribute.name = 'a'
tags.owner = 'a'
tag.owner ILIKE 'A%'
tags.`mlflow.prompt.is_prompt` != 'true'
name = 'a' AND tag.`mlflow.prompt.is_prompt` != 'true'
tags.owner IS NULL
version_number = 1
creation_timestamp > 1
run_id = 'a'
""",
    "model versions": """
name = 'digits'
name LIKE 'd%'
run_id = 'a'
run_id IN ('a', 'b')
name IN ('a')
source_path = 's3://bucket/x'
source_path IN ('a')
version_number = 3
version_number >= 3
version_number != 3
version_number = '3'
version_number LIKE '3'
tags.owner = 'a'
tags.owner != 'a'
tags.owner IS NOT NULL
tag.`mlflow.prompt.is_prompt` != 'true'
creation_timestamp > 1
current_stage = 'Production'
""",
    "logged models": """
name = 'net'
name LIKE 'n%'
name IN ('a', 'b')
name NOT IN ('a')
model_id = 'm-1'
attributes.status = 'READY'
status != 'FAILED'
model_type ILIKE 'KERAS'
source_run_id = 'r'
creation_timestamp > 1
creation_time > 1
last_updated_timestamp <= 2
creation_timestamp = 'a'
creation_timestamp LIKE 'a'
metrics.loss < 0.5
metrics.`val/loss` < 0.5
metrics.loss LIKE 'a'
metrics.loss < 'a'
params.depth = '3'
params.depth LIKE '3%'
params.depth IN ('1', '2')
params.depth > '3'
params.depth IS NULL
tags.owner = 'a'
tags.owner in ('a')
name = 'a' AND metrics.loss < 1 AND
name = 'a' OR name = 'b'
datasets.name = 'x'
colour = 'red'
""",
}

# What is answered otherwise here, and why: whether the product takes the filter.
DOUBLED = "a doubled quote stands for one, so that every text can be written"
QUOTED = "a key is either bare or quoted as a whole"
BARE = "a key after a dot may begin with a digit, and be a word that SQL reserves"
FINITE = "stored metrics are finite"
DIFFERENCES = {
    ("runs", "metrics.a < 1 metrics.b < 1"): (False, "a forgotten AND is a fault"),
    ("runs", "metrics.5 > 1"): (True, BARE),
    ("runs", "params.1 = 'x'"): (True, BARE),
    ("runs", "tags.in = 'x'"): (True, BARE),
    ("runs", "metrics.a < 1e+5"): (True, "a number as JSON and SQL write it"),
    ("runs", "metrics.a < 1."): (False, "no language of the three writes a number so"),
    ("runs", "metrics.a < 1e999"): (False, FINITE),
    ("runs", "params.a = 'it''s'"): (True, DOUBLED),
    ("runs", "tags.`a``b` = 'c'"): (True, DOUBLED),
    ("runs", "tags.a.`b` = 'c'"): (False, QUOTED),
    ("runs", "tags.`a`.b = 'c'"): (False, QUOTED),
    ("runs", "tags.`` = 'c'"): (False, "no key is empty"),
    ("runs", "tags. a = 'c'"): (False, "the reference takes the blank into the key"),
    ("runs", "run_id IN ('a' 'b')"): (False, "the reference joins the two texts as Python does"),
}

ENTITIES = {"attributes": "attribute", "metrics": "metric", "params": "param", "parameter": "param", "tags": "tag"}
ALIASES = {"creation_time": "creation_timestamp", "last_updated_time": "last_updated_timestamp"}


def check_operator(parser, parsed):
    """The checks of operators that the reference makes when it evaluates."""
    kind, key, comparator = parsed["type"], parsed["key"], parsed["comparator"].upper()
    found = (
        parser.is_metric(kind, comparator)
        or parser.is_param(kind, comparator)
        or parser.is_tag(kind, comparator)
        or parser.is_string_attribute(kind, key, comparator)
        or parser.is_numeric_attribute(kind, key, comparator)
        or parser.is_dataset(kind, comparator)
    )
    assert found, parsed


def written(entity, key, comparator, value):
    """A comparison in JSON: numbers as numbers, lists as lists, nothing as null."""
    if isinstance(value, tuple):
        value = list(value)
    return {"entity": ENTITIES.get(entity, entity), "key": key, "comparator": comparator.upper(), "value": value}


def reference(kind, text):
    """The comparisons that the reference reads, None when it refuses the filter."""
    try:
        if kind == "logged models":
            comparisons = []
            for parsed in parse_filter_string(text):
                entity = parsed.entity
                key = entity.key.removesuffix("_ms") if entity.type.value == "attributes" else entity.key
                assert entity.type.value != "attributes" or key in SearchLoggedModelsUtils.VALID_SEARCH_ATTRIBUTE_KEYS
                comparisons.append(written(entity.type.value, ALIASES.get(key, key), parsed.op, parsed.value))
            return comparisons
        parser = PARSERS[kind]
        comparisons = []
        for parsed in parser.parse_search_filter(text):
            check_operator(parser, parsed)
            value = float(parsed["value"]) if parsed["type"] == "metric" else parsed["value"]
            key = parser.translate_key_alias(parsed["key"]) if parsed["type"] == "attribute" else parsed["key"]
            comparisons.append(written(parsed["type"], key, parsed["comparator"], value))
        return comparisons
    except Exception:
        return None


def vectors():
    for kind, texts in FILTERS.items():
        for text in texts.strip().split("\n"):
            comparisons = reference(kind, text)
            vector = {"kind": kind, "filter": text, "accepted": comparisons is not None, "comparisons": comparisons or []}
            if (kind, text) in DIFFERENCES:
                ours, reason = DIFFERENCES[kind, text]
                vector["here"] = {"accepted": ours, "because": reason}
            yield vector


def main():
    lines = ",\n".join(json.dumps(vector, ensure_ascii=False, sort_keys=True).replace("Infinity", "1e308") for vector in vectors())
    text = f"[\n{lines}\n]\n"
    if "--check" in sys.argv[1:]:
        sys.exit(0 if FILE.read_text() == text else f"{FILE.name} is not what would be written")
    FILE.write_text(text)


if __name__ == "__main__":
    main()
