import Contracts
import Tensors

/// JSON texts in columns: written in canonical form, read without Foundation's detours.
public enum JSONText {
    public static func text(_ value: JSONValue) -> String { String(decoding: value.canonical, as: UTF8.self) }

    /// Reads one JSON value; throws ``JSONFault``.
    public static func value(_ bytes: [UInt8]) throws(JSONFault) -> JSONValue {
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

    /// A column of JSON texts as values; nil where a row has none.
    static func values(_ column: TableColumn) throws(TableError) -> [JSONValue?] {
        var values: [JSONValue?] = []
        for (index, text) in try column.texts().enumerated() {
            if column.isNull(index) {
                values.append(nil)
                continue
            }
            do throws(JSONFault) { values.append(try value(Array(text.utf8))) } catch {
                throw TableError(.content, "column \(column.name) holds no JSON in row \(index)")
            }
        }
        return values
    }
}
