extension OperatorTable {
    /// What the converter lists as supported, in full or in part; what it lists as wanted is left out.
    static let liteRT = OperatorTable(
        source: "supported layers in the README of onnx2tf (github.com/PINTO0309/onnx2tf)", date: "onnx2tf 1.24.0",
        """
        Abs Acosh Acos Add And ArgMax ArgMin Asinh Asin Atanh Atan AveragePool BatchNormalization Bernoulli BitShift Cast Ceil Celu Clip
        Col2Im Compress ConcatFromSequence Concat ConstantOfShape Constant Conv ConvInteger ConvTranspose Cosh Cos CumSum DepthToSpace Det
        DequantizeLinear DFT Div Dropout DynamicQuantizeLinear Einsum Elu Equal Erf Expand Exp EyeLike Flatten Floor GatherElements GatherND
        Gather Gelu Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool GreaterOrEqual Greater GridSample GRU HammingWindow HannWindow Hardmax
        HardSigmoid HardSwish Identity If InstanceNormalization IsInf IsNaN LayerNormalization LeakyRelu LessOrEqual Less Log LogSoftmax
        LpNormalization LRN LSTM MatMul MatMulInteger MaxPool Max MaxUnpool Mean MeanVarianceNormalization MelWeightMatrix Min Mish Mod Mul
        Multinomial Neg NonMaxSuppression NonZero OptionalGetElement OptionalHasElement Not OneHot Or Pad Pow PRelu QLinearConv
        QLinearMatMul QuantizeLinear RandomNormalLike RandomNormal RandomUniformLike RandomUniform Range Reciprocal ReduceL1 ReduceL2
        ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Resize ReverseSequence
        RNN RoiAlign Round Scatter ScatterElements ScatterND Selu SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert
        SequenceLength Shape Shrink Sigmoid Sign Sinh Sin Size Slice Softmax Softplus Softsign SpaceToDepth Split SplitToSequence Sqrt
        Squeeze STFT StringNormalizer Sub Sum Tanh Tan ThresholdedRelu Tile TopK Transpose Trilu Unique Unsqueeze Upsample Where Xor
        com.microsoft:FusedConv com.microsoft:QLinearAdd com.microsoft:QLinearConcat com.microsoft:QLinearLeakyRelu
        com.microsoft:QLinearMul com.microsoft:QLinearSigmoid com.microsoft:QLinearSoftmax com.microsoft:Inverse
        """)
}
