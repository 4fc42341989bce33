"""LitServe as its documentation says for many requests a second: the ZeroMQ queue, no access log."""

from __future__ import annotations

import os

import litserve
import numpy as np

from tensors import NAMES, load, read_json, served_model


class OnnxAPI(litserve.LitAPI):
    # Without types on decode_request and encode_response, as LitServe takes types there as wishes for validation.
    def setup(self, device: str) -> None:
        self.name, file = served_model()
        self.session = load(file)
        self.output_names = [output.name for output in self.session.get_outputs()]

    def decode_request(self, request):
        return {tensor["name"]: read_json(tensor) for tensor in request["inputs"]}

    def predict(self, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        return self.session.run(self.output_names, inputs)

    def encode_response(self, arrays):
        outputs = [
            {"name": name, "datatype": NAMES[array.dtype], "shape": list(array.shape), "data": array.ravel().tolist()}
            for name, array in zip(self.output_names, arrays)
        ]
        return {"model_name": self.name, "model_version": "1", "outputs": outputs}


if __name__ == "__main__":
    server = litserve.LitServer(
        OnnxAPI(api_path=f"/v2/models/{served_model()[0]}/infer"),
        accelerator="cpu",
        workers_per_device=int(os.environ["BENCH_WORKERS"]),
        healthcheck_path="/v2/health/ready",
        fast_queue=True,
    )
    server.run(
        host="127.0.0.1",
        port=int(os.environ["BENCH_PORT"]),
        num_api_servers=1,
        log_level="error",
        access_log=False,
        generate_client_file=False,
        pretty_logs=False,
    )
