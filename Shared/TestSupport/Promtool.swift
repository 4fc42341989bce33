import Foundation

/// Prometheus's own judge of metrics.
public enum Promtool {
    /// What it finds wrong in metrics as Prometheus text, line by line; nothing when they are as they should be.
    public static func faults(in metrics: String) throws -> [String] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/promtool")
        process.arguments = ["check", "metrics"]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardError, process.standardOutput) = (input, output, output)
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(metrics.utf8))
        try input.fileHandleForWriting.close()
        let said = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        let lines = said.split(separator: "\n").map(String.init)
        guard process.terminationStatus == 0 || !lines.isEmpty else { throw TestSupportError("promtool \(process.terminationStatus)") }
        return lines
    }

    /// Faults in metrics of HAProxy's exporter, save the one name that HAProxy 2.6 itself has wrong.
    public static func faults(inHAProxy metrics: String) throws -> [String] {
        try faults(in: metrics).filter { !$0.hasPrefix("haproxy_process_failed_resolutions counter metrics should have") }
    }
}
