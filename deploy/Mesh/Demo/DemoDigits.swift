import Contracts
import Foundation

/// The scans of `deploy/samples/digits`, in two parts: what the team has, and what its users will send.
struct DemoDigits: Sendable {
    /// To be ingested.
    let collected: [DemoScan]
    /// Never ingested: the product's traffic.
    let wild: [DemoScan]
    /// The collected scans as the lines of the file, with its heading: the digit column is there, for whoever ingests it to leave out.
    let collectedCSV: String
    /// What a person sees on a scan, by its pixels; also on one that a drifted scanner moved.
    private let truth: [[Int]: Int]

    init(csv: String) throws {
        let lines = csv.split(whereSeparator: \.isNewline)
        guard let heading = lines.first?.split(separator: ","), heading.count == 67, heading[64] == "digit" else {
            throw CommandFault("digits.csv does not begin with p0 to p63, digit, source, form")
        }
        let scans = try lines.dropFirst().map(Self.scan)
        // Every third scan: the writers follow one another in the file, and both parts are to hold all of them.
        let kept = scans.indices.filter { $0 % 3 != 2 }
        collected = kept.map { scans[$0] }
        wild = scans.indices.filter { $0 % 3 == 2 }.map { scans[$0] }
        collectedCSV = ([lines[0]] + kept.map { lines[$0 + 1] }).joined(separator: "\n") + "\n"
        truth = Dictionary((scans + wild.map(\.moved)).map { ($0.pixels, $0.digit) }) { first, _ in first }
    }

    /// Reads the sample that the checkout carries.
    static func sample() throws -> DemoDigits {
        let path = try folder() + "/digits.csv"
        guard let data = FileManager.default.contents(atPath: path) else { throw CommandFault("\(path) cannot be read") }
        return try DemoDigits(csv: String(decoding: data, as: UTF8.self))
    }

    /// Where the sample lies.
    static func folder() throws -> String {
        guard let root = Checkout.root() else { throw CommandFault("deploy/samples is not found above the mesh executable") }
        return root + "/deploy/samples/digits"
    }

    /// The digit that a row shows; nil when it is no scan of ours.
    func digit(of input: [String: JSONValue]) -> Int? {
        input["pixels"]?.arrayValue.flatMap { values in truth[values.map { Int($0.doubleValue ?? -1) }] }
    }

    private static func scan(_ line: Substring) throws -> DemoScan {
        let cells = line.split(separator: ",")
        let numbers = cells.prefix(65).compactMap { Int($0) }
        guard cells.count == 67, numbers.count == 65 else { throw CommandFault("digits.csv has a line that is no scan: \(line)") }
        return DemoScan(pixels: Array(numbers.prefix(64)), digit: numbers[64], source: String(cells[65]), form: String(cells[66]))
    }
}
