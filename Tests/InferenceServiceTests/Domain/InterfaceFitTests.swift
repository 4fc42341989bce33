import Contracts
import Testing

@testable import InferenceService

@Suite("Whether a model fits its interface")
struct InterfaceFitTests {
    typealias Port = InterfaceFit.Port

    static let inputs = [Port(name: "x", datatype: "FP32", shape: [-1, 4])]
    static let outputs = [Port(name: "y", datatype: "FP32", shape: [-1, 2]), Port(name: "map", datatype: nil, shape: [])]

    static func fault(_ change: (inout Interface) -> Void) -> String? {
        var interface = ModelFixture.interface
        change(&interface)
        return InterfaceFit.fault(interface, inputs: inputs, outputs: outputs)
    }

    @Test("one that declares what the model has, or outputs less exactly than it, or fewer of them, fits")
    func fits() {
        #expect(Self.fault { _ in } == nil)
        #expect(Self.fault { $0.outputs[0].shape = [-1, -1] } == nil)
        #expect(
            InterfaceFit.fault(ModelFixture.interface, inputs: Self.inputs, outputs: [Port(name: "y", datatype: "FP32", shape: [])]) == nil)
    }

    @Test("what does not fit is named with what the model has and what is declared")
    func faults() {
        #expect(
            Self.fault { $0.inputs[0].name = "z" } == "the interface declares the input z, which the model does not have; its inputs are x")
        #expect(Self.fault { $0.inputs[0].datatype = "INT64" } == "input x has the datatype FP32 in the model and INT64 in the interface")
        #expect(Self.fault { $0.inputs[0].shape = [-1, 5] } == "input x has the shape [-1, 4] in the model and [-1, 5] in the interface")
        #expect(Self.fault { $0.inputs[0].shape = [-1, -1] }?.contains("input x has the shape") == true)
        #expect(Self.fault { $0.inputs[0].shape = [-1] }?.contains("input x has the shape") == true)
        #expect(Self.fault { $0.inputs = [] } == "the model has the input x, which the interface does not declare")
        #expect(Self.fault { $0.outputs[0].name = "map" } == "output map of the model is no tensor of a datatype of the protocol")
        #expect(Self.fault { $0.outputs[0].shape = [-1, 3] }?.contains("output y has the shape [-1, 2]") == true)
    }
}
