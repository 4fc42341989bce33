/// The rules for a registered model's aliases, which are case-sensitive.
public enum AliasName {
    /// Throws `INVALID_PARAMETER_VALUE` for an alias that is empty, too long, reserved, or has other characters.
    public static func check(_ alias: String) throws(MLflowError) {
        guard !alias.isEmpty else { throw .invalid("Registered model alias name cannot be empty.") }
        guard alias.unicodeScalars.allSatisfy(isAllowed) else {
            throw .invalid(
                "Invalid alias name: '\(alias)'. Names may only contain alphanumerics, underscores (_), and dashes (-).")
        }
        try Limits.check(alias, "Registered model alias name", atMost: Limits.aliasLength)
        guard alias.lowercased() != "latest" else { throw .invalid("'latest' alias name (case insensitive) is reserved.") }
        guard !isVersion(alias) else { throw .invalid("Version alias name '\(alias)' is reserved.") }
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_" || scalar == "-"
    }

    /// `v1` reads as a version.
    private static func isVersion(_ alias: String) -> Bool {
        guard let first = alias.first, first == "v" || first == "V" else { return false }
        return alias.count > 1 && alias.dropFirst().allSatisfy(\.isNumber)
    }
}
