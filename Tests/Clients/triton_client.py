"""Calls every method of NVIDIA's Triton client; with --asyncio those of its asynchronous client. Prints what held and what did not."""
import asyncio
import sys
import urllib.request

import numpy
import tritonclient.http
import tritonclient.http.aio
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput

from checks import HEADERS, HOST, KEY, TENSORS, TYPES, URL, VERSION, Checks, got, same

ASYNCHRONOUS = "--asyncio" in sys.argv[1:]


def tensors(binary=True, only=TENSORS):
    inputs = []
    for datatype, values in TENSORS.items():
        inputs.append(InferInput(datatype.lower(), list(values.shape), datatype))
        inputs[-1].set_data_from_numpy(values, binary_data=binary and datatype in only)
    return inputs


def outputs(binary=True, only=TENSORS):
    return [InferRequestedOutput(datatype.lower() + "_out", binary_data=binary) for datatype in only]


def wrong(result, only=TENSORS):
    """Datatypes that did not come back as they were sent."""
    if result is None:
        return ["no result"]
    return [datatype for datatype in only if not same(result.as_numpy(datatype.lower() + "_out"), TENSORS[datatype])]


async def server(checks, client):
    checks.check("is_server_live", await got(client.is_server_live()) is True)
    checks.check("is_server_ready", await got(client.is_server_ready()) is True)
    metadata = await checks.value("get_server_metadata", lambda: client.get_server_metadata(headers=dict(HEADERS)))
    extensions = set((metadata or {}).get("extensions", []))
    wanted = {"binary_tensor_data", "model_repository", "model_configuration", "statistics", "parameters", "trace", "logging"}
    checks.check("server's extensions", wanted <= extensions and "system_shared_memory" not in extensions, extensions)


async def model(checks, client):
    for version in ("", VERSION, "latest"):
        ready = await got(client.is_model_ready(TYPES, version, headers=dict(HEADERS)))
        checks.check(f"is_model_ready '{version}'", ready is True, ready)
        metadata = await checks.value(f"get_model_metadata '{version}'", lambda: client.get_model_metadata(TYPES, version, headers=dict(HEADERS)))
        inputs = {tensor["name"]: (tensor["datatype"], tensor["shape"]) for tensor in (metadata or {}).get("inputs", [])}
        expected = {datatype.lower(): (datatype, [-1, 2]) for datatype in TENSORS}
        checks.check(f"tensors in metadata '{version}'", inputs == expected, inputs)
        config = await checks.value(f"get_model_config '{version}'", lambda: client.get_model_config(TYPES, version, headers=dict(HEADERS)))
        kinds = {tensor["name"]: tensor["data_type"] for tensor in (config or {}).get("input", [])}
        checks.check(f"tensors in config '{version}'", kinds.get("fp32") == "TYPE_FP32" and kinds.get("bytes") == "TYPE_STRING", kinds)
    checks.check("is_model_ready of no model", await got(client.is_model_ready("nothing", headers=dict(HEADERS))) is False)
    checks.check("is_model_ready of no version", await got(client.is_model_ready(TYPES, "99", headers=dict(HEADERS))) is False)
    await checks.refused("metadata of no model", lambda: client.get_model_metadata("nothing", headers=dict(HEADERS)), 404, "nothing")
    await checks.refused("config of no version", lambda: client.get_model_config(TYPES, "99", headers=dict(HEADERS)), 404, "99")


async def repository(checks, client):
    index = await checks.value("get_model_repository_index", lambda: client.get_model_repository_index(headers=dict(HEADERS)))
    entries = [entry for entry in index or [] if entry["name"] == TYPES]
    checks.check("the model's entry", any(entry["version"] == VERSION and entry["state"] == "READY" for entry in entries), index)
    await checks.value("load_model of a loaded model", lambda: client.load_model(TYPES, headers=dict(HEADERS)))
    await checks.value("unload_model", lambda: client.unload_model(TYPES, headers=dict(HEADERS)))
    await checks.until("unloaded", lambda: client.is_model_ready(TYPES, headers=dict(HEADERS)), lambda ready: ready is False)
    await checks.value("load_model", lambda: client.load_model(TYPES, headers=dict(HEADERS)))
    await checks.until("loaded", lambda: client.is_model_ready(TYPES, headers=dict(HEADERS)), lambda ready: ready is True)
    await checks.refused("load_model of no model", lambda: client.load_model("nothing", headers=dict(HEADERS)), 404, "nothing")
    await checks.refused("unload_model of no model", lambda: client.unload_model("nothing", headers=dict(HEADERS)), 404, "nothing")


async def statistics(checks, client):
    def rows(answer):
        return sum(entry["inference_count"] for entry in answer["model_stats"])

    every = await checks.value("get_inference_statistics", lambda: client.get_inference_statistics(headers=dict(HEADERS)))
    checks.check("statistics of all models", TYPES in {entry["name"] for entry in (every or {}).get("model_stats", [])}, every)
    before = rows(await got(client.get_inference_statistics(TYPES, headers=dict(HEADERS))))
    for _ in range(3):
        await got(client.infer(TYPES, tensors(), headers=dict(HEADERS)))
    for version in ("", VERSION):
        await checks.until(
            f"statistics count rows '{version}'", lambda: client.get_inference_statistics(TYPES, version, headers=dict(HEADERS)),
            lambda answer: rows(answer) == before + 6)
    entry = (await got(client.get_inference_statistics(TYPES, VERSION, headers=dict(HEADERS))))["model_stats"][0]
    stats = entry["inference_stats"]
    names = {"success", "fail", "queue", "compute_input", "compute_infer", "compute_output", "cache_hit", "cache_miss"}
    checks.check("statistics' parts", set(stats) == names and all(set(part) == {"count", "ns"} for part in stats.values()), entry)
    checks.check("statistics of successes", stats["success"]["count"] > 0 and stats["success"]["ns"] > stats["compute_infer"]["ns"] > 0, stats)
    checks.check("last inference in milliseconds", entry["last_inference"] > 1_600_000_000_000, entry)
    await checks.refused("statistics of no model", lambda: client.get_inference_statistics("nothing", headers=dict(HEADERS)), 404, "nothing")


async def settings(checks, client):
    wish = {"trace_level": ["TIMESTAMPS"], "trace_rate": "2", "trace_count": "4"}
    for name in (None, TYPES):
        before = await checks.value(f"get_trace_settings {name}", lambda: client.get_trace_settings(name, headers=dict(HEADERS)))
        after = await checks.value(f"update_trace_settings {name}", lambda: client.update_trace_settings(name, wish, headers=dict(HEADERS)))
        checks.check(f"trace settings {name}", after == wish, after)
        cleared = {setting: None for setting in wish}
        await checks.value(f"trace settings taken back {name}", lambda: client.update_trace_settings(name, cleared, headers=dict(HEADERS)))
        checks.check(f"trace settings as before {name}", await got(client.get_trace_settings(name, headers=dict(HEADERS))) == before)
    file = {"trace_file": "/tmp/trace.json"}
    await checks.refused("trace to a file", lambda: client.update_trace_settings(TYPES, file, headers=dict(HEADERS)), 400, "trace_file")

    before = await checks.value("get_log_settings", lambda: client.get_log_settings(headers=dict(HEADERS)))
    after = await checks.value("update_log_settings", lambda: client.update_log_settings({"log_verbose_level": 1}, headers=dict(HEADERS)))
    checks.check("log settings", after == {**(before or {}), "log_verbose_level": 1}, after)
    await checks.value("log settings as before", lambda: client.update_log_settings(before, headers=dict(HEADERS)))
    low = {"log_verbose_level": -1}
    await checks.refused("negative verbosity", lambda: client.update_log_settings(low, headers=dict(HEADERS)), 400, "log_verbose_level")


async def memory(checks, client):
    calls = {
        "get_system_shared_memory_status": lambda: client.get_system_shared_memory_status(headers=dict(HEADERS)),
        "status of a system region": lambda: client.get_system_shared_memory_status("region", headers=dict(HEADERS)),
        "register_system_shared_memory": lambda: client.register_system_shared_memory("region", "/key", 16, headers=dict(HEADERS)),
        "unregister_system_shared_memory": lambda: client.unregister_system_shared_memory(headers=dict(HEADERS)),
        "unregister a system region": lambda: client.unregister_system_shared_memory("region", headers=dict(HEADERS)),
        "get_cuda_shared_memory_status": lambda: client.get_cuda_shared_memory_status(headers=dict(HEADERS)),
        "status of a cuda region": lambda: client.get_cuda_shared_memory_status("region", headers=dict(HEADERS)),
        "register_cuda_shared_memory": lambda: client.register_cuda_shared_memory("region", b"handle", 0, 16, headers=dict(HEADERS)),
        "unregister_cuda_shared_memory": lambda: client.unregister_cuda_shared_memory(headers=dict(HEADERS)),
        "unregister a cuda region": lambda: client.unregister_cuda_shared_memory("region", headers=dict(HEADERS)),
    }
    for name, call in calls.items():
        await checks.refused(name, call, 501, "shares no memory")


async def inference(checks, client):
    for given in (True, False):
        for wanted in (True, False):
            name = f"infer, {'binary' if given else 'JSON'} in, {'binary' if wanted else 'JSON'} out"
            result = await checks.value(
                name, lambda: client.infer(TYPES, tensors(given), outputs=outputs(wanted), headers=dict(HEADERS)))
            checks.check(name + ": all datatypes", wrong(result) == [], wrong(result))
    result = await checks.value("infer without outputs", lambda: client.infer(TYPES, tensors(), headers=dict(HEADERS)))
    checks.check("all outputs, binary", wrong(result) == [] and "data" not in result.get_output("fp32_out"), wrong(result))
    mixed = {"FP32", "BYTES", "BOOL"}
    result = await checks.value("infer, mixed", lambda: client.infer(TYPES, tensors(only=mixed), outputs=outputs(), headers=dict(HEADERS)))
    checks.check("infer, mixed: all datatypes", wrong(result) == [], wrong(result))
    two = ["BYTES", "FP16"]
    result = await checks.value(
        "infer, two outputs", lambda: client.infer(TYPES, tensors(), outputs=outputs(only=two), headers=dict(HEADERS)))
    names = [output["name"] for output in result.get_response()["outputs"]] if result else []
    checks.check("the outputs asked for, in order", names == ["bytes_out", "fp16_out"] and wrong(result, two) == [], names)
    for sent in (None, "gzip", "deflate"):
        for answered in (None, "gzip", "deflate"):
            name = f"infer, request {sent}, answer {answered}"
            result = await checks.value(
                name, lambda: client.infer(
                    TYPES, tensors(), headers=dict(HEADERS), request_compression_algorithm=sent, response_compression_algorithm=answered))
            checks.check(name + ": all datatypes", wrong(result) == [], wrong(result))
    for version in (VERSION, "latest"):
        result = await checks.value(f"infer '{version}'", lambda: client.infer(TYPES, tensors(), version, headers=dict(HEADERS)))
        response = result.get_response() if result else {}
        checks.check(f"answered by '{version}'", (response.get("model_name"), response.get("model_version")) == (TYPES, VERSION), response)
    result = await checks.value(
        "infer with parameters", lambda: client.infer(
            TYPES, tensors(), request_id="mine", sequence_id=7, sequence_start=True, sequence_end=True, priority=1, timeout=60_000_000,
            parameters={"user_id": "me"}, query_params={"a": "b"}, headers=dict(HEADERS)))
    checks.check("the id is echoed", result is not None and result.get_response()["id"] == "mine", result)


async def refusals(checks, client):
    def one(shape, datatype="FP32"):
        tensor = InferInput("fp32", shape, datatype)
        return [tensor.set_data_from_numpy(numpy.zeros(shape, numpy.float32 if datatype == "FP32" else numpy.float64))]

    other = [tensor for tensor in tensors() if tensor.name() != "fp32"]
    await checks.refused("a wrong shape", lambda: client.infer(TYPES, other + one([2, 3]), headers=dict(HEADERS)), 400, "fp32")
    await checks.refused("a wrong datatype", lambda: client.infer(TYPES, other + one([2, 2], "FP64"), headers=dict(HEADERS)), 400, "fp32", "FP32")
    await checks.refused("a missing input", lambda: client.infer(TYPES, other, headers=dict(HEADERS)), 400, "fp32")
    await checks.refused("infer of no model", lambda: client.infer("nothing", tensors(), headers=dict(HEADERS)), 404, "nothing")
    await checks.refused("infer of no version", lambda: client.infer(TYPES, tensors(), "99", headers=dict(HEADERS)), 404, "99")
    unknown = [InferRequestedOutput("nothing_out")]
    await checks.refused("an unknown output", lambda: client.infer(TYPES, tensors(), outputs=unknown, headers=dict(HEADERS)), 400, "nothing_out")
    if KEY:
        await checks.refused("no key", lambda: client.get_model_metadata(TYPES), 401)
        await checks.refused("infer without a key", lambda: client.infer(TYPES, tensors()), 401)


async def bodies(checks, client):
    """Bodies that the client makes and reads, sent by other means."""
    kind = type(client)
    body, length = kind.generate_request_body(tensors(), outputs=outputs())
    headers = {**HEADERS, "Inference-Header-Content-Length": str(length)}
    request = urllib.request.Request(f"{URL}/v2/models/{TYPES}/infer", data=body, headers=headers)
    with urllib.request.urlopen(request) as answer:
        header = answer.headers.get("Inference-Header-Content-Length")
        result = kind.parse_response_body(answer.read(), header_length=int(header) if header else None)
    checks.check("generate_request_body and parse_response_body", wrong(result) == [], wrong(result))


async def concurrency(checks, client):
    calls = [client.async_infer(TYPES, tensors(), headers=dict(HEADERS)) for _ in range(8)]
    results = [call.get_result() for call in calls]
    checks.check("async_infer", all(wrong(result) == [] for result in results))
    failing = client.async_infer("nothing", tensors(), headers=dict(HEADERS))
    await checks.refused("async_infer of no model", failing.get_result, 404, "nothing")


async def main():
    checks = Checks()
    kind = tritonclient.http.aio.InferenceServerClient if ASYNCHRONOUS else InferenceServerClient
    more = {"conn_timeout": 120} if ASYNCHRONOUS else {"concurrency": 4, "network_timeout": 120, "connection_timeout": 120}
    client = kind(HOST, **more)
    steps = [server, model, repository, inference, statistics, settings, memory, refusals]
    for step in steps + ([] if ASYNCHRONOUS else [bodies, concurrency]):
        try:
            await step(checks, client)
        except Exception as error:
            checks.check(f"{step.__name__} to its end", False, error)
    await got(client.close())
    checks.report()


asyncio.run(main())
