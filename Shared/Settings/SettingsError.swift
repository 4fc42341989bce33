/// Why a program cannot start: every fault of its settings at once, or a wish for the list of keys.
public struct SettingsError: Error, Hashable, CustomStringConvertible {
    /// What `sysexits.h` calls EX_CONFIG.
    public static let exitCode: Int32 = 78

    /// One sentence for each wrong or missing setting.
    public let faults: [String]
    /// The table of keys, when `--help` was asked for; then there are no faults.
    public let help: String?

    public init(faults: [String]) {
        self.faults = faults
        help = nil
    }

    public init(help: String) {
        faults = []
        self.help = help
    }

    public var description: String {
        help ?? (["The settings are not sound:"] + faults.map { "- " + $0 }).joined(separator: "\n")
    }
}
