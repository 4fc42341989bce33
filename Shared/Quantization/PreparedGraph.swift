import ONNX
import OnnxRuntime
import Tensors

/// A graph ready for a conversion: in one form, and with the type of every value known, which the engine has inferred.
struct PreparedGraph {
    /// Lowest operator set that conversions write: it gave QuantizeLinear an axis.
    static let lowestOpset = 13

    var rewrite: ONNXRewrite
    /// What the engine says of each value between nodes, and of inputs.
    let values: [String: Session.Port]
    /// Names that subgraphs mention: they must go on being there, as they were.
    let captured: Set<String>
    private(set) var constants: [String: ONNXRewrite.Constant]
    /// Constants that are inputs too, which a caller may give another value.
    let overridable: Set<String>
    private var names: Set<String>

    init(_ model: ONNXModel, _ runtime: Runtime) throws {
        var rewrite = ONNXRewrite(model)
        try Self.refuseUnread(rewrite)
        Self.makeConstantsPlain(&rewrite)
        let values = try Self.infer(rewrite, runtime)
        try OpsetUpgrade.apply(to: &rewrite, values)
        rewrite.forgetValues()
        self.rewrite = rewrite
        self.values = values
        captured = rewrite.nodes.reduce(into: []) { $0.formUnion($1.namesWithin) }
        constants = Dictionary(rewrite.constants.map { ($0.name, $0) }) { first, _ in first }
        overridable = Set(rewrite.inputNames).intersection(constants.keys)
        names = rewrite.nodes.reduce(into: Set(rewrite.inputNames).union(constants.keys)) {
            $0.formUnion($1.inputs + $1.outputs + [$1.name])
        }
        names.formUnion(captured)
    }

    private static func refuseUnread(_ rewrite: ONNXRewrite) throws {
        if let constant = rewrite.constants.first(where: \.isElsewhere) {
            throw QuantizationFault("constant \(constant.name) keeps its elements in another file; give a model that is one file")
        }
        if let node = rewrite.nodes.first(where: \.hasUnreadSubgraphs) {
            throw QuantizationFault("node \(node.name) (\(node.operation)) holds several graphs in one attribute, which is not read")
        }
        guard rewrite.opset > 0 else { throw QuantizationFault("the model names no version of the standard operator set") }
    }

    /// Constants that nodes give become constants of the graph. Files before format 4 list every constant as an input: that is undone,
    /// since nobody means to override them.
    private static func makeConstantsPlain(_ rewrite: inout ONNXRewrite) {
        if rewrite.fileFormat < 4 { rewrite.removeInputs(Set(rewrite.constants.map(\.name))) }
        // Format 7 came with operator set 13.
        rewrite.fileFormat = max(rewrite.fileFormat, 7)
        let lifted = rewrite.nodes.compactMap(\.floatConstant)
        rewrite.constants += lifted
        rewrite.nodes.removeAll { $0.floatConstant != nil }
    }

    private static func infer(_ rewrite: ONNXRewrite, _ runtime: Runtime) throws -> [String: Session.Port] {
        var probe = rewrite
        let outputs = Set(rewrite.outputNames)
        for name in rewrite.nodes.flatMap(\.outputs) where !name.isEmpty && !outputs.contains(name) { probe.addOutput(name) }
        var options = SessionOptions()
        options.optimisation = .none
        let session: Session
        do throws(EngineError) {
            session = try Session(runtime: runtime, model: try bytes(of: probe), options: options)
        } catch {
            throw QuantizationFault("ONNX Runtime does not take the model: \(error)")
        }
        return Dictionary((session.inputs + session.outputs).map { ($0.name, $0) }) { first, _ in first }
    }

    private static func bytes(of rewrite: ONNXRewrite) throws(EngineError) -> [UInt8] {
        (try? rewrite.model().bytes()) ?? []
    }

    /// The element type of a value or a constant; nil for what is none of the protocol's tensors.
    func datatype(_ name: String) -> Datatype? {
        if let constant = constants[name], !overridable.contains(name) {
            return constant.element == .float ? .fp32 : values[name]?.datatype
        }
        return constants[name].map { $0.element == .float ? .fp32 : nil } ?? values[name]?.datatype
    }

    func isFloat(_ name: String) -> Bool { !name.isEmpty && datatype(name) == .fp32 }

    /// The floats of a constant that no caller may override.
    func floats(_ name: String) -> [Float]? { overridable.contains(name) ? nil : constants[name]?.floats }

    /// A name that nothing has yet, from a wish.
    mutating func fresh(_ wish: String) -> String {
        var name = wish
        var number = 1
        while !names.insert(name).inserted {
            name = "\(wish)_\(number)"
            number += 1
        }
        return name
    }

    /// Adds a constant and gives its name.
    mutating func add(_ constant: ONNXRewrite.Constant) -> String {
        rewrite.constants.append(constant)
        constants[constant.name] = constant
        return constant.name
    }

    /// The model without the constants that nothing reads any more.
    func model() -> ONNXModel {
        var made = rewrite
        let read = made.nodes.reduce(into: captured.union(made.outputNames).union(overridable)) { $0.formUnion($1.inputs) }
        made.constants.removeAll { !read.contains($0.name) }
        return made.model()
    }
}
