import Contracts

/// A request of the Open Inference Protocol, in JSON or with binary tensors.
public struct InferenceRequest: Sendable {
    /// An output that is asked for.
    public struct Output: Sendable, Hashable {
        public let name: String
        public var parameters: [String: JSONValue] = [:]

        public init(name: String, parameters: [String: JSONValue] = [:]) {
            self.name = name
            self.parameters = parameters
        }

        /// Whether its data is to come as raw bytes; the request's own wish when nil.
        public var isBinary: Bool? { parameters.isEmpty ? nil : parameters["binary_data"]?.boolValue }
    }

    /// Most inputs, and most outputs, that a request may name.
    static let mostTensors = 1_024

    /// The client's id: echoed, never a key.
    public var id: String?
    public var parameters: [String: JSONValue] = [:]
    public var inputs: [Tensor] = []
    /// Outputs asked for; all of them when nil.
    public var outputs: [Output]?
    /// Where each input's data stand in the body; nil for what is nested, binary, or goes over several lines.
    private var texts: [Range<Int>?] = []

    /// Where an input's data stand in the body that the request was read from: one flat JSON array on one line, so that it can be
    /// copied as it is. Nil when it is something else.
    public func text(ofInput name: String) -> Range<Int>? {
        for (tensor, text) in zip(inputs, texts) where tensor.name == name { return text }
        return nil
    }

    /// Whether outputs that say nothing themselves come as raw bytes.
    public var wantsBinary: Bool { parameters.isEmpty ? false : parameters["binary_data_output"]?.boolValue ?? false }

    /// Whether an output comes as raw bytes.
    public func wantsBinary(_ output: String) -> Bool {
        guard let outputs, let asked = outputs.first(where: { $0.name == output }) else { return wantsBinary }
        return asked.isBinary ?? wantsBinary
    }

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - headerLength: the value of `Inference-Header-Content-Length`; nil when the whole body is JSON, 0 when none of it is.
    ///   - interface: what the model takes: says what a body without JSON is.
    ///   - limit: most bytes of one tensor's elements, however short they are written.
    public init(
        _ body: UnsafeBufferPointer<UInt8>, headerLength: String? = nil, interface: Interface? = nil, limit: Int = .max
    ) throws(InferenceFault) {
        let length = try Self.jsonLength(headerLength, of: body)
        if length == 0, headerLength != nil {
            self = try Self.raw(UnsafeRawBufferPointer(body), interface, limit: limit)
            return
        }
        var reader = JSONReader(UnsafeBufferPointer(rebasing: body[..<length]))
        var blocks = BinaryBlocks(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: body[length...])))
        try read(&reader, &blocks, limit: limit)
        do throws(JSONFault) { try reader.finish() } catch { throw InferenceFault(error) }
        guard !inputs.isEmpty else { throw InferenceFault("inputs must hold at least one tensor") }
        guard blocks.isUsedUp else { throw InferenceFault("\(blocks.left) bytes follow the last binary tensor") }
    }

    init(inputs: [Tensor], parameters: [String: JSONValue]) {
        self.inputs = inputs
        self.parameters = parameters
    }

    private static func jsonLength(_ header: String?, of body: UnsafeBufferPointer<UInt8>) throws(InferenceFault) -> Int {
        guard let header else { return body.count }
        guard !header.hasPrefix("+"), let length = Int32(header), length >= 0, Int(length) <= body.count else {
            throw InferenceFault("Inference-Header-Content-Length must be a number from 0 to the length of the body, \(body.count)")
        }
        return Int(length)
    }

    private mutating func read(_ reader: inout JSONReader, _ blocks: inout BinaryBlocks, limit: Int) throws(InferenceFault) {
        var seen: Members = []
        var isIn = try Self.plain { () throws(JSONFault) in try reader.openObject() }
        while isIn {
            let key: JSONText
            do throws(JSONFault) { key = try reader.key() } catch { throw InferenceFault(error) }
            if let member = Members(key) {
                guard seen.insert(member).inserted else { throw InferenceFault("the member \(key.string) comes twice") }
                try self.read(member, &reader, &blocks, limit: limit)
            } else {
                // What the protocol does not know is passed over: clients send members of their own.
                do throws(JSONFault) { try reader.skip() } catch { throw InferenceFault(error) }
            }
            isIn = try Self.plain { () throws(JSONFault) in try reader.nextMember() }
        }
    }

    private mutating func read(
        _ member: Members, _ reader: inout JSONReader, _ blocks: inout BinaryBlocks, limit: Int
    ) throws(InferenceFault) {
        if member == .inputs { return try readInputs(&reader, &blocks, limit: limit) }
        do throws(JSONFault) {
            if try reader.null() { return }
            switch member {
            case .id: id = try reader.string()
            case .parameters:
                guard case .object(let members) = try reader.value() else { throw reader.fault("parameters must be an object") }
                parameters = members
            default: try readOutputs(&reader)
            }
        } catch { throw InferenceFault(error) }
    }

    private mutating func readInputs(
        _ reader: inout JSONReader, _ blocks: inout BinaryBlocks, limit: Int
    ) throws(InferenceFault) {
        var isIn = try Self.plain { () throws(JSONFault) in try reader.null() ? false : reader.openArray() }
        while isIn {
            guard inputs.count < Self.mostTensors else { throw InferenceFault("inputs must hold at most \(Self.mostTensors) tensors") }
            let (tensor, text) = try TensorParser.parse(&reader, &blocks, index: inputs.count, limit: limit)
            if inputs.contains(where: { $0.name == tensor.name }) { throw InferenceFault("input \(tensor.name) comes twice") }
            inputs.append(tensor)
            texts.append(text)
            isIn = try Self.plain { () throws(JSONFault) in try reader.nextElement() }
        }
    }

    private mutating func readOutputs(_ reader: inout JSONReader) throws(JSONFault) {
        var wanted: [Output] = []
        var isIn = try reader.openArray()
        while isIn {
            guard wanted.count < Self.mostTensors else { throw reader.fault("outputs must hold at most \(Self.mostTensors) names") }
            let output = try Self.output(&reader)
            if wanted.contains(where: { $0.name == output.name }) {
                throw reader.fault("output \(output.name) is asked for twice")
            }
            wanted.append(output)
            isIn = try reader.nextElement()
        }
        outputs = wanted.isEmpty ? nil : wanted
    }

    private static func output(_ reader: inout JSONReader) throws(JSONFault) -> Output {
        var name: String?
        var parameters: [String: JSONValue] = [:]
        var isIn = try reader.openObject()
        while isIn {
            let key = try reader.key()
            if key.matches("name") {
                name = try reader.string()
            } else if key.matches("parameters") {
                if case .object(let members) = try reader.value() { parameters = members }
            } else {
                try reader.skip()
            }
            isIn = try reader.nextMember()
        }
        guard let name else { throw reader.fault("each of outputs must have a name") }
        return Output(name: name, parameters: parameters)
    }

    @inline(__always)
    private static func plain<T>(_ read: () throws(JSONFault) -> T) throws(InferenceFault) -> T {
        do throws(JSONFault) { return try read() } catch { throw InferenceFault(error) }
    }
}

/// The members of a request that the protocol knows.
private struct Members: OptionSet {
    let rawValue: UInt8

    static let id = Members(rawValue: 1)
    static let parameters = Members(rawValue: 2)
    static let inputs = Members(rawValue: 4)
    static let outputs = Members(rawValue: 8)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init?(_ key: JSONText) {
        if key.matches("inputs") {
            self = .inputs
        } else if key.matches("id") {
            self = .id
        } else if key.matches("parameters") {
            self = .parameters
        } else if key.matches("outputs") {
            self = .outputs
        } else {
            return nil
        }
    }
}
