import Cryptography

/// The salted digest by which a version names a row's content.
public enum RowDigest {
    /// SHA-256(salt 0x1f canonical JSON of `{"context","id","input","label"}`); an absent label is null.
    ///
    /// Whoever destroys the salt makes the digest say nothing about the row, and every version id stays verifiable.
    public static func digest(
        id: String, input: [String: JSONValue], context: [String: JSONValue], label: JSONValue?, salt: [UInt8]
    ) -> Digest {
        let content = JSONValue.object([
            "id": .string(id), "input": .object(input), "context": .object(context), "label": label ?? .null,
        ])
        return Digest(of: salt + [0x1f] + content.canonical)
    }
}
