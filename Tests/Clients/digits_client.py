"""Calls the digits with NVIDIA's Triton client, as its documentation shows it; prints what it saw as JSON."""
import csv
import json
import os
import pathlib

import numpy
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

MODEL = os.environ["MESH_MODEL"]
KEY = {"Authorization": "Bearer " + os.environ["MESH_KEY"]}
SAMPLE = pathlib.Path(__file__).resolve().parents[2] / "deploy/samples/digits/digits.csv"


def scans(count):
    """The first scans that were never ingested: every third line."""
    with SAMPLE.open() as file:
        return list(csv.reader(file))[1:][2::3][:count]


def tensors(rows, binary):
    pixels = numpy.array([[float(value) for value in row[:64]] for row in rows], dtype=numpy.float32)
    tensors = [triton.InferInput("pixels", list(pixels.shape), "FP32")]
    tensors[0].set_data_from_numpy(pixels, binary_data=binary)
    for name, column in (("source", 65), ("form", 66)):
        texts = numpy.array([row[column].encode() for row in rows], dtype=numpy.object_)
        tensors.append(triton.InferInput(name, list(texts.shape), "BYTES"))
        tensors[-1].set_data_from_numpy(texts, binary_data=binary)
    return tensors


def infer(client, rows, binary, **options):
    outputs = [triton.InferRequestedOutput(name, binary_data=binary) for name in ("label", "probabilities")]
    result = client.infer(MODEL, tensors(rows, binary), outputs=outputs, headers=KEY, parameters={"user_id": "me"}, **options)
    probabilities = result.as_numpy("probabilities")
    return {
        "labels": result.as_numpy("label").tolist(),
        "shape": list(probabilities.shape),
        "sums": bool(numpy.allclose(probabilities.sum(axis=1), 1, atol=1e-4)),
        "version": result.get_response()["model_version"],
    }


def fault(call):
    try:
        call()
    except InferenceServerException as error:
        return {"status": error.status(), "message": error.message()}
    return {"status": None, "message": "no fault"}


def main():
    rows = scans(50)
    client = triton.InferenceServerClient(os.environ["MESH_URL"].removeprefix("http://"), network_timeout=60, connection_timeout=60)
    seen = {
        "live": client.is_server_live(),
        "ready": client.is_server_ready(),
        "server": client.get_server_metadata(),
        "metadata": client.get_model_metadata(MODEL, headers=KEY),
        "index": client.get_model_repository_index(headers=KEY),
        "json": infer(client, rows, binary=False),
        "binary": infer(client, rows, binary=True),
        "pinned": infer(client, rows, binary=True, model_version="1"),
    }
    narrow = triton.InferInput("pixels", [1, 3], "FP32")
    narrow.set_data_from_numpy(numpy.zeros((1, 3), dtype=numpy.float32))
    seen["wrongShape"] = fault(lambda: client.infer(MODEL, [narrow], headers=KEY))
    seen["unknown"] = fault(lambda: client.infer("nothing", [narrow], headers=KEY))
    seen["noKey"] = fault(lambda: client.get_model_metadata(MODEL))
    print(json.dumps(seen))


main()
