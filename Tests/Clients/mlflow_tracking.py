"""Uses MLflow's own client for experiments, runs, metrics, params, tags, inputs, artifacts and logged models, unmodified, fluent ones too.

Prints what held and what did not. MLFLOW_TRACKING_URI and a token or a name and password come from the environment.
"""
import json
import os
import socket
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import Request, urlopen

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, LoggedModelStatus, Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException

NAME = "tracking-" + uuid.uuid4().hex[:8]
CLIENTS = 20
POINTS = 25


def refused(call):
    """The error code of a call that must be refused; None when it succeeds."""
    try:
        call()
    except MlflowException as error:
        return error.error_code
    return None


def experiments(client):
    experiment = mlflow.set_experiment(NAME)
    yield "a new experiment is found by its name", client.get_experiment_by_name(NAME).experiment_id == experiment.experiment_id
    yield "a name is taken once", refused(lambda: client.create_experiment(NAME)) == "RESOURCE_ALREADY_EXISTS"
    client.set_experiment_tag(experiment.experiment_id, "owner", "documents")
    found = client.search_experiments(filter_string=f"tags.owner = 'documents' AND name = '{NAME}'")
    yield "an experiment is found by its tag", [one.name for one in found] == [NAME]
    other = client.create_experiment(NAME + "-other")
    client.rename_experiment(other, NAME + "-renamed")
    client.delete_experiment(other)
    yield "an experiment that was put away says so", client.get_experiment(other).lifecycle_stage == "deleted"
    yield "it takes no runs", refused(lambda: client.create_run(other)) == "INVALID_PARAMETER_VALUE"
    client.restore_experiment(other)
    yield "an experiment comes back", client.get_experiment(other).name == NAME + "-renamed"
    yield "the experiment 0 is there", client.get_experiment("0").name == "Default"


def runs(client):
    with mlflow.start_run(run_name="first") as active:
        mlflow.log_param("l2", 0.01)
        mlflow.log_params({"depth": 3, "kind": "tree"})
        mlflow.log_metric("loss", 0.5, step=1)
        mlflow.log_metric("loss", float("nan"), step=2)
        mlflow.log_metric("loss", 0.25, step=3)
        mlflow.log_metrics({"accuracy": 0.9, "recall": 0.8}, step=3)
        mlflow.set_tag("stage", "trial")
        mlflow.set_tags({"a b": "c", "owner": "documents"})
        with mlflow.start_run(nested=True, run_name="child") as child:
            mlflow.log_metric("loss", 1)
    run = client.get_run(active.info.run_id)
    yield "a run ends", (run.info.status, run.info.run_name, run.info.end_time is not None) == ("FINISHED", "first", True)
    yield "params are texts", run.data.params == {"l2": "0.01", "depth": "3", "kind": "tree"}
    yield "the newest metrics are shown", run.data.metrics == {"loss": 0.25, "accuracy": 0.9, "recall": 0.8}
    yield "tags are kept", (run.data.tags["stage"], run.data.tags["a b"]) == ("trial", "c")
    history = client.get_metric_history(run.info.run_id, "loss")
    yield "a history has every step", [point.step for point in history] == [1, 2, 3] and history[1].value != history[1].value
    yield "a child knows its parent", client.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == run.info.run_id
    yield "a param is written once", refused(lambda: client.log_param(run.info.run_id, "l2", "2")) == "INVALID_PARAMETER_VALUE"
    client.delete_tag(run.info.run_id, "stage")
    yield "a tag is gone", "stage" not in client.get_run(run.info.run_id).data.tags
    yield "a tag that is not there is refused", refused(lambda: client.delete_tag(run.info.run_id, "x")) == "RESOURCE_DOES_NOT_EXIST"
    client.update_run(run.info.run_id, status="FAILED", name="renamed")
    again = client.get_run(run.info.run_id)
    yield "a run is renamed", (again.info.status, again.info.run_name) == ("FAILED", "renamed")
    client.delete_run(run.info.run_id)
    yield "a run that was put away takes nothing", refused(lambda: client.log_metric(run.info.run_id, "x", 1)) == "INVALID_PARAMETER_VALUE"
    client.restore_run(run.info.run_id)
    mlflow.log_metric("late", 1, run_id=run.info.run_id, synchronous=False).wait()
    yield "a metric that was logged in the background is there", client.get_run(run.info.run_id).data.metrics["late"] == 1


def searches(client):
    experiment = client.create_experiment(NAME + "-search")
    made = []
    for index in range(7):
        run = client.create_run(experiment, run_name=f"run {index}")
        metrics = [Metric("score", float(index % 3), 1, 0)]
        client.log_batch(run.info.run_id, metrics, [Param("even", str(index % 2 == 0))], [RunTag("group of runs", "x" if index < 4 else "y")])
        made.append(run.info.run_id)

    def found(text, **more):
        return [run.info.run_name for run in client.search_runs([experiment], text, **more)]

    yield "runs are found by metric and param", sorted(found("metrics.score >= 1 AND params.even = 'True'")) == ["run 2", "run 4"]
    yield "a quoted key and LIKE", sorted(found("tags.`group of runs` = 'y' AND run_name LIKE 'run %'")) == ["run 4", "run 5", "run 6"]
    ordered = found("", order_by=["metrics.score DESC", "run_name ASC"])
    yield "runs are ordered", ordered == ["run 2", "run 5", "run 1", "run 4", "run 0", "run 3", "run 6"]
    names, token = [], None
    while True:
        page = client.search_runs([experiment], "", max_results=3, page_token=token, order_by=["run_name ASC"])
        names += [run.info.run_name for run in page]
        token = page.token
        if not token:
            break
    yield "pages hang together", names == [f"run {index}" for index in range(7)]
    yield "a wrong filter is refused", refused(lambda: found("metrics.score = 'x'")) == "INVALID_PARAMETER_VALUE"
    client.delete_run(made[0])
    yield "what is put away is found when asked", found("", run_view_type=ViewType.DELETED_ONLY) == ["run 0"]


def inputs(client):
    run = client.create_run(client.get_experiment_by_name(NAME).experiment_id)
    dataset = Dataset(name="digits", digest="abc", source_type="http", source="{}")
    client.log_inputs(run.info.run_id, [DatasetInput(dataset, [InputTag("mlflow.data.context", "train")])])
    seen = client.get_run(run.info.run_id).inputs.dataset_inputs[0]
    yield "an input is noted", (seen.dataset.name, seen.tags[0].value) == ("digits", "train")
    client.log_text(run.info.run_id, "grün", "notes/text.txt")
    client.log_dict(run.info.run_id, {"a": 1}, "data.json")
    listed = sorted((item.path, item.is_dir) for item in client.list_artifacts(run.info.run_id))
    yield "artifacts are listed", listed == [("data.json", False), ("notes", True)]
    folder = client.download_artifacts(run.info.run_id, "notes")
    yield "artifacts come back", (Path(folder) / "text.txt").read_text() == "grün"
    client.set_terminated(run.info.run_id)


def models(client):
    experiment = client.get_experiment_by_name(NAME).experiment_id
    run = client.create_run(experiment)
    model = client.create_logged_model(experiment, name="net", source_run_id=run.info.run_id, params={"l2": "1"}, tags={"a": "b"})
    yield "a logged model begins", model.status == LoggedModelStatus.PENDING
    client.log_metric(run.info.run_id, "accuracy", 0.75, model_id=model.model_id)
    client.set_logged_model_tags(model.model_id, {"c": "d"})
    client.delete_logged_model_tag(model.model_id, "a")
    ready = client.finalize_logged_model(model.model_id, LoggedModelStatus.READY)
    yield "a logged model is ready", (ready.status, ready.tags, ready.params) == (LoggedModelStatus.READY, {"c": "d"}, {"l2": "1"})
    yield "its metric is its own", [metric.value for metric in client.get_logged_model(model.model_id).metrics] == [0.75]
    order = [{"field_name": "metrics.accuracy", "ascending": False}]
    found = client.search_logged_models([experiment], "name = 'net' AND metrics.accuracy > 0.5", order_by=order)
    yield "a logged model is found", [one.model_id for one in found] == [model.model_id]
    client.delete_logged_model(model.model_id)
    gone = refused(lambda: client.get_logged_model(model.model_id))
    yield "a logged model that was put away is gone", gone == "RESOURCE_DOES_NOT_EXIST"


def many(client):
    """Clients at once on one run, each on a thread of its own."""
    run = client.create_run(client.get_experiment_by_name(NAME).experiment_id).info.run_id
    faults = []

    def work(number):
        own = MlflowClient()
        try:
            for index in range(POINTS):
                own.log_metric(run, "shared", float(number), timestamp=index, step=index * CLIENTS + number)
            own.log_batch(run, [Metric(f"m{number}", index, index, index) for index in range(100)], [Param(f"p{number}", "1")])
        except Exception as error:
            faults.append(repr(error))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    yield "no client was refused", faults == []
    steps = sorted(point.step for point in client.get_metric_history(run, "shared"))
    yield "twenty clients lose and double nothing", steps == list(range(CLIENTS * POINTS))
    data = client.get_run(run).data
    yield "the newest point is that of the highest step", data.metrics["shared"] == CLIENTS - 1
    yield "every client's params and metrics are there", (len(data.params), len(data.metrics)) == (CLIENTS, CLIENTS + 1)


class Dropping(BaseHTTPRequestHandler):
    """Passes requests on, and hangs up in place of the first answer to each that logs."""

    protocol_version = "HTTP/1.1"
    target = ""
    dropped = set()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name: self.headers[name] for name in ("Authorization", "Content-Type") if self.headers[name]}
        answer = urlopen(Request(self.target + self.path, body, headers, method=self.command)).read()
        key = self.path.rsplit("/", 1)[-1]
        if key.startswith("log") and key not in self.dropped:
            self.dropped.add(key)
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments):
        pass


def retries(client):
    """An answer that was lost on the way: the client sends the request again, and nothing is doubled."""
    run = client.create_run(client.get_experiment_by_name(NAME).experiment_id).info.run_id
    address = os.environ["MLFLOW_TRACKING_URI"]
    Dropping.target = address
    server = ThreadingHTTPServer(("127.0.0.1", 0), Dropping)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    before = os.environ.get("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "3"
    try:
        unlucky = MlflowClient(f"http://127.0.0.1:{server.server_port}")
        unlucky.log_metric(run, "m", 1, timestamp=1, step=1)
        unlucky.log_param(run, "p", "1")
        unlucky.log_batch(run, [Metric("m", 2, 2, 2)], [Param("q", "1")], [RunTag("t", "1")])
    finally:
        os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = before
        server.shutdown()
    yield "answers were lost", Dropping.dropped == {"log-metric", "log-parameter", "log-batch"}
    yield "nothing is doubled", [point.step for point in client.get_metric_history(run, "m")] == [1, 2]
    data = client.get_run(run).data
    yield "all of it is there", (data.params, data.metrics) == ({"p": "1", "q": "1"}, {"m": 2})


def main():
    client = MlflowClient()
    passed, failed = [], []
    for part in [experiments, runs, searches, inputs, models, many, retries]:
        try:
            for name, holds in part(client):
                (passed if holds else failed).append(name)
        except Exception as error:
            failed.append(f"{part.__name__}: {error!r}"[:500])
    print(json.dumps({"passed": passed, "failed": failed}))


main()
