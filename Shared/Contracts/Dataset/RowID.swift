import Cryptography

/// How a row gets an id when its writer gives none.
public enum RowID {
    /// First 16 bytes of SHA-256(`mlmesh.row/1` 0x1f canonical JSON of `{"context":…,"input":…}`), as 32 hexadecimal digits.
    ///
    /// The same content has the same id, so an import that is repeated adds nothing.
    public static func derived(input: [String: JSONValue], context: [String: JSONValue]) -> String {
        let content = JSONValue.object(["input": .object(input), "context": .object(context)])
        return hexadecimal(SHA256.digest(Array("mlmesh.row/1".utf8) + [0x1f] + content.canonical).prefix(16))
    }

    /// The id of a row that came with a request: `<request id>.<index>`.
    public static func production(_ request: RequestID, row: Int) -> String {
        "\(request).\(row)"
    }
}
