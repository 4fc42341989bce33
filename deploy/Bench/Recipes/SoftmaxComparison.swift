import Foundation
import LinearAlgebra

/// Softmax regression by ours and by scikit-learn, on the same rows to the same loss.
struct SoftmaxComparison {
    /// What a side took.
    private struct Fit: Decodable {
        let seconds: Double
        let loss: Double
        let iterations: Int
    }

    /// Ends a fit that has come as low as it should.
    private struct Reached: Error {}

    static let classes = 10
    let features: Matrix<Double>
    let labels: [Int]
    let l2: Double
    let python: String
    private let folder: URL

    init(rows: Int, columns: Int, l2: Double, python: String) throws {
        (features, labels) = Self.rows(rows, columns)
        self.l2 = l2
        self.python = python
        folder = FileManager.default.temporaryDirectory.appending(path: "mlmesh-bench-recipes-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try features.elements.withUnsafeBytes { try Data($0).write(to: folder.appending(path: "x.bin")) }
        try labels.map(Double.init).withUnsafeBytes { try Data($0).write(to: folder.appending(path: "y.bin")) }
    }

    /// Both sides in turns; the files are taken away.
    func lines(rounds: Int) throws -> [String] {
        defer { try? FileManager.default.removeItem(at: folder) }
        var ratios: [Double] = []
        var lines: [String] = []
        for round in 1...rounds {
            let theirs = try scikit()
            let ours = try own(to: theirs.loss)
            ratios.append(ours.seconds / theirs.seconds)
            lines.append(
                "  round \(round): ours \(Self.text(ours.seconds)) s, \(ours.iterations) iterations, loss \(ours.loss); "
                    + "scikit-learn \(Self.text(theirs.seconds)) s, \(theirs.iterations) iterations, loss \(theirs.loss); "
                    + "ratio \(Self.text(ours.seconds / theirs.seconds))")
        }
        return lines + ["  median ratio \(Self.text(ratios.sorted()[ratios.count / 2])) (below 1: ours is faster)"]
    }

    private func own(to loss: Double) throws -> Fit {
        var last = Fit(seconds: 0, loss: .infinity, iterations: 0)
        let start = Self.processorSeconds
        do {
            _ = try SoftmaxRegression.fit(
                features: features, labels: labels, classes: Self.classes,
                options: .init(l2: l2, standardizes: false, maximumIterations: 2_000, gradientTolerance: 1e-9)
            ) { step in
                last = Fit(seconds: Self.processorSeconds - start, loss: step.loss, iterations: step.iteration)
                if step.loss <= loss { throw Reached() }
            }
        } catch is Reached {}
        return last
    }

    private func scikit() throws -> Fit {
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [
            "Tests/Benchmarks/recipes/softmax.py", folder.path, "\(features.rows)", "\(features.columns)", "\(Self.classes)", "\(l2)",
        ]
        let threads = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]
        process.environment = ProcessInfo.processInfo.environment.merging(threads.map { ($0, "1") }) { $1 }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode(Fit.self, from: text)
    }

    /// Ten smooth patterns with noise, four of five numbers 0, as scans of digits have them; all in 0 ... 1.
    private static func rows(_ rows: Int, _ columns: Int) -> (Matrix<Double>, [Int]) {
        var generator = SplitMix64(state: 7)
        let patterns = (0..<classes).map { _ in pattern(columns, phase: Double.random(in: 0..<6, using: &generator)) }
        var elements: [Double] = []
        elements.reserveCapacity(rows * columns)
        let labels = (0..<rows).map { _ in Int.random(in: 0..<classes, using: &generator) }
        for label in labels {
            for column in 0..<columns {
                let isInk = UInt8.random(in: 0..<5, using: &generator) == 0
                let strength = Double.random(in: 0.2..<1.2, using: &generator)
                elements.append(isInk ? min(1, patterns[label][column] * strength) : 0)
            }
        }
        return (Matrix(rows: rows, columns: columns, elements: elements), labels)
    }

    private static func pattern(_ columns: Int, phase: Double) -> [Double] {
        (0..<columns).map { column in
            let angle: Double = Double(column) * 0.05 + phase * Double(column % 28) * 0.1
            return 0.5 + 0.5 * sin(angle)
        }
    }

    static var processorSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }

    static func text(_ seconds: Double) -> String { String(format: "%.2f", seconds) }
}
