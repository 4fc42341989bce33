import Foundation

/// Processor time of the whole machine, for what others did to a measurement.
enum MachineTime {
    /// What others' programs may take of the machine before figures that depend on all of it tell nothing.
    static let mostForeign = 0.1

    /// Seconds that all processors were busy so far, by `/proc/stat`; 0 where it cannot be read.
    static var busySeconds: Double {
        guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8), let line = text.split(separator: "\n").first else {
            return 0
        }
        let ticks = line.split(separator: " ").dropFirst().compactMap { Double($0) }
        guard ticks.count > 7 else { return 0 }
        // User, nice, system, interrupts, soft interrupts, stolen: all but idle and waiting.
        return [0, 1, 2, 5, 6, 7].reduce(0) { $0 + ticks[$1] } / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
