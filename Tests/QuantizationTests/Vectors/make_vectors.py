"""Makes quantization.json: what onnxruntime.quantization makes of a small perceptron and a small network of convolutions.

usage: make_vectors.py > quantization.json      (onnxruntime 1.32.0, onnx 1.23)

Frozen: the models as base64; scales, zero points and numbers of the weights, per channel, as quantize_static (QDQ, activations UINT8,
weights INT8, MinMax) writes them; scale and zero point of every value that it quantises; answers of the dynamic and static models.
"""
import base64
import json
import os
import tempfile

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static

random = np.random.default_rng(7)


def weights(*shape):
    return (random.normal(size=shape) * random.uniform(0.2, 2, size=(1,) * (len(shape) - 1) + shape[-1:])).astype(np.float32)


def perceptron():
    nodes = [
        helper.make_node("MatMul", ["x", "w0"], ["m0"], name="first"),
        helper.make_node("Add", ["m0", "b0"], ["s0"], name="bias"),
        helper.make_node("Relu", ["s0"], ["h"], name="relu"),
        helper.make_node("Gemm", ["h", "w1", "b1"], ["y"], name="second"),
    ]
    constants = {"w0": weights(6, 8), "b0": weights(8), "w1": weights(8, 3), "b1": weights(3)}
    return nodes, constants, ["batch", 6], ["batch", 3]


def convolutions():
    nodes = [
        helper.make_node("Conv", ["x", "w0", "b0"], ["c0"], name="conv", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c0"], ["r0"], name="relu"),
        helper.make_node("MaxPool", ["r0"], ["p0"], name="pool", kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["p0"], ["f"], name="flatten"),
        helper.make_node("Gemm", ["f", "w1", "b1"], ["y"], name="dense", transB=1),
    ]
    constants = {"w0": weights(4, 2, 3, 3), "b0": weights(4), "w1": weights(5, 36), "b1": weights(5)}
    return nodes, constants, ["batch", 2, 6, 6], ["batch", 5]


class Rows(CalibrationDataReader):
    def __init__(self, rows):
        self.rows = iter([{"x": rows}])

    def get_next(self):
        return next(self.rows, None)


def number(array):
    return np.asarray(array).reshape(-1).tolist()


def case(name, build, folder):
    nodes, constants, taken, given = build()
    graph = helper.make_graph(
        nodes, name, [helper.make_tensor_value_info("x", TensorProto.FLOAT, taken)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, given)],
        [numpy_helper.from_array(value, key) for key, value in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    paths = {kind: os.path.join(folder, f"{name}-{kind}.onnx") for kind in ("float", "static", "dynamic")}
    onnx.save(model, paths["float"])
    rows = random.normal(size=[16] + taken[1:]).astype(np.float32)
    quantize_static(
        paths["float"], paths["static"], Rows(rows), quant_format=QuantFormat.QDQ, per_channel=True,
        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
    quantize_dynamic(paths["float"], paths["dynamic"], per_channel=True, weight_type=QuantType.QUInt8 if name == "convolutions" else QuantType.QInt8)
    static = {item.name: numpy_helper.to_array(item) for item in onnx.load(paths["static"]).graph.initializer}
    scales = {key[: -len("_scale")]: number(value) for key, value in static.items() if key.endswith("_scale")}
    answers = {kind: number(ort.InferenceSession(path).run(None, {"x": rows})[0]) for kind, path in paths.items()}
    return {
        "model": base64.b64encode(model.SerializeToString()).decode(), "shape": list(rows.shape), "rows": number(rows),
        "scales": scales, "zeroPoints": {key: number(static[key + "_zero_point"]) for key in scales if key + "_zero_point" in static},
        "weights": {key: number(static[key + "_quantized"]) for key in constants if key + "_quantized" in static},
        "answers": answers,
    }


with tempfile.TemporaryDirectory() as folder:
    cases = {"perceptron": case("perceptron", perceptron, folder), "convolutions": case("convolutions", convolutions, folder)}
print(json.dumps({"onnxruntime": ort.__version__, "cases": cases}))
