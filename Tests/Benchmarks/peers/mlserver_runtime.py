"""ONNX Runtime in MLServer: it has no such runtime of its own, so its users write this class."""

from __future__ import annotations

from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse

from tensors import load, served_model


class OnnxModel(MLModel):
    async def load(self) -> bool:
        _, file = served_model()
        self.session = load(file)
        self.output_names = [output.name for output in self.session.get_outputs()]
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        inputs = {tensor.name: NumpyCodec.decode_input(tensor) for tensor in payload.inputs}
        arrays = self.session.run(self.output_names, inputs)
        outputs = [NumpyCodec.encode_output(name, array) for name, array in zip(self.output_names, arrays)]
        return InferenceResponse(model_name=self.name, model_version=self.version, outputs=outputs)
