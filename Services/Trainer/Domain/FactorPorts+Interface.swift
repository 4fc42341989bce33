import Contracts
import Recipes

extension FactorPorts {
    static let expectation = """
        a capability with the inputs user and item, BYTES or INT64 [-1], and an output FP32 [-1]; or with the input user and the outputs \
        items, BYTES or INT64 [-1, count], and scores, FP32 [-1, count]
        """

    /// By the number of inputs: two are scored, of one the best items are given. Nil where the tensors are others.
    init?(_ interface: Interface) {
        let inputs = interface.inputs.compactMap(Input.init)
        guard inputs.count == interface.inputs.count, let user = inputs.first else { return nil }
        let outputs = interface.outputs
        if inputs.count == 2, outputs.count == 1, outputs[0].isNumber {
            self = .score(user: user, item: inputs[1], NumberPort(name: outputs[0].name, isColumn: outputs[0].shape.count == 2))
            return
        }
        guard inputs.count == 1, (1...2).contains(outputs.count), outputs.allSatisfy({ $0.shape.count == 2 && $0.shape[1] > 0 }),
            let items = outputs.first(where: { ["BYTES", "INT64"].contains($0.datatype) })
        else { return nil }
        let scores = outputs.filter { $0.datatype == "FP32" && $0.shape == items.shape }
        guard scores.count == outputs.count - 1 else { return nil }
        self = .ranking(user: user, items: items.name, scores: scores.first?.name, count: items.shape[1])
    }
}

extension FactorPorts.Input {
    fileprivate init?(_ field: Interface.Field) {
        guard ["BYTES", "INT64"].contains(field.datatype), field.shape.count == 1 || field.shape == [-1, 1] else { return nil }
        self.init(name: field.name, rank: field.shape.count)
    }
}
