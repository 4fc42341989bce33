import COnnxRuntime
import Tensors

extension Session {
    /// What the model takes or gives.
    public struct Port: Sendable, Hashable {
        /// What kind of value it is, by the library's numbers.
        public enum Kind: Int32, Sendable, Hashable {
            case unknown = 0
            case tensor = 1
            case sequence = 2
            case map = 3
            case opaque = 4
            case sparseTensor = 5
            case optional = 6
        }

        public let name: String
        public let kind: Kind
        /// Nil for what is no tensor, or of a type that the protocol lacks.
        public let datatype: Datatype?
        /// -1 is a size that is not fixed.
        public let shape: [Int]
        /// The name of each size that is not fixed; nil where it has none.
        public let symbols: [String?]

        public init(name: String, kind: Kind = .tensor, datatype: Datatype?, shape: [Int], symbols: [String?]? = nil) {
            self.name = name
            self.kind = kind
            self.datatype = datatype
            self.shape = shape
            self.symbols = symbols ?? shape.map { _ in nil }
        }

        /// Whether a request or an answer can hold it.
        public var isTensor: Bool { kind == .tensor && datatype != nil }

        /// Why an answer cannot hold it; nil when it can.
        public var reasonLeftOut: String? {
            if isTensor { return nil }
            return kind == .tensor
                ? "\(name) is a tensor of a type that the protocol lacks" : "\(name) is a \(kind), and the protocol has tensors only"
        }
    }

    static let highestRank = 32

    static func ports(_ runtime: Runtime, _ session: OpaquePointer, areOutputs: Bool) throws(EngineError) -> [Port] {
        var inputs = 0
        var outputs = 0
        try runtime.check(mesh_ort_counts(runtime.table, session, &inputs, &outputs))
        var ports: [Port] = []
        for index in 0..<(areOutputs ? outputs : inputs) {
            var text: UnsafeMutablePointer<CChar>?
            try runtime.check(mesh_ort_name(runtime.table, session, runtime.allocator, areOutputs ? 1 : 0, index, &text))
            var type: OpaquePointer?
            try runtime.check(mesh_ort_type_of(runtime.table, session, areOutputs ? 1 : 0, index, &type))
            defer { mesh_ort_release_type(runtime.table, type) }
            ports.append(try port(runtime, runtime.take(text), type))
        }
        return ports
    }

    private static func port(_ runtime: Runtime, _ name: String, _ type: OpaquePointer?) throws(EngineError) -> Port {
        var number: Int32 = 0
        try runtime.check(mesh_ort_type_kind(runtime.table, type, &number))
        let kind = Port.Kind(rawValue: number) ?? .unknown
        guard kind == .tensor else { return Port(name: name, kind: kind, datatype: nil, shape: []) }
        var element: Int32 = 0
        var rank = 0
        var sizes = [Int64](repeating: -1, count: highestRank)
        var symbols = [UnsafePointer<CChar>?](repeating: nil, count: highestRank)
        try runtime.check(mesh_ort_describe(runtime.table, type, &element, &sizes, &symbols, highestRank, &rank))
        let names = symbols.prefix(rank).map { $0.map { String(cString: $0) } }
        return Port(
            name: name, kind: kind, datatype: Datatype(engineType: element),
            shape: sizes.prefix(rank).map { $0 < 0 ? -1 : Int($0) },
            symbols: zip(names, sizes).map { name, size in size < 0 && name?.isEmpty == false ? name : nil })
    }
}
