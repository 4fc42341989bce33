"""Calls every method of MLflow's registry client, unmodified, fluent ones too. Prints what held and what did not.

MESH_SOURCE names artifacts that a version can be made of; without it a run is made and logs some. MESH_CAPABILITY is a capability whose
suite has not passed on any version.
"""
import json
import os
import tempfile
from pathlib import Path
from unittest import mock

import mlflow
from mlflow import MlflowClient
from mlflow.entities.webhook import WebhookAction, WebhookEntity, WebhookEvent
from mlflow.exceptions import MlflowException

CAPABILITY = os.environ["MESH_CAPABILITY"]
NAME = os.environ.get("MESH_MODEL", "client iris")


def logged():
    """A run of our own with artifacts."""
    client = MlflowClient()
    run = client.create_run(client.create_experiment(NAME))
    client.log_text(run.info.run_id, "flavors: {}", "model/MLmodel")
    client.log_text(run.info.run_id, "no model at all", "model/model.onnx")
    return run.info


RUN = None if "MESH_SOURCE" in os.environ else logged()
SOURCE = os.environ.get("MESH_SOURCE") or RUN.artifact_uri + "/model"


def refused(call, *words):
    """The error code of a call that must be refused, with words; what was seen where it was not."""
    try:
        return f"no error: {call()}"
    except MlflowException as error:
        return error.error_code if all(word in str(error) for word in words) else str(error)


def models(client):
    made = client.create_registered_model(NAME, tags={"owner": "garden"}, description="petals")
    yield "create_registered_model", made.name == NAME and made.tags == {"owner": "garden"} and made.description == "petals"
    yield "a name is taken once", refused(lambda: client.create_registered_model(NAME), "already exists") == "RESOURCE_ALREADY_EXISTS"
    yield "get_registered_model", client.get_registered_model(NAME).creation_timestamp == made.creation_timestamp
    yield "no such model", refused(lambda: client.get_registered_model("nothing"), "name=nothing not found") == "RESOURCE_DOES_NOT_EXIST"
    yield "update_registered_model", client.update_registered_model(NAME, "sepals").description == "sepals"
    client.set_registered_model_tag(NAME, "kind", "flower, näh")
    client.delete_registered_model_tag(NAME, "owner")
    yield "tags", client.get_registered_model(NAME).tags == {"kind": "flower, näh"}
    client.rename_registered_model(NAME, NAME + " 2")
    yield "rename_registered_model", client.get_registered_model(NAME + " 2").tags == {"kind": "flower, näh"}
    yield "the old name is free", refused(lambda: client.get_registered_model(NAME)) == "RESOURCE_DOES_NOT_EXIST"
    client.rename_registered_model(NAME + " 2", NAME)


def versions(client):
    first = client.create_model_version(NAME, SOURCE, tags={"seed": "7"}, description="first")
    yield "create_model_version", (first.version, first.status, first.tags) == ("1", "READY", {"seed": "7"})
    second = client.create_model_version(NAME, SOURCE)
    yield "get_model_version", client.get_model_version(NAME, "1").description == "first" and second.version == "2"
    yield "update_model_version", client.update_model_version(NAME, "1", "changed").description == "changed"
    client.set_model_version_tag(NAME, "1", "checked", "yes")
    client.delete_model_version_tag(NAME, "1", "seed")
    yield "tags of a version", client.get_model_version(NAME, "1").tags == {"checked": "yes"}
    yield "get_model_version_download_uri", client.get_model_version_download_uri(NAME, "1").startswith("mlflow-artifacts:/")
    staged = client.transition_model_version_stage(NAME, "1", "Production")
    client.transition_model_version_stage(NAME, "2", "production", archive_existing_versions=True)
    stages = {version.version: version.current_stage for version in client.get_latest_versions(NAME)}
    yield "transition_model_version_stage", staged.current_stage == "Production" and stages == {"1": "Archived", "2": "Production"}
    yield "get_latest_versions of a stage", [version.version for version in client.get_latest_versions(NAME, ["Production"])] == ["2"]
    copied = client.copy_model_version(f"models:/{NAME}/1", NAME + " copy")
    same = [client.get_model_version_download_uri(name, "1") for name in (NAME, NAME + " copy")]
    yield "copy_model_version", copied.version == "1" and same[0] == same[1]
    yield "local sources are refused", refused(lambda: client.create_model_version(NAME, "/etc"), "source") == "INVALID_PARAMETER_VALUE"


def aliases(client):
    client.set_registered_model_alias(NAME, "Best", "1")
    yield "get_model_version_by_alias", client.get_model_version_by_alias(NAME, "Best").version == "1"
    yield "aliases of a model", client.get_registered_model(NAME).aliases == {"Best": "1"}
    yield "aliases of a version", client.get_model_version(NAME, "1").aliases == ["Best"]
    yield "alias names are kept apart by case", refused(lambda: client.get_model_version_by_alias(NAME, "best")) == "INVALID_PARAMETER_VALUE"
    client.delete_registered_model_alias(NAME, "Best")
    yield "delete_registered_model_alias", client.get_registered_model(NAME).aliases == {}
    yield "latest", client.get_model_version_by_alias(NAME, "latest").version == "2"


def searches(client):
    found = client.search_registered_models(f"name = '{NAME}'")
    yield "search_registered_models", [model.name for model in found] == [NAME]
    names, token = [], None
    while token is None or token:
        page = client.search_registered_models(f"name LIKE '{NAME}%'", max_results=1, order_by=["name DESC"], page_token=token)
        names, token = names + [model.name for model in page], page.token or ""
    yield "pages and order", names == [NAME + " copy", NAME]
    yield "search_model_versions", [version.version for version in client.search_model_versions(f"name = '{NAME}'")] == ["2", "1"]
    found = client.search_model_versions(f"name = '{NAME}' and tags.checked = 'yes'", order_by=["version_number ASC"])
    yield "search by tag", [version.version for version in found] == ["1"]
    yield "fluent searches", NAME in [model.name for model in mlflow.search_registered_models()]
    yield "fluent search of versions", len(mlflow.search_model_versions(filter_string=f"name = '{NAME}'")) == 2
    yield "a wrong filter is refused", refused(lambda: client.search_registered_models("flavor = 'x'")) == "INVALID_PARAMETER_VALUE"


def gate(client):
    made = client.create_model_version(CAPABILITY, SOURCE)
    sent = []
    with mock.patch("mlflow.utils.rest_utils._get_http_response_with_retries", side_effect=counting(sent)):
        seen = refused(lambda: client.set_registered_model_alias(CAPABILITY, "champion", made.version), "test")
    yield "champion is refused, with the reason", seen == "RESOURCE_CONFLICT"
    yield "a refusal is not tried again", sent.count("POST") == 1
    stage = refused(lambda: client.transition_model_version_stage(CAPABILITY, made.version, "Production"))
    yield "so is the stage", stage == "RESOURCE_CONFLICT"
    yield "a capability keeps its name", refused(lambda: client.rename_registered_model(CAPABILITY, "other")) == "RESOURCE_CONFLICT"
    yield "a capability stays", refused(lambda: client.delete_registered_model(CAPABILITY)) == "RESOURCE_CONFLICT"
    found = client.search_registered_models(f"name = '{CAPABILITY}'")
    yield "a capability is a registered model", [model.name for model in found] == [CAPABILITY]


def counting(sent):
    """The client's own way to send, with the methods of its requests noted."""
    from mlflow.utils import request_utils

    original = request_utils._get_http_response_with_retries

    def send(method, *args, **kwargs):
        sent.append(method)
        return original(method, *args, **kwargs)

    return send


def webhooks(client):
    events = [WebhookEvent(WebhookEntity.MODEL_VERSION, WebhookAction.CREATED)]
    made = client.create_webhook("deploy", "https://1.1.1.1/hook", events, description="d", secret="s3cret")
    yield "create_webhook", made.name == "deploy" and made.events == events and str(made.status) == "ACTIVE"
    yield "get_webhook", client.get_webhook(made.webhook_id).url == "https://1.1.1.1/hook"
    yield "list_webhooks", made.webhook_id in [webhook.webhook_id for webhook in client.list_webhooks()]
    yield "update_webhook", str(client.update_webhook(made.webhook_id, status="DISABLED").status) == "DISABLED"
    private = refused(lambda: client.create_webhook("near", "http://127.0.0.1/", events), "127.0.0.1")
    yield "private addresses are refused", private == "INVALID_PARAMETER_VALUE"
    client.delete_webhook(made.webhook_id)
    yield "delete_webhook", refused(lambda: client.get_webhook(made.webhook_id)) == "RESOURCE_DOES_NOT_EXIST"


def prompts(client):
    made = client.register_prompt("greeting", "Hello {{name}}!", commit_message="first")
    yield "register_prompt", made.version == 1 and client.get_prompt_version("greeting", "1").template == "Hello {{name}}!"
    yield "prompts are no models", "greeting" not in [model.name for model in client.search_registered_models()]
    yield "search_prompts", "greeting" in [prompt.name for prompt in client.search_prompts()]


def downloads(client):
    """What a version is made of comes back, whatever becomes of the run's own artifacts: only where a trainer keeps them."""
    if RUN is None:
        return
    name = NAME + " files"

    def file(uri):
        return (Path(mlflow.artifacts.download_artifacts(uri)) / "model.onnx").read_text()

    yield "register_model of a run", mlflow.register_model(f"runs:/{RUN.run_id}/model", name).version == "1"
    client.set_registered_model_alias(name, "best", "1")
    client.log_text(RUN.run_id, "changed since", "model/model.onnx")
    yield "artifacts of a version do not change", file(f"models:/{name}@best") == "no model at all"
    yield "those of the run do", file(f"runs:/{RUN.run_id}/model") == "changed since"
    model = client.create_logged_model(RUN.experiment_id, name="net", source_run_id=RUN.run_id)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "model.onnx").write_text("a logged model")
        client.log_model_artifacts(model.model_id, folder)
    client.finalize_logged_model(model.model_id, "READY")
    made = client.create_model_version(name, f"models:/{model.model_id}", RUN.run_id, model_id=model.model_id)
    yield "a logged model is registered", made.version == "2" and file(f"models:/{name}/2") == "a logged model"


def ends(client):
    client.delete_model_version(NAME, "2")
    yield "delete_model_version", refused(lambda: client.get_model_version(NAME, "2"), "version=2) not found") == "RESOURCE_DOES_NOT_EXIST"
    yield "numbers do not come back", client.create_model_version(NAME, SOURCE).version == "3"
    client.delete_registered_model(NAME)
    yield "delete_registered_model", refused(lambda: client.get_registered_model(NAME)) == "RESOURCE_DOES_NOT_EXIST"


def main():
    passed, failed = [], []
    client = MlflowClient()
    for part in (models, versions, aliases, searches, gate, webhooks, prompts, downloads, ends):
        try:
            for name, holds in part(client):
                (passed.append(name) if holds else failed.append({"name": name, "seen": ""}))
        except Exception as error:
            failed.append({"name": part.__name__, "seen": f"{type(error).__name__}: {error}"[:500]})
    print(json.dumps({"passed": passed, "failed": failed}))


main()
