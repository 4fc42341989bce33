import Contracts

/// The rules for keys of metrics, params and tags.
public enum KeyName {
    /// Throws `INVALID_PARAMETER_VALUE` for a key that is too long, has other characters, or means another path when taken as one.
    public static func check(_ key: String, parameter: String) throws(MLflowError) {
        try Limits.check(key, parameter, atMost: Limits.keyLength)
        guard key.unicodeScalars.allSatisfy(isAllowed) else {
            throw .invalidValue(
                .string(key), parameter: parameter,
                "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).")
        }
        let path = normalized(key)
        guard path == key, path != ".", !path.hasPrefix(".."), !path.hasPrefix("/") else {
            throw .invalidValue(
                .string(key), parameter: parameter,
                "Names may be treated as files in certain cases, and must not resolve to other names when treated as such. "
                    + "This name would resolve to '\(path)'")
        }
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "/_.- :".unicodeScalars.contains(scalar)
    }

    /// The path as POSIX resolves its text: no empty parts, no dots, no way back.
    private static func normalized(_ path: String) -> String {
        var parts: [Substring] = []
        let isAbsolute = path.utf8.first == UInt8(ascii: "/")
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !isAbsolute {
                parts.append(part)
            }
        }
        let joined = parts.joined(separator: "/")
        return isAbsolute ? "/" + joined : joined.isEmpty ? "." : joined
    }
}
