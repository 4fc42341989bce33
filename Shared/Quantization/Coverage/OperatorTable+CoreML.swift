extension OperatorTable {
    /// The list spells ArgMax "Argmax"; the operator's own name stands here.
    static let coreMLProgram = OperatorTable(
        source: "coreml_supported_mlprogram_ops.md of the onnxruntime wheel", date: "onnxruntime 1.32.0",
        """
        Add And ArgMax Cast Clip Concat Cos Ceil Div DepthToSpace Elu Erf Exp Gelu GridSample GroupNormalization HardSigmoid Identity
        InstanceNormalization LayerNormalization LeakyRelu MatMul Max Mul Pow PRelu Reciprocal ReduceSum ReduceMean ReduceMax Relu Reshape
        Resize Round Shape Sin Softplus Sub Sigmoid Softmax Sqrt Squeeze Tanh Tile Transpose Unsqueeze Where com.microsoft:QuickGelu
        com.microsoft:FusedConv GlobalAveragePool GlobalMaxPool
        """,
        requirements: [
            "AveragePool": [.kernelDimensions([2])],
            "MaxPool": [.kernelDimensions([2])],
            "Conv": [.kernelDimensions([1, 2]), .constant([2])],
            "ConvTranspose": [.constant([1, 2])],
            "GatherND": [.attribute("batch_dims", 0)],
            "Gemm": [.constant([1])],
            "Slice": [.constant([1, 2, 3, 4])],
            "Split": [.constant([1])],
        ])

    static let coreMLNeuralNetwork = OperatorTable(
        source: "coreml_supported_neuralnetwork_ops.md of the onnxruntime wheel", date: "onnxruntime 1.32.0",
        """
        Add ArgMax BatchNormalization Cast Clip Concat DepthToSpace Div Flatten Gather GlobalAveragePool GlobalMaxPool LeakyRelu LRN Mul Pow
        Reciprocal ReduceSum Relu Reshape Shape Sigmoid Softmax Squeeze Sqrt Sub Tanh Transpose
        """,
        requirements: [
            "AveragePool": [.kernelDimensions([2])],
            "MaxPool": [.kernelDimensions([2])],
            "Conv": [.kernelDimensions([1, 2]), .constant([1, 2])],
            "Gemm": [.constant([1])],
            "MatMul": [.constant([1])],
            "Pad": [.constant([1, 2, 3])],
            "PRelu": [.constant([1])],
            "Resize": [.constant([2, 3])],
            "Slice": [.constant([1, 2, 3, 4])],
            "Split": [.constant([1])],
        ])
}
