import Compression
import Contracts
import HTTPService
import NIOCore
import Scheduling
import Tensors

/// A request that was read and checked against its model's interface. Passing it on costs one reference.
final class ReadRequest: Sendable {
    /// Bytes of a decompressed body, as of a plain one, and of the tensors in it.
    static let mostBytes = 64 << 20

    /// Microseconds, an hour: no request has longer, whatever it asks for.
    private static let longestTimeout = 3_600_000_000

    let request: InferenceRequest
    let checked: Interface.Checked
    /// Elements of all inputs, by which the cost of a run is estimated.
    let elements: Int
    /// Lower runs first.
    let priority: Int
    /// Nanoseconds after which it is not run any more.
    let timeout: Int?
    /// How many of the highest classes are asked for, by the output's name.
    let classes: [String: Int]
    /// Nanoseconds that reading took.
    let time: Int

    /// Reads a call's body. Throws `InferenceFault`, `CompressionFault`, or a problem that names the parameter.
    init(_ call: InferenceCall) throws {
        let start = Monotonic.now()
        request = try Self.parse(call)
        checked = try call.served.interface.check(request)
        elements = checked.inputs.reduce(0) { $0 + $1.count }
        priority = try Self.number("priority", of: request, atMost: Int(UInt32.max)) ?? 0
        let microseconds = try Self.number("timeout", of: request, atMost: .max / 1_000) ?? 0
        timeout = microseconds > 0 ? min(microseconds, Self.longestTimeout) * 1_000 : nil
        classes = try Self.classes(of: request, call.served.interface)
        time = Monotonic.now() - start
    }

    /// Reads a call's body, compressed or not, and checks nothing of it against the model.
    static func parse(_ call: InferenceCall) throws -> InferenceRequest {
        let length = call.header("inference-header-content-length")
        let encoding = call.header("content-encoding")
        let interface = call.served.interface
        return try call.request.body.withUnsafeReadableBytes { body in
            if let encoding, let plain = try Compression.decode(body, encoding: encoding, limit: mostBytes) {
                return try plain.withUnsafeBufferPointer { try read($0, length, interface) }
            }
            return try body.withMemoryRebound(to: UInt8.self) { try read($0, length, interface) }
        }
    }

    private static func classes(of request: InferenceRequest, _ interface: Interface) throws(InferenceFault) -> [String: Int] {
        var classes: [String: Int] = [:]
        for output in request.outputs ?? [] where !output.parameters.isEmpty {
            guard let count = try Classification.classes(.object(output.parameters), of: output.name) else { continue }
            guard interface.outputs.first(where: { $0.name == output.name })?.datatype != "BYTES" else {
                throw InferenceFault("output \(output.name): classification takes an output of numbers, not BYTES")
            }
            classes[output.name] = count
        }
        return classes
    }

    private static func read(
        _ body: UnsafeBufferPointer<UInt8>, _ length: String?, _ interface: Interface
    ) throws(InferenceFault) -> InferenceRequest {
        try InferenceRequest(body, headerLength: length, interface: interface, limit: mostBytes)
    }

    /// A request parameter that is a whole number from 0; nil when it is absent.
    private static func number(_ name: String, of request: InferenceRequest, atMost bound: Int) throws(InferenceFault) -> Int? {
        guard !request.parameters.isEmpty, let value = request.parameters[name], value != .null else { return nil }
        guard let number = value.integerValue, number >= 0, number <= bound else {
            throw InferenceFault("parameter \(name) must be a whole number from 0 to \(bound)")
        }
        return Int(number)
    }
}
