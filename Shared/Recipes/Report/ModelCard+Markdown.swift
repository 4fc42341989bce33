import Foundation

extension ModelCard {
    /// Most features and classes that the text shows; the JSON has all.
    private static let most = 20

    /// The card as Markdown.
    public var markdown: String {
        var lines = ["# \(Self.plain(capability)): \(recipe)", ""]
        if let purpose { lines += [Self.plain(purpose), ""] }
        lines += Self.table(
            "Facts",
            [
                ("team", team), ("run", run), ("seed", String(seed)), ("dataset", "\(data.dataset), version \(data.version)"),
                ("rows", data.rows.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")),
                ("file", "\(bytes) bytes, ONNX"),
            ])
        lines += Self.table("Parameters", parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        if !preprocessing.isEmpty {
            lines += ["## Inputs, within the graph", ""] + preprocessing.map { "- \(Self.plain($0))" } + [""]
        }
        lines += Self.table("Metrics", metrics.sorted { $0.key < $1.key }.map { ($0.key, Self.number($0.value)) })
        lines += Self.table("Method", method.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        lines += importanceLines + confusionLines
        if !limits.isEmpty { lines += ["## Limits", ""] + limits.map { "- \(Self.plain($0))" } + [""] }
        return lines.joined(separator: "\n")
    }

    private var importanceLines: [String] {
        guard importances.method != .none else { return [] }
        let rows = importances.features.prefix(Self.most).map { ($0.feature, Self.number($0.importance)) }
        let title = "Features that matter, by \(importances.method.rawValue) on \(importances.rows) rows"
        return Self.table(title, Array(rows))
    }

    private var confusionLines: [String] {
        guard let confusion, confusion.classes.count <= Self.most else { return [] }
        let names = confusion.classes.map(Self.plain)
        var lines = ["## Confusion on \(confusion.split): true classes down, predicted across", ""]
        lines.append("| | " + names.joined(separator: " | ") + " |")
        lines.append("|---|" + String(repeating: "---|", count: names.count))
        for (name, row) in zip(names, confusion.counts) {
            lines.append("| \(name) | " + row.map(String.init).joined(separator: " | ") + " |")
        }
        return lines + [""]
    }

    private static func table(_ title: String, _ rows: [(String, String)]) -> [String] {
        guard !rows.isEmpty else { return [] }
        return ["## \(title)", "", "| | |", "|---|---|"] + rows.map { "| \(plain($0.0)) | \(plain($0.1)) |" } + [""]
    }

    private static func number(_ value: Double) -> String { String(format: "%.6g", value) }

    /// Text of people in a cell: nothing in it is markup.
    private static func plain(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\n", "\r", "\t": result.append(" ")
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "|", "*", "_", "`", "[", "]", "\\", "#": result += "\\\(character)"
            default: result.append(character)
            }
        }
        return result
    }
}
