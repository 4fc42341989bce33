import Contracts

/// A request of the Open Inference Protocol, in JSON or with binary tensors.
public struct InferenceRequest: Sendable {
    /// An output that is asked for.
    public struct Output: Sendable, Hashable {
        public let name: String
        /// Whether its data is to come as raw bytes; the request's own wish when nil.
        public let isBinary: Bool?
    }

    /// The client's id: echoed, never a key.
    public var id: String?
    public var parameters: [String: JSONValue] = [:]
    public var inputs: [Tensor] = []
    /// Outputs asked for; all of them when nil.
    public var outputs: [Output]?

    /// Whether outputs that say nothing themselves come as raw bytes.
    public var wantsBinary: Bool { parameters["binary_data_output"]?.boolValue ?? false }

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - headerLength: the value of `Inference-Header-Content-Length`; nil when the whole body is JSON.
    public init(_ body: UnsafeBufferPointer<UInt8>, headerLength: String? = nil) throws(InferenceFault) {
        let json: UnsafeBufferPointer<UInt8>
        var binary = UnsafeBufferPointer<UInt8>(rebasing: body[body.count...])
        if let headerLength {
            guard let length = Int32(headerLength), length >= 0, Int(length) <= body.count else {
                throw InferenceFault("Inference-Header-Content-Length must be a number from 0 to the length of the body, \(body.count)")
            }
            guard length > 0 else { throw InferenceFault("Inference-Header-Content-Length of 0 is not taken: describe the tensor in JSON") }
            json = UnsafeBufferPointer(rebasing: body[..<Int(length)])
            binary = UnsafeBufferPointer(rebasing: body[Int(length)...])
        } else {
            json = body
        }
        var reader = JSONReader(json)
        var seen = Set<String>()
        var raw = BinaryBlocks(binary)
        try reader.object(
            { (reader: inout JSONReader, key) throws(InferenceFault) in
                if !seen.insert(key).inserted { throw InferenceFault("the member \(key) comes twice") }
                try self.read(key, &reader, &raw)
            }, onFault: { InferenceFault($0) })
        do throws(JSONFault) { try reader.finish() } catch { throw InferenceFault(error) }
        guard !inputs.isEmpty else { throw InferenceFault("inputs must hold at least one tensor") }
        guard raw.isUsedUp else { throw InferenceFault("\(raw.left) bytes follow the last binary tensor") }
    }

    private mutating func read(_ key: String, _ reader: inout JSONReader, _ raw: inout BinaryBlocks) throws(InferenceFault) {
        do throws(JSONFault) {
            if try reader.null() { return }
        } catch { throw InferenceFault(error) }
        switch key {
        case "id": id = try Self.wrapped { () throws(JSONFault) in try reader.string() }
        case "parameters":
            let value = try Self.wrapped { () throws(JSONFault) in try reader.value() }
            guard case .object(let members) = value else { throw InferenceFault("parameters must be an object") }
            parameters = members
        case "inputs":
            try reader.array(
                { (reader: inout JSONReader) throws(InferenceFault) in
                    let tensor = try TensorParser.parse(&reader, &raw)
                    if self.inputs.contains(where: { $0.name == tensor.name }) { throw InferenceFault("input \(tensor.name) comes twice") }
                    self.inputs.append(tensor)
                }, onFault: { InferenceFault($0) })
        case "outputs":
            var wanted: [Output] = []
            try reader.array(
                { (reader: inout JSONReader) throws(InferenceFault) in
                    let output = try Self.output(&reader)
                    if wanted.contains(where: { $0.name == output.name }) {
                        throw InferenceFault("output \(output.name) is asked for twice")
                    }
                    wanted.append(output)
                }, onFault: { InferenceFault($0) })
            outputs = wanted.isEmpty ? nil : wanted
        default: try Self.wrapped { () throws(JSONFault) in try reader.skip() }
        }
    }

    private static func output(_ reader: inout JSONReader) throws(InferenceFault) -> Output {
        let value = try wrapped { () throws(JSONFault) in try reader.value() }
        guard let name = value["name"]?.stringValue else { throw InferenceFault("each of outputs must have a name") }
        return Output(name: name, isBinary: value["parameters"]?["binary_data"]?.boolValue)
    }

    static func wrapped<T>(_ read: () throws(JSONFault) -> T) throws(InferenceFault) -> T {
        do throws(JSONFault) {
            return try read()
        } catch { throw InferenceFault(error) }
    }

    /// Only `id` and `parameters` of a request's JSON; everything else is passed over unread. Nil where the JSON is broken: whoever
    /// reads the whole of it says so.
    public static func scanParameters(_ body: UnsafeBufferPointer<UInt8>) -> [String: JSONValue]? {
        var reader = JSONReader(body)
        var parameters: [String: JSONValue] = [:]
        do throws(JSONFault) {
            try reader.object(
                { (reader: inout JSONReader, key) throws(JSONFault) in
                    if key == "parameters" {
                        if case .object(let members) = try reader.value() { parameters = members }
                    } else {
                        try reader.skip()
                    }
                }, onFault: { $0 })
        } catch { return nil }
        return parameters
    }
}

/// The raw blocks behind the JSON, in the order of the inputs.
struct BinaryBlocks {
    private var rest: Slice<UnsafeBufferPointer<UInt8>>

    init(_ bytes: UnsafeBufferPointer<UInt8>) { rest = bytes[...] }

    var isUsedUp: Bool { rest.isEmpty }
    var left: Int { rest.count }

    mutating func take(_ count: Int) -> [UInt8]? {
        guard count >= 0, count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}
