import COnnxRuntime
import Tensors

private typealias Name = UnsafePointer<CChar>?
private typealias Value = OpaquePointer?

extension Session {
    /// Runs the model. The engine reads the tensors' memory in place, and the answered tensors are the engine's memory: nothing is copied
    /// but texts.
    ///
    /// - Parameters:
    ///   - tensors: in any order, one for each input.
    ///   - names: outputs to compute, in the order wanted; all that are tensors when nil.
    public func run(_ tensors: [Tensor], outputs names: [String]? = nil, cancellation: RunCancellation? = nil) throws(EngineError)
        -> [Tensor]
    {
        let wanted = try names.map { names throws(EngineError) in try indices(of: names) } ?? answers
        var outcome = Result<[Tensor], EngineError>.success([])
        withUnsafeTemporaryAllocation(of: Name.self, capacity: tensors.count + wanted.count) { names in
            withUnsafeTemporaryAllocation(of: Value.self, capacity: tensors.count + wanted.count) { values in
                values.initialize(repeating: nil)
                names.initialize(repeating: nil)
                do throws(EngineError) {
                    outcome = .success(try run(tensors, wanted, names, values, cancellation))
                } catch { outcome = .failure(error) }
                for value in values where value != nil { mesh_ort_release_value(runtime.table, value) }
            }
        }
        withExtendedLifetime(tensors) {}
        return try outcome.get()
    }

    /// What ends a run of the model from another thread.
    public func cancellation() throws(EngineError) -> RunCancellation { try RunCancellation(runtime: runtime) }

    /// - Parameters:
    ///   - names, values: room for all inputs and then all outputs. What is left in `values` the caller releases.
    private func run(
        _ tensors: [Tensor], _ wanted: [Int], _ names: UnsafeMutableBufferPointer<Name>, _ values: UnsafeMutableBufferPointer<Value>,
        _ cancellation: RunCancellation?
    ) throws(EngineError) -> [Tensor] {
        let given = tensors.count
        for index in 0..<given {
            names[index] = UnsafePointer(try inputName(of: tensors[index]))
            try lend(tensors[index], &values[index])
        }
        for index in 0..<wanted.count { names[given + index] = UnsafePointer(outputNames[wanted[index]]) }
        guard let firstName = names.baseAddress, let firstValue = values.baseAddress else {
            throw EngineError(.input, "the model gives nothing that was asked for")
        }
        try runtime.check(
            mesh_ort_run(
                runtime.table, session, cancellation?.options, firstName, firstValue, given, firstName + given, wanted.count,
                firstValue + given))
        var answer: [Tensor] = []
        answer.reserveCapacity(wanted.count)
        for index in 0..<wanted.count { answer.append(try tensor(outputs[wanted[index]].name, &values[given + index])) }
        return answer
    }

    private func inputName(of tensor: Tensor) throws(EngineError) -> UnsafeMutablePointer<CChar> {
        for index in inputs.indices where inputs[index].name == tensor.name { return inputNames[index] }
        throw EngineError(.input, "there is no input \(tensor.name); the inputs are \(inputs.map(\.name).joined(separator: ", "))")
    }

    private func indices(of names: [String]) throws(EngineError) -> [Int] {
        var indices: [Int] = []
        indices.reserveCapacity(names.count)
        for name in names {
            guard let index = outputs.firstIndex(where: { $0.name == name }) else {
                throw EngineError(
                    .input, "there is no output \(name); the outputs are \(outputs.map(\.name).joined(separator: ", "))")
            }
            if let reason = outputs[index].reasonLeftOut { throw EngineError(.input, "output \(reason)") }
            indices.append(index)
        }
        return indices
    }

    /// Makes a value over the tensor's own memory; texts are copied, since the engine has its own kind of them.
    private func lend(_ tensor: Tensor, _ value: inout Value) throws(EngineError) {
        let status = tensor.shape.withUnsafeBytes { sizes in
            let shape = sizes.assumingMemoryBound(to: Int64.self).baseAddress
            if tensor.datatype == .bytes {
                return mesh_ort_string_tensor(runtime.table, runtime.allocator, shape, tensor.shape.count, &value)
            }
            return tensor.withUnsafeBytes { bytes in
                mesh_ort_tensor_over(
                    runtime.table, runtime.memory, UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count, shape,
                    tensor.shape.count, tensor.datatype.engineType, &value)
            }
        }
        try runtime.check(status)
        guard tensor.datatype == .bytes else { return }
        for index in 0..<tensor.count {
            let fault = tensor.withText(at: index) { text -> OpaquePointer? in
                var buffer: UnsafeMutablePointer<CChar>?
                if let fault = mesh_ort_string_buffer(runtime.table, value, index, text.count, &buffer) { return fault }
                if let buffer, let source = text.baseAddress {
                    UnsafeMutableRawPointer(buffer).copyMemory(from: source, byteCount: text.count)
                }
                return nil
            }
            try runtime.check(fault)
        }
    }

    /// A tensor over an output's memory; the value is taken over.
    private func tensor(_ name: String, _ value: inout Value) throws(EngineError) -> Tensor {
        guard let computed = value else { throw EngineError(.failed, "output \(name) was not computed") }
        var element: Int32 = 0
        var rank = 0
        var count = 0
        var shape: [Int] = []
        var fault: OpaquePointer?
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: Self.highestRank) { sizes in
            fault = mesh_ort_value_info(runtime.table, computed, &element, sizes.baseAddress, Self.highestRank, &rank, &count)
            if fault == nil { shape = sizes.prefix(rank).map { Int($0) } }
        }
        try runtime.check(fault)
        guard rank <= Self.highestRank else {
            throw EngineError(.failed, "output \(name) has \(rank) dimensions, and \(Self.highestRank) are the most")
        }
        guard let datatype = Datatype(engineType: element) else {
            throw EngineError(.failed, "output \(name) has a type that the protocol does not know")
        }
        guard let size = datatype.size else { return try texts(name, shape, computed, count) }
        var data: UnsafeMutableRawPointer?
        try runtime.check(mesh_ort_data(runtime.table, computed, &data))
        guard let data, count > 0 else { return Tensor(name: name, datatype: datatype, shape: shape, raw: []) }
        value = nil
        return Tensor(
            name: name, datatype: datatype, shape: shape,
            memory: EngineMemory(taking: computed, self, base: data, byteCount: count * size))
    }

    private func texts(_ name: String, _ shape: [Int], _ value: OpaquePointer, _ count: Int) throws(EngineError) -> Tensor {
        guard count > 0 else { return Tensor(name: name, shape: shape, strings: []) }
        var length = 0
        try runtime.check(mesh_ort_strings_length(runtime.table, value, &length))
        var bytes = [UInt8](repeating: 0, count: max(1, length))
        var offsets = [Int](repeating: 0, count: count)
        try runtime.check(mesh_ort_strings(runtime.table, value, &bytes, length, &offsets, count))
        return bytes.withUnsafeBytes { block in
            Tensor(name: name, shape: shape, block: UnsafeRawBufferPointer(rebasing: block[..<length]), offsets: offsets)
        }
    }
}
