import ONNX
import OnnxRuntime
import Tensors
import Testing

@testable import Quantization

@Suite("Ranges of values")
struct CalibrationTests {
    @Test("a histogram gives the percentiles of what was added, to a bin's width, in whatever order it comes")
    func histogram() {
        var models = TestModels(seed: 31)
        let numbers = models.numbers(20_000, 3) + [100, -50]
        let sorted = numbers.sorted()
        for order in [numbers, numbers.reversed(), sorted, sorted.reversed()] {
            var histogram = RangeHistogram()
            for start in stride(from: 0, to: order.count, by: 997) {
                let isFinite = histogram.add(Array(order[start..<min(start + 997, order.count)]), isCounting: true)
                #expect(isFinite)
            }
            for share in [0.0, 0.001, 0.01, 0.2] {
                let left = Int((share * Double(numbers.count)).rounded(.down))
                let range = histogram.range(leavingOut: share)
                // Bins are 1/32 wide when 100 has been seen; a range ends at the far end of a bin.
                #expect(0...0.03125 ~= sorted[left] - range.low, "\(share) \(range)")
                #expect(0...0.03125 ~= range.high - sorted[sorted.count - 1 - left], "\(share) \(range)")
            }
            #expect(histogram.range(leavingOut: 0) == ActivationRange(low: -50, high: 100))
        }
    }

    @Test("zeros and nothing but zeros are counted; what is not finite is refused")
    func zeros() {
        var histogram = RangeHistogram()
        let zeros = histogram.add([0, 0, 0], isCounting: true)
        #expect(histogram.range(leavingOut: 0.01) == ActivationRange(low: 0, high: 0))
        let one = histogram.add([1], isCounting: true)
        #expect(histogram.range(leavingOut: 0.25).low == 0)
        #expect(histogram.range(leavingOut: 0.25).high < 0.001)
        let none = histogram.add([.nan], isCounting: true)
        #expect([zeros, one, none] == [true, true, false])
    }

    @Test("zero is always a number of the range")
    func parameters() {
        #expect(ActivationRange(low: 1, high: 5.1).parameters == (Float(0.02), 0))
        #expect(ActivationRange(low: -5.1, high: -1).parameters == (Float(0.02), 255))
        #expect(ActivationRange(low: -1, high: 1).parameters.zeroPoint == 128)
        #expect(ActivationRange(low: 0, high: 0).parameters == (1, 0))
    }

    @Test("percentiles leave out an outlier that the smallest and largest do not, and then err less")
    func outlier() async throws {
        let runtime = try testRuntime()
        var models = TestModels(seed: 32)
        let bytes = try models.classifier([8, 16, 4]).bytes()
        let rows = models.rows([500, 8])
        let outlier = [Tensor(name: "x", shape: [1, 8], floats: [400, 0, 0, 0, 0, 0, 0, 0])]
        var errors: [Double] = []
        for method in [CalibrationMethod.minMax, .percentile(99.5)] {
            var options = VariantOptions(.int8Static)
            options.calibration = method
            var calibrator = try Calibrator(model: bytes, options: options, runtime: runtime)
            try await calibrator.observe(
                AsyncStream { continuation in
                    continuation.yield(rows)
                    continuation.yield(outlier)
                    continuation.finish()
                })
            let calibration = try calibrator.calibration()
            #expect(calibration.rows == 501)
            #expect(try #require(calibration.ranges["x"]).high == (method == .minMax ? 400 : calibration.ranges["x"]?.high))
            let variant = try VariantBuilder(runtime: runtime).make(options, from: bytes, calibration: calibration, comparedOn: [rows])
            errors.append(try #require(variant.report.agreement).meanError)
        }
        #expect(errors[1] * 3 < errors[0], "\(errors)")
        var wrong = VariantOptions(.int8Static)
        wrong.calibration = .percentile(101)
        #expect(throws: QuantizationFault.self) { try Calibrator(model: bytes, options: wrong, runtime: runtime) }
    }
}
