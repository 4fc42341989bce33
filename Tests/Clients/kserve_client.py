"""Calls every method of KServe's inference client that speaks the Open Inference Protocol. Prints what held and what did not."""
import asyncio

from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
from kserve.protocol.infer_type import RequestedOutput

from checks import HEADERS, KEY, TENSORS, TYPES, URL, Checks, same


def request(binary, wanted=None, only=TENSORS):
    """A request with all tensors; `wanted` says whether outputs come in binary, and None leaves it to the server."""
    inputs = []
    for datatype, values in TENSORS.items():
        inputs.append(InferInput(datatype.lower(), list(values.shape), datatype))
        inputs[-1].set_data_from_numpy(values, binary_data=binary or datatype == "FP16")
    outputs = None
    if wanted is not None:
        outputs = [RequestedOutput(datatype.lower() + "_out", {"binary_data": wanted or datatype == "FP16"}) for datatype in only]
    return InferRequest(TYPES, inputs, request_id="mine", request_outputs=outputs)


def described():
    """The inputs of a request as plain dictionaries."""
    return [
        {
            "name": datatype.lower(), "datatype": datatype, "shape": list(values.shape),
            "data": [element.decode() if isinstance(element, bytes) else element for element in values.flatten().tolist()],
        }
        for datatype, values in TENSORS.items()
    ]


def wrong(response, only=TENSORS):
    """Datatypes that did not come back as they were sent."""
    if response is None:
        return ["no response"]
    return [
        datatype for datatype in only
        if not same(response.get_output_by_name(datatype.lower() + "_out").as_numpy(), TENSORS[datatype])
    ]


async def health(checks, client):
    checks.check("is_server_live", await client.is_server_live(URL) is True)
    checks.check("is_server_ready", await client.is_server_ready(URL) is True)
    checks.check("is_model_ready", await client.is_model_ready(URL, TYPES, headers=HEADERS) is True)
    checks.check("is_model_ready of no model", await client.is_model_ready(URL, "nothing", headers=HEADERS) is False)


async def inference(checks, client):
    for binary in (True, False):
        for wanted in (True, False):
            name = f"infer, {'binary' if binary else 'JSON'} in, {'binary' if wanted else 'JSON'} out"
            response = await checks.value(
                name, lambda: client.infer(URL, request(binary, wanted), model_name=TYPES, headers=dict(HEADERS)))
            checks.check(name + ": all datatypes", wrong(response) == [], wrong(response))
    checks.check("the id is echoed", response is not None and response.id == "mine", response)
    checks.check("the model is named", response is not None and response.model_name == TYPES, response)
    headers = {}
    response = await checks.value(
        "infer, two outputs", lambda: client.infer(
            URL, request(True, True, ["BYTES", "FP32"]), model_name=TYPES, headers=dict(HEADERS), response_headers=headers))
    checks.check("two outputs", response is not None and wrong(response, ["BYTES", "FP32"]) == [] and len(response.outputs) == 2)
    checks.check("answer's headers", headers.get("content-type") == "application/octet-stream", headers)
    plain = {"model_name": TYPES, "inputs": described(), "outputs": [{"name": "int64_out"}]}
    response = await checks.value(
        "infer, a plain dictionary", lambda: client.infer(URL, plain, model_name=TYPES, headers=dict(HEADERS)))
    checks.check("a plain dictionary's answer", wrong(response, ["INT64"]) == [], response)


async def refusals(checks, client):
    narrow = {"inputs": [{**one, "shape": [1, 4]} if one["name"] == "fp32" else one for one in described()]}
    for name, data, model, status, word in [
        ("a wrong shape", narrow, TYPES, 400, "fp32"), ("no inputs", {"inputs": []}, TYPES, 400, "inputs"),
        ("no model", narrow, "nothing", 404, "nothing"),
    ]:
        await checks.refused(name, lambda: client.infer(URL, data, model_name=model, headers=dict(HEADERS)), status, word)
    if KEY:
        await checks.refused("no key", lambda: client.infer(URL, narrow, model_name=TYPES), 401)
        checks.check("is_model_ready without a key", await client.is_model_ready(URL, TYPES) is False)


async def main():
    checks = Checks()
    async with InferenceRESTClient(RESTConfig(protocol="v2", timeout=120, retries=0)) as client:
        for step in (health, inference, refusals):
            try:
                await step(checks, client)
            except Exception as error:
                checks.check(f"{step.__name__} to its end", False, error)
    checks.report()


asyncio.run(main())
