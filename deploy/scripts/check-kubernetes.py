#!/usr/bin/env python3
"""Checks deploy/kubernetes: each object against the published schema, and what they say of each other.

usage: check-kubernetes.py   with .mesh/clients/kubernetes/bin/python (deploy/scripts/clients.sh makes that)
"""

import json
import pathlib
import re
import sys

import kubernetes_validate
import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
FOLDER = TOP / "deploy/kubernetes"
VERSIONS = ["1.29", "1.37"]
KINDS = {"Service", "HorizontalPodAutoscaler", "PodDisruptionBudget", "NetworkPolicy", "ServiceAccount"}


def services():
    """The services that listen, as the contracts name them."""
    text = (TOP / "Shared/Contracts/Routes/ServiceName.swift").read_text()
    names = {word: raw or word for word, raw in re.findall(r'^    case (\w+)(?: = "([^"]+)")?$', text, re.MULTILINE)}
    return [names[word] for word in re.findall(r"\.(\w+)", re.search(r"serving: \[ServiceName\] = \[([^\]]*)\]", text)[1])]


def schema_faults(path, document):
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(document, version, strict=True)
        except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
            yield f"{path.name}: {document.get('kind')} {document.get('metadata', {}).get('name')} ({version}): {str(error)[:300]}"


def pod_faults(name, kind, template, known):
    """What a workload's pod says wrongly of itself or of others."""
    spec = template["spec"]
    containers = spec["containers"] + spec.get("initContainers", [])
    if template["metadata"]["labels"].get("app.kubernetes.io/name") != name:
        yield f"{name}: its pods do not carry its name"
    if not spec["securityContext"].get("runAsNonRoot"):
        yield f"{name}: may run as root"
    volumes = {volume["name"] for volume in spec.get("volumes", [])} | ({"spool"} if kind == "StatefulSet" else set())
    for container in containers:
        context = container["securityContext"]
        if context.get("allowPrivilegeEscalation") is not False or not context.get("readOnlyRootFilesystem") or context["capabilities"]["drop"] != ["ALL"]:
            yield f"{name}/{container['name']}: holds more rights than it needs"
        if "limits" not in container["resources"] or "requests" not in container["resources"]:
            yield f"{name}/{container['name']}: has no requests or limits"
        yield from (f"{name}: no volume {m['name']}" for m in container.get("volumeMounts", []) if m["name"] not in volumes)
        for source in container.get("envFrom", []):
            if ("ConfigMap", source["configMapRef"]["name"]) not in known:
                yield f"{name}: no ConfigMap {source['configMapRef']['name']}"
    for container in spec["containers"]:
        if "readinessProbe" not in container or "livenessProbe" not in container:
            yield f"{name}/{container['name']}: has no probes"


def service_faults(name, known, objects):
    workload = next((o for o in objects if o["kind"] in ("Deployment", "StatefulSet") and o["metadata"]["name"] == name), None)
    if workload is None:
        yield f"{name}: no Deployment or StatefulSet"
        return
    yield from (f"{name}: no {kind}" for kind in sorted(KINDS) if (kind, name) not in known)
    template = workload["spec"]["template"]
    yield from pod_faults(name, workload["kind"], template, known)
    variables = {variable["name"] for variable in template["spec"]["containers"][0].get("env", [])}
    if not name.startswith("gateway"):
        probes = template["spec"]["containers"][0]
        if probes["readinessProbe"]["httpGet"]["path"] != "/readyz" or probes["livenessProbe"]["httpGet"]["path"] != "/healthz":
            yield f"{name}: probes other paths than /readyz and /healthz"
        if ("MESH_SPOOL" in variables) != (workload["kind"] == "StatefulSet"):
            yield f"{name}: a spool and a StatefulSet go together"


def main():
    faults, objects = [], []
    listed = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]
    files = sorted(path for path in FOLDER.glob("*.yaml") if path.name != "kustomization.yaml")
    faults += [f"{path.name} is not in the kustomization" for path in files if path.name not in listed]
    faults += [f"the kustomization names {name}, which is not there" for name in listed if not (FOLDER / name).exists()]
    for path in files:
        for document in yaml.safe_load_all(path.read_text()):
            faults += schema_faults(path, document)
            objects.append(document)
    # What the trainer makes of a command recipe, as its own test has it.
    for path in sorted((FOLDER / "samples").glob("*.json")):
        faults += schema_faults(path, json.loads(path.read_text()))
    known = {(o["kind"], o["metadata"]["name"]) for o in objects}
    for name in [*services(), "gateway-public", "gateway-internal"]:
        faults += service_faults(name, known, objects)
    if faults:
        sys.exit("\n".join(faults))
    print(f"kubernetes: {len(objects)} objects are valid for {' and '.join(VERSIONS)}")


if __name__ == "__main__":
    main()
