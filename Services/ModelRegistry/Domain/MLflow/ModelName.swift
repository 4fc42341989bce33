import Contracts
import MLflow

/// The rules for names of registered models.
enum ModelName {
    /// Bytes that a name may have; Postgres keys an index by it.
    static let longest = 256

    /// Throws `INVALID_PARAMETER_VALUE` for a name that no model can have.
    static func check(_ name: String) throws(MLflowError) {
        guard name.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else { throw .missingParameter("name") }
        guard !name.contains("/"), !name.contains(":") else {
            throw .invalid("Invalid model name '\(name)'. Names cannot contain '/' or ':'.")
        }
        guard name != ".", name != ".." else {
            throw .invalidValue(.string(name), parameter: "name", "expected a name that is no path")
        }
        try Limits.check(name, "name", atMost: longest)
    }

    /// A version's number, as the text that clients send.
    static func version(_ text: String, parameter: String = "version") throws(MLflowError) -> Int {
        guard let number = Int32(text) else {
            throw .invalidValue(.string(text), parameter: parameter, "expected an integer")
        }
        return Int(number)
    }
}
