import Contracts

/// A command that asks a capability one row of its smallest values.
enum CurlExample {
    /// Elements that are written out; the shell makes longer rows.
    private static let mostWritten = 64

    static func command(_ name: String, _ interface: Interface) -> String {
        let tensors = interface.inputs.map(tensor).joined(separator: ",")
        return #"curl -s "$MESH_URL/v2/models/"# + name + #"/infer" -H "Authorization: Bearer $MESH_KEY" "#
            + #"-H 'Content-Type: application/json' -d '{"inputs":["# + tensors + "]}'"
    }

    private static func tensor(_ field: Interface.Field) -> String {
        let shape = field.shape.map { max($0, 1) }
        let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
        let sizes = shape.map(String.init).joined(separator: ",")
        return #"{"name":"\#(field.name)","datatype":"\#(field.datatype)","shape":[\#(sizes)],"data":[\#(data(count, value(field)))]}"#
    }

    private static func data(_ count: Int, _ value: String) -> String {
        if count <= mostWritten { return Array(repeating: value, count: count).joined(separator: ",") }
        return #"'"$(printf '\#(value),%.0s' $(seq \#(count - 1)))"'\#(value)"#
    }

    private static func value(_ field: Interface.Field) -> String {
        switch field.datatype {
        case "BYTES": return #""""#
        case "BOOL": return "false"
        default:
            let least = field.minimum.flatMap { $0 > 0 ? $0 : nil } ?? field.maximum.flatMap { $0 < 0 ? $0 : nil } ?? 0
            return Int(exactly: least).map(String.init) ?? "\(least)"
        }
    }
}
