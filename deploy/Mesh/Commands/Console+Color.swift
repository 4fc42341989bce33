import Foundation

extension Console {
    /// Whether results go to a terminal that shows colours, and nobody asked for none (no-color.org).
    static var isColored: Bool {
        isatty(STDOUT_FILENO) == 1 && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
            && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }
}
