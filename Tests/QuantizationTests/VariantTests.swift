import OnnxRuntime
import Tensors
import Testing

@testable import ONNX
@testable import Quantization

@Suite("Variants of models")
struct VariantTests {
    private let runtime: Runtime
    private let builder: VariantBuilder

    init() throws {
        runtime = try testRuntime()
        builder = VariantBuilder(runtime: runtime)
    }

    /// Largest error of an answer that is let pass, in the answers' own unit: probabilities, or sums of about 10.
    private static let tolerances: [Precision: Double] = [.half: 0.02, .int8Weights: 0.1, .int8Dynamic: 0.2, .int8Static: 0.3]

    private func make(_ options: VariantOptions, _ model: ONNXModel, _ rows: [Tensor]) throws -> Variant {
        let bytes = try model.bytes()
        var calibration: Calibration?
        if options.precision == .int8Static {
            var calibrator = try Calibrator(model: bytes, options: options, runtime: runtime)
            try calibrator.observe(rows)
            calibration = try calibrator.calibration()
        }
        return try builder.make(options, from: bytes, calibration: calibration, comparedOn: [rows])
    }

    @Test("classifiers that the platform trains agree with their parents", arguments: Precision.allCases)
    func classifiers(precision: Precision) throws {
        var models = TestModels(seed: 3)
        for sizes in [[16, 5], [16, 32, 5], [16, 24, 24, 5]] {
            let model = models.classifier(sizes)
            let variant = try make(VariantOptions(precision), model, models.rows([200, 16]))

            let agreement = try #require(variant.report.agreement)
            #expect(agreement.maximumError < (Self.tolerances[precision] ?? 0), "\(sizes) \(agreement)")
            #expect(agreement.maximumError > 0, "nothing was converted")
            #expect(try #require(agreement.topOne) >= (precision == .half ? 0.98 : 0.93), "\(sizes) \(agreement)")
            #expect(agreement.equal == agreement.topOne)
            #expect(variant.report.rowsAreCounted(200))
            #expect(variant.report.converted["Gemm"] == sizes.count - 1)
        }
    }

    @Test("a network of convolutions agrees with its parent", arguments: Precision.allCases, [true, false])
    func convolutions(precision: Precision, isPerChannel: Bool) throws {
        var models = TestModels(seed: 4)
        var options = VariantOptions(precision)
        options.isPerChannel = isPerChannel
        let variant = try make(options, models.convolutional(), models.rows([64, 2, 8, 8]))

        let agreement = try #require(variant.report.agreement)
        #expect(agreement.maximumError < (Self.tolerances[precision] ?? 0), "\(agreement)")
        #expect(agreement.maximumError > 0)
        #expect(variant.report.converted["Conv"] == 2)
        #expect(variant.report.isRowwise == (precision != .int8Dynamic))
    }

    @Test("larger models shrink by what the precision says")
    func sizes() throws {
        var models = TestModels(seed: 5)
        let model = models.classifier([256, 256, 10])
        let rows = models.rows([50, 256], 0.1)
        for precision in Precision.allCases {
            let report = try make(VariantOptions(precision), model, rows).report
            let ratio = Double(report.bytes) / Double(report.parentBytes)

            #expect(precision == .half ? 0.49...0.52 ~= ratio : 0.24...0.29 ~= ratio, "\(precision) \(ratio)")
        }
    }

    @Test("the same parent and options give the same bytes, and the digests say whose they are")
    func deterministic() throws {
        var models = TestModels(seed: 6)
        let model = models.classifier([8, 12, 3])
        let rows = models.rows([20, 8])
        for precision in Precision.allCases {
            let one = try make(VariantOptions(precision), model, rows)
            let other = try make(VariantOptions(precision), model, rows)
            #expect(one == other)
            #expect(one.report.digest != one.report.parentDigest)
        }
        var options = VariantOptions(.half)
        let digest = options.digest
        options.keptNodes = ["a"]
        #expect(options.digest != digest)
        #expect(Set(Precision.allCases.map { VariantOptions($0).digest }).count == 4)
    }

    @Test("operators and nodes on the lists stay, and the report says why", arguments: Precision.allCases)
    func kept(precision: Precision) throws {
        var models = TestModels(seed: 7)
        let model = models.convolutional()
        var options = VariantOptions(precision)
        options.keptOperators = ["Gemm"]
        options.keptNodes = ["Conv_0"]
        let variant = try make(options, model, models.rows([8, 2, 8, 8]))

        let left = Dictionary(uniqueKeysWithValues: variant.report.left.map { ($0.node, $0.reasonLeft) })
        #expect(left["Conv_0"] == "the node is on the list of those to keep")
        #expect(left["Gemm_8"] == "the operator is on the list of those to keep")
        #expect(variant.report.converted["Conv"] == 1)
        #expect(variant.report.nodes.map(\.node) == ONNXRewrite(model).nodes.map(\.name))
    }

    @Test("weights out of the range of 16-bit floats are set to its end and counted; infinities stay")
    func clamped() throws {
        var graph = GraphBuilder(name: "range")
        graph.input("x", .float, shape: [-1, 5])
        graph.output("y", .float, shape: [-1, 5])
        let numbers = graph.floats([1e6, -1e6, -.infinity, 1e-12, 3], shape: [5])
        graph.node("Add", ["x", numbers], to: ["y"])
        let variant = try builder.make(VariantOptions(.half), from: try graph.model().bytes())

        #expect(variant.report.clampedWeights == 2)
        #expect(variant.report.flushedWeights == 1)
        let session = try Session(runtime: runtime, model: variant.bytes)
        let answer = try session.run([Tensor(name: "x", shape: [1, 5], floats: [0, 0, 0, 0, 0])])[0].elements(as: Float.self)
        #expect(answer == [65_504, -65_504, -.infinity, 0, 3])
    }

    @Test("weights of a reduced range take 7 bits")
    func reduced() throws {
        var models = TestModels(seed: 9)
        let model = models.classifier([32, 16, 4])
        let rows = models.rows([50, 32])
        for precision in [Precision.int8Weights, .int8Dynamic, .int8Static] {
            var options = VariantOptions(precision)
            options.hasReducedRange = true
            let variant = try make(options, model, rows)
            let weights = ONNXRewrite(try ONNXModel(bytes: variant.bytes)).constants.filter { $0.shape.count == 2 }
            let numbers = weights.flatMap { $0.proto.rawData.map { Int(Int8(bitPattern: $0)) } }

            #expect(numbers.count == 32 * 16 + 16 * 4)
            #expect(numbers.map(abs).max() == 64)
            #expect(try #require(variant.report.agreement).maximumError < 0.3)
        }
    }

    @Test("without rows the agreement is not known")
    func unmeasured() throws {
        var models = TestModels(seed: 8)
        #expect(try builder.make(VariantOptions(.half), from: try models.classifier([4, 2]).bytes()).report.agreement == nil)
    }
}

extension VariantReport {
    func rowsAreCounted(_ rows: Int) -> Bool {
        agreement?.rows == rows && calibrationRows == (precision == .int8Static ? rows : nil)
    }
}
