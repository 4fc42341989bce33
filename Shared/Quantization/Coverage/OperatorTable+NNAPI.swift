extension OperatorTable {
    static let nnapi = OperatorTable(
        source: "nnapi_supported_ops.md of the onnxruntime wheel", date: "onnxruntime 1.32.0",
        """
        Abs Add BatchNormalization Cast Clip Concat DepthToSpace Div Elu Exp Flatten Floor Gather Gemm GlobalAveragePool GlobalMaxPool
        Identity LeakyRelu Log LRN MatMul Max Min Mul Neg Pow PRelu ReduceMean Relu Reshape Resize Sigmoid Sin Slice Softmax Sqrt Sub Tanh
        Transpose
        """,
        requirements: [
            "AveragePool": [.kernelDimensions([2])],
            "MaxPool": [.kernelDimensions([2])],
            "Conv": [.kernelDimensions([2]), .constant([1, 2])],
            "DequantizeLinear": [.constant([1, 2])],
            "QuantizeLinear": [.constant([1, 2])],
            "Pad": [.constant([1, 2])],
            "QLinearConv": [.constant([1, 2, 3, 4, 5, 6, 7, 8])],
            "QLinearMatMul": [.constant([1, 2, 4, 5, 6, 7])],
            "Split": [.constant([1])],
            "Squeeze": [.constant([1])],
            "Unsqueeze": [.constant([1])],
            "com.microsoft:QLinearAdd": [.constant([1, 2, 4, 5, 6, 7])],
            "com.microsoft:QLinearAveragePool": [.kernelDimensions([2]), .constant([1, 2, 3, 4])],
            "com.microsoft:QLinearSigmoid": [.constant([1, 2, 3, 4])],
        ])
}
