#!/usr/bin/env python3
"""Renders Shared/Contracts/OpenAPI/*.yaml as the JSON that services answer at /openapi.json, and checks both.

usage: openapi.py [--check]

Without --check it writes Shared/HTTPService/OpenAPI/*.json and Shared/Contracts/OpenAPI/capability.schema.json (the manifest's schema, for
editors). Each document must pass openapi-spec-validator, and each example its own schema. With --check nothing is written, and what is
there must be what would be written. Run it with .mesh/clients/openapi/bin/python (deploy/scripts/clients.sh makes that).
"""

import json
import pathlib
import sys

import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

TOP = pathlib.Path(__file__).resolve().parents[2]
SOURCES = TOP / "Shared/Contracts/OpenAPI"
RENDERED = TOP / "Shared/HTTPService/OpenAPI"
MANIFEST_SCHEMA = SOURCES / "capability.schema.json"


def media_types(node, path=()):
    """Every object that holds an example beside its schema, with the place where it stands."""
    if isinstance(node, dict):
        if "schema" in node and "example" in node:
            yield "/".join(path), node
        for key, value in node.items():
            if key != "example":
                yield from media_types(value, path + (str(key),))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from media_types(value, path + (str(index),))


def example_faults(name, document):
    """What the examples break of their schemas, one sentence each."""
    registry = Registry().with_resource("urn:document", Resource(contents=document, specification=DRAFT202012))
    for place, media in media_types(document):
        schema = json.loads(json.dumps(media["schema"]).replace('"#/components', '"urn:document#/components'))
        checker = Draft202012Validator(schema, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER)
        for error in checker.iter_errors(media["example"]):
            yield f"{name}: {place}: {error.json_path}: {error.message[:200]}"


def manifest_schema(document):
    """The schema of capability.yaml, which editors can point to."""
    schema = document["components"]["schemas"]["CapabilityManifest"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "mlmesh capability manifest", **schema}


def rendered():
    """The text of each file to be written, by path; every fault is printed first."""
    files, faults = {}, []
    for source in sorted(SOURCES.glob("*.yaml")):
        document = yaml.safe_load(source.read_text())
        validate(document)
        faults += example_faults(source.name, document)
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        files[RENDERED / (source.stem + ".json")] = text + "\n"
        if source.stem == "model-registry":
            files[MANIFEST_SCHEMA] = json.dumps(manifest_schema(document), ensure_ascii=False, indent=2) + "\n"
    if faults:
        sys.exit("\n".join(faults))
    return files


def main():
    files = rendered()
    if "--check" in sys.argv[1:]:
        stale = [str(path.relative_to(TOP)) for path, text in files.items() if not path.exists() or path.read_text() != text]
        if stale:
            sys.exit("openapi: not rendered from the YAML, run `make openapi`: " + ", ".join(stale))
    else:
        for path, text in files.items():
            path.write_text(text)
    print(f"openapi: {len(files) - 1} documents are valid, and so are their examples")


if __name__ == "__main__":
    main()
