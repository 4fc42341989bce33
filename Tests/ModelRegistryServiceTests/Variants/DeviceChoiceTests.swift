import Contracts
import Testing

@testable import ModelRegistryService

@Suite("Which variant a device gets")
struct DeviceChoiceTests {
    private func choice(_ variants: [ModelVariant], _ device: Device = Device(system: "linux")) throws -> String {
        try DeviceChoice(variants, for: device).variant.precision
    }

    @Test("only what has passed is chosen, however small and fast the rest is")
    func passed() throws {
        let large = ModelVariant.sample("fp32", bytes: 4_000)
        let better: [ModelVariant] = [
            .sample("int8-w", verdict: .failed, bytes: 10, slowness: 0.1), .sample("fp16", verdict: .unmeasured, bytes: 10, slowness: 0.1),
        ]

        #expect(try choice(better + [large]) == "fp32")
        do {
            _ = try DeviceChoice(better, for: Device(system: "linux"))
            Issue.record("a variant that has not passed was chosen")
        } catch {
            #expect(error.code == ProblemCode.noVariant.name)
            #expect(error.detail?.contains("int8-w: its tests have not passed") == true)
            #expect(error.detail?.contains("fp16: it was not measured") == true)
        }
    }

    @Test("what the device's own runtime executes counts first, then time where it differs by a tenth, then size")
    func order() throws {
        let covered = ModelVariant.sample("fp16", slowness: 1.5, covered: ["nnapi": 100])
        let quick = ModelVariant.sample("int8-qdq", bytes: 900, slowness: 0.5, covered: ["nnapi": 60])
        let small = ModelVariant.sample("int8-w", bytes: 500, slowness: 0.52, covered: ["nnapi": 60])

        #expect(try choice([quick, covered, small], Device(system: "android")) == "fp16")
        #expect(try choice([covered, quick, small]) == "int8-w")
        #expect(try choice([covered, quick]) == "int8-qdq")
        #expect(try choice([covered, quick, small], Device(system: "ios")) == "int8-w")
    }

    @Test("format, operator set, size and memory of the device are kept to")
    func limits() throws {
        let large = ModelVariant.sample("fp32", bytes: 4_000, opset: 13)
        let small = ModelVariant.sample("int8-w", bytes: 1_000, slowness: 3, opset: 17)
        var device = Device(system: "linux")

        #expect(try choice([large, small], device) == "fp32")
        device.bytesAtMost = 2_000
        #expect(try choice([large, small], device) == "int8-w")
        device = Device(system: "linux", memory: 8_000)
        #expect(try choice([large, small], device) == "int8-w")
        device = Device(system: "linux", opset: 15)
        #expect(try choice([large, small], device) == "fp32")
        device.bytesAtMost = 2_000
        #expect(throws: Problem.self) { try choice([large, small], device) }
        #expect(throws: Problem.self) { try choice([large, small], Device(system: "linux", formats: ["tflite"])) }
        #expect(throws: Problem.self) { try choice([]) }
    }
}
