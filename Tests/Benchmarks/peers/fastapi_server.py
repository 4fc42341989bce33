"""FastAPI as an expert would write it for speed: raw body, orjson, numpy, no pydantic between request and engine."""

from __future__ import annotations

import asyncio
import gc
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import orjson
from fastapi import FastAPI, Request, Response

from tensors import DATATYPES, NAMES, load, read_json, served_model

MODEL, FILE = served_model()
SESSION = load(FILE)
OUTPUTS = [output.name for output in SESSION.get_outputs()]
HEADER_LENGTH = "inference-header-content-length"
# A small model runs on the event loop: a thread would cost more than it gives. A large one would hold up the requests behind it.
POOL = ThreadPoolExecutor(len(os.sched_getaffinity(0))) if FILE.stat().st_size > 10 << 20 else None

app = FastAPI(openapi_url=None)
# What start-up left is never garbage: collections need not look at it.
gc.collect()
gc.freeze()


def inputs(document: dict[str, Any], body: bytes, offset: int) -> dict[str, np.ndarray]:
    """The arrays of a request; raw ones lie behind the JSON, in the order of the inputs, and are not copied."""
    arrays = {}
    for tensor in document["inputs"]:
        size = tensor.get("parameters", {}).get("binary_data_size")
        if size is None:
            arrays[tensor["name"]] = read_json(tensor)
            continue
        kind = np.dtype(DATATYPES[tensor["datatype"]])
        arrays[tensor["name"]] = np.frombuffer(body, kind, size // kind.itemsize, offset).reshape(tensor["shape"])
        offset += size
    return arrays


def json_answer(document: dict[str, Any], arrays: list[np.ndarray]) -> Response:
    outputs = [
        {"name": name, "datatype": NAMES[array.dtype], "shape": array.shape, "data": array.ravel()}
        for name, array in zip(OUTPUTS, arrays)
    ]
    answer = {"model_name": MODEL, "model_version": "1", "id": document.get("id", ""), "outputs": outputs}
    return Response(orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY), media_type="application/json")


def binary_answer(document: dict[str, Any], arrays: list[np.ndarray]) -> Response:
    outputs = [
        {"name": name, "datatype": NAMES[array.dtype], "shape": array.shape, "parameters": {"binary_data_size": array.nbytes}}
        for name, array in zip(OUTPUTS, arrays)
    ]
    head = orjson.dumps({"model_name": MODEL, "model_version": "1", "id": document.get("id", ""), "outputs": outputs})
    body = b"".join([head, *(array.tobytes() for array in arrays)])
    return Response(body, media_type="application/octet-stream", headers={HEADER_LENGTH: str(len(head))})


@app.get("/v2/health/ready")
async def ready() -> Response:
    return Response(b'{"ready":true,"live":true}', media_type="application/json")


@app.post("/v2/models/{name}/infer")
async def infer(name: str, request: Request) -> Response:
    body = await request.body()
    length = request.headers.get(HEADER_LENGTH)
    offset = len(body) if length is None else int(length)
    document = orjson.loads(body if length is None else memoryview(body)[:offset])
    arguments = (OUTPUTS, inputs(document, body, offset))
    if POOL is None:
        arrays = SESSION.run(*arguments)
    else:
        arrays = await asyncio.get_running_loop().run_in_executor(POOL, SESSION.run, *arguments)
    wants_binary = document.get("parameters", {}).get("binary_data_output", False)
    return (binary_answer if wants_binary else json_answer)(document, arrays)
