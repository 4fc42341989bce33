"""Open Inference Protocol tensors for numpy, and a model of ONNX Runtime as the peers load it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

DATATYPES: dict[str, type] = {"FP32": np.float32, "FP64": np.float64, "INT32": np.int32, "INT64": np.int64}
NAMES: dict[np.dtype, str] = {np.dtype(kind): name for name, kind in DATATYPES.items()}


def served_model() -> tuple[str, Path]:
    """Name and file of the one model below BENCH_MODELS, which is laid out as NAME/VERSION/model.onnx."""
    (file,) = Path(os.environ["BENCH_MODELS"]).glob("*/*/model.onnx")
    return file.parts[-3], file


def load(file: Path) -> onnxruntime.InferenceSession:
    """One thread within a run and no spinning: the server's processes bring the parallelism."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def read_json(tensor: dict[str, Any]) -> np.ndarray:
    """The array of a tensor whose data is JSON."""
    return np.array(tensor["data"], dtype=DATATYPES[tensor["datatype"]]).reshape(tensor["shape"])
