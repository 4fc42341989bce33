/// Operators that take 16-bit floats wherever they take 32-bit ones, and whose results stay in range when their inputs do.
///
/// Left out: sums and products over many elements, exponentials and powers (range), Resize (its scales are 32-bit), and what takes
/// 32-bit floats alone.
enum HalfOperators {
    static let all: Set<String> = [
        "Abs", "Add", "ArgMax", "ArgMin", "AveragePool", "BatchNormalization", "Ceil", "Clip", "Concat", "Conv", "ConvTranspose",
        "DepthToSpace", "Div", "Elu", "Erf", "Expand", "Flatten", "Floor", "Gather", "GatherElements", "GatherND", "Gelu", "Gemm",
        "GlobalAveragePool", "GlobalMaxPool", "HardSigmoid", "HardSwish", "Identity", "InstanceNormalization", "LayerNormalization",
        "LeakyRelu", "LogSoftmax", "MatMul", "Max", "MaxPool", "Min", "Mul", "Neg", "PRelu", "Pad", "ReduceMax", "ReduceMean", "ReduceMin",
        "Relu", "Reshape", "Selu", "Sigmoid", "Sign", "Slice", "Softmax", "Softplus", "Softsign", "SpaceToDepth", "Split", "Squeeze", "Sub",
        "Sum", "Tanh", "Tile", "Transpose", "Unsqueeze", "Where",
    ]

    /// Operators whose further outputs are of a type of their own.
    static let singleOutput: Set<String> = ["BatchNormalization", "LayerNormalization"]
}
