import Contracts
import Tensors

/// JSON as a tree without Foundation's detours: a bulk of rows has millions of numbers.
enum RowJSON {
    static func value(_ bytes: [UInt8]) throws(JSONFault) -> JSONValue {
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSONValue, JSONFault> in
            var reader = JSONReader(buffer)
            do throws(JSONFault) {
                let value = try reader.value()
                try reader.finish()
                return .success(value)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The request for a version in a body; throws a problem with every fault.
    static func version(_ bytes: [UInt8]) throws(Problem) -> NewDatasetVersion {
        if bytes.isEmpty { throw Problem(.malformed, "The body is empty; a JSON document is expected") }
        let document: JSONValue
        do throws(JSONFault) { document = try value(bytes) } catch {
            throw Problem(.malformed, "The body is not valid JSON: \(error)")
        }
        var reader = RowInputReader()
        guard let version = reader.version(document) else {
            throw Problem(.invalidField, errors: Array(reader.faults.prefix(RowRules.mostFaults)))
        }
        return version
    }

    /// The rows of a JSON Lines file, each with the beginning of its faults' field.
    static func lines(_ bytes: [UInt8]) throws(Problem) -> [(row: RowInput, place: String)] {
        var rows: [(row: RowInput, place: String)] = []
        var reader = RowInputReader()
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if line.allSatisfy({ $0 == 32 || $0 == 13 || $0 == 9 }) { continue }
            let place = "line \(index + 1): "
            do throws(JSONFault) {
                if let row = reader.row(try value(Array(line)), at: place) { rows.append((row, place)) }
            } catch {
                throw Problem(.malformed, "Line \(index + 1) is not valid JSON: \(error)")
            }
            if reader.faults.count >= RowRules.mostFaults { break }
        }
        guard reader.faults.isEmpty else { throw Problem(.rowInvalid, errors: Array(reader.faults.prefix(RowRules.mostFaults))) }
        return rows
    }
}
