import Contracts
import Tensors

/// Rows of a dataset as the tensors that a model takes.
public enum InputBatch {
    /// One tensor for each input of the interface; every row's values are counted and typed.
    public static func tensors(_ rows: ArraySlice<DatasetRow>, interface: Interface) throws(EvaluationError) -> [Tensor] {
        var tensors: [Tensor] = []
        for field in interface.inputs { tensors.append(try tensor(field, rows)) }
        return tensors
    }

    /// A row's values of one input, flattened row-major.
    public static func elements(of field: Interface.Field, in row: DatasetRow) throws(EvaluationError) -> [JSONValue] {
        guard let value = row.input[field.name] else { throw .row(id: row.id, "it has no input \(field.name)") }
        var elements: [JSONValue] = []
        flatten(value, into: &elements)
        return elements
    }

    private static func tensor(_ field: Interface.Field, _ rows: ArraySlice<DatasetRow>) throws(EvaluationError) -> Tensor {
        guard let datatype = Datatype(rawValue: field.datatype) else { throw .manifest("input \(field.name) has no known datatype") }
        if datatype == .fp32 { return try floats(field, rows) }
        var raw: [UInt8] = []
        var strings: [[UInt8]] = []
        var shape: [Int]?
        for row in rows {
            let elements = try elements(of: field, in: row)
            let own = try dimensions(of: field, elements.count, row)
            guard shape == nil || shape == own else { throw .row(id: row.id, "input \(field.name) has another size than the row before") }
            shape = own
            for element in elements {
                guard append(element, datatype, &raw, &strings) else {
                    throw .row(id: row.id, "input \(field.name) holds a value that is no \(field.datatype)")
                }
            }
        }
        let whole = [rows.count] + (shape ?? [])
        if datatype == .bytes { return Tensor(name: field.name, shape: whole, strings: strings) }
        return Tensor(name: field.name, datatype: datatype, shape: whole, raw: raw)
    }

    /// The usual case without a list of JSON values in between: a fifth of the time.
    private static func floats(_ field: Interface.Field, _ rows: ArraySlice<DatasetRow>) throws(EvaluationError) -> Tensor {
        var floats: [Float] = []
        var shape: [Int]?
        for row in rows {
            guard let value = row.input[field.name] else { throw .row(id: row.id, "it has no input \(field.name)") }
            let start = floats.count
            let isSound = append(value, to: &floats)
            let own = try dimensions(of: field, floats.count - start, row)
            guard shape == nil || shape == own else { throw .row(id: row.id, "input \(field.name) has another size than the row before") }
            guard isSound else { throw .row(id: row.id, "input \(field.name) holds a value that is no \(field.datatype)") }
            if shape == nil { floats.reserveCapacity(rows.count * floats.count) }
            shape = own
        }
        return Tensor(name: field.name, shape: [rows.count] + (shape ?? []), floats: floats)
    }

    /// Appends a number or nested lists of numbers; what is no finite number counts as one element and makes it false.
    private static func append(_ value: JSONValue, to floats: inout [Float]) -> Bool {
        switch value {
        case .array(let parts):
            var isSound = true
            for part in parts where !append(part, to: &floats) { isSound = false }
            return isSound
        case .number(let number):
            floats.append(Float(number))
            return number.isFinite
        case .integer(let whole):
            floats.append(Float(Double(whole)))
            return true
        default:
            floats.append(0)
            return false
        }
    }

    /// The shape of one row; a single variable dimension follows from the number of values.
    private static func dimensions(of field: Interface.Field, _ count: Int, _ row: DatasetRow) throws(EvaluationError) -> [Int] {
        let declared = Array(field.shape.dropFirst())
        guard let known = field.fixedElements else { throw .manifest("input \(field.name) has too many elements a row") }
        let open = declared.count { $0 < 0 }
        guard open < 2 else { throw .manifest("input \(field.name) has more than one variable size beside the batch") }
        guard open == 1 ? count % known == 0 : count == known else {
            throw .row(id: row.id, "input \(field.name) has \(count) values where \(known) were expected")
        }
        return declared.map { $0 < 0 ? count / known : $0 }
    }

    private static func flatten(_ value: JSONValue, into elements: inout [JSONValue]) {
        guard case .array(let parts) = value else { return elements.append(value) }
        for part in parts { flatten(part, into: &elements) }
    }

    /// False when the value is not one of the datatype.
    private static func append(_ value: JSONValue, _ datatype: Datatype, _ raw: inout [UInt8], _ strings: inout [[UInt8]]) -> Bool {
        func whole<T: FixedWidthInteger>(_ type: T.Type) -> Bool {
            guard let number = value.integerValue.flatMap({ T(exactly: $0) }) else { return false }
            withUnsafeBytes(of: number.littleEndian) { raw.append(contentsOf: $0) }
            return true
        }
        switch datatype {
        case .bytes:
            guard let text = value.stringValue else { return false }
            strings.append(Array(text.utf8))
        case .bool:
            guard let truth = value.boolValue else { return false }
            raw.append(truth ? 1 : 0)
        case .fp32:
            guard let number = value.doubleValue, number.isFinite else { return false }
            withUnsafeBytes(of: Float(number).bitPattern.littleEndian) { raw.append(contentsOf: $0) }
        case .fp64:
            guard let number = value.doubleValue, number.isFinite else { return false }
            withUnsafeBytes(of: number.bitPattern.littleEndian) { raw.append(contentsOf: $0) }
        case .int8: return whole(Int8.self)
        case .int16: return whole(Int16.self)
        case .int32: return whole(Int32.self)
        case .int64: return whole(Int64.self)
        case .uint8: return whole(UInt8.self)
        case .uint16: return whole(UInt16.self)
        case .uint32: return whole(UInt32.self)
        case .uint64: return whole(UInt64.self)
        case .fp16, .bf16: return false
        }
        return true
    }
}
