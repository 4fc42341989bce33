import Contracts

/// A scan of one handwritten digit.
struct DemoScan: Sendable, Hashable {
    /// 8 x 8 pixels from 0 to 16, row by row.
    let pixels: [Int]
    /// What it shows. Labelers read it, with errors, and the product learns it from its users; it is never ingested.
    let digit: Int
    /// The scanner, a or b.
    let source: String
    /// The paper, order or archive.
    let form: String

    var input: [String: JSONValue] { ["pixels": .array(pixels.map { .integer(Int64($0)) })] }
    var context: [String: JSONValue] { ["source": .string(source), "form": .string(form)] }

    /// The id that the row has in a data set.
    var rowID: String { RowID.derived(input: input, context: context) }

    /// The same paper on a scanner that is off by a pixel: everything is one column to the right and one row down.
    var moved: DemoScan {
        let shifted = pixels.indices.map { $0 % 8 == 0 || $0 < 8 ? 0 : pixels[$0 - 9] }
        return DemoScan(pixels: shifted, digit: digit, source: source, form: form)
    }
}
