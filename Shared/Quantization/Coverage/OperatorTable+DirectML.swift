extension OperatorTable {
    /// Operators that the provider has a kernel of; which element types it takes is not said here.
    static let directML = OperatorTable(
        source: "DmlExecutionProvider in docs/OperatorKernels.md of ONNX Runtime (github.com/microsoft/onnxruntime)",
        date: "commit 001d12d2623f",
        """
        Abs Acos Acosh Add Affine And ArgMax ArgMin Asin Asinh Atan Atanh AveragePool BatchNormalization BitShift BitwiseAnd BitwiseNot
        BitwiseOr BitwiseXor Cast CastLike Ceil Celu Clip Col2Im Concat ConcatFromSequence ConstantOfShape Conv ConvInteger ConvTranspose Cos Cosh Crop
        CumSum DFT DepthToSpace DequantizeLinear Div Dropout DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor GRU
        Gather GatherElements GatherND Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool Greater GreaterOrEqual GridSample HardSigmoid
        Hardmax Identity If ImageScaler InstanceNormalization IsInf IsNaN LRN LSTM LayerNormalization LeakyRelu Less LessOrEqual Log
        LogSoftmax LpNormalization LpPool MatMul MatMulInteger Max MaxPool MaxRoiPool MaxUnpool Mean MeanVarianceNormalization Min Mod Mul
        Neg NonZero Not OneHot OptionalGetElement OptionalHasElement Or PRelu Pad ParametricSoftplus Pow QLinearConv QLinearMatMul
        QuantizeLinear RNN Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd
        ReduceSum ReduceSumSquare Relu Reshape Resize ReverseSequence RoiAlign Round STFT ScaledTanh Scatter ScatterElements ScatterND Selu
        SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength Shape Shrink Sigmoid Sign
        SimplifiedLayerNormalization Sin Sinh Size Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Tan Tanh
        ThresholdedRelu Tile TopK Transpose Trilu Unsqueeze Upsample Where Xor com.microsoft:Attention com.microsoft:BiasAdd
        com.microsoft:BiasGelu com.microsoft:BiasSplitGelu com.microsoft:ConvTransposeWithDynamicPads com.microsoft:DequantizeLinear
        com.microsoft:DynamicQuantizeMatMul com.microsoft:EmbedLayerNormalization com.microsoft:FastGelu com.microsoft:FusedMatMul
        com.microsoft:FusedMatMulActivation com.microsoft:Gelu com.microsoft:GroupNorm com.microsoft:GroupQueryAttention
        com.microsoft:MatMulIntegerToFloat com.microsoft:MatMulNBits com.microsoft:MultiHeadAttention com.microsoft:NhwcConv
        com.microsoft:QAttention com.microsoft:QLinearAdd com.microsoft:QLinearAveragePool com.microsoft:QLinearConcat
        com.microsoft:QLinearGlobalAveragePool com.microsoft:QLinearSigmoid com.microsoft:QuantizeLinear com.microsoft:QuickGelu
        com.microsoft:RotaryEmbedding com.microsoft:SkipLayerNormalization com.microsoft:SkipSimplifiedLayerNormalization
        """)
}
