import Foundation
import TestSupport
import Testing

/// A file of the checkout.
struct SourceFile: Sendable, CustomTestStringConvertible {
    /// From the top of the checkout.
    let path: String
    let text: String

    init?(_ path: String) {
        guard let text = try? String(contentsOf: Checkout.root.appending(path: path), encoding: .utf8) else { return nil }
        self.path = path
        self.text = text
    }

    var testDescription: String { path }

    var lines: [String] { text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    /// What it imports.
    var imports: Set<String> {
        Set(
            text.matches(of: /(?m)^(?:@\w+ )*(?:public |internal |private )?import (?:struct |class |enum |func )?(\w+)/).map {
                String($0.1)
            })
    }

    /// `Postgres` for a file of Shared/Postgres, `DatasetService` for one of Services/Dataset, `MeshCommand` for one of deploy/Mesh.
    var module: String? {
        let parts = path.split(separator: "/").map(String.init)
        switch parts.first {
        case "Shared", "Tests": return parts[1]
        case "Services": return parts[2] == "Main" ? parts[1] + "Main" : parts[1] + "Service"
        case "deploy": return parts.count > 2 && parts[1] == "Mesh" ? "MeshCommand" : nil
        default: return nil
        }
    }

    /// The room of a service that it stands in: `Domain`, `Storage`, `API`, …; nil elsewhere.
    var room: String? {
        let parts = path.split(separator: "/").map(String.init)
        return parts.first == "Services" && parts.count > 3 ? parts[2] : nil
    }

    /// Lines with comments and the contents of literals taken out, so that words in texts do not count as code.
    var code: [String] {
        var isInText = false
        return lines.map { line in
            let delimiters = line.components(separatedBy: "\"\"\"").count - 1
            let wasInText = isInText
            if delimiters % 2 == 1 { isInText.toggle() }
            if wasInText { return "" }
            let bare = line.replacing(/"(?:[^"\\]|\\.)*"/, with: "\"\"")
            return String(bare.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false).first ?? "")
        }
    }

    /// Each function with its first line's number and how many lines its body has. Reads the indentation, which the formatter keeps.
    var functions: [(line: Int, length: Int)] {
        let lines = lines
        return lines.indices.compactMap { start in
            guard lines[start].contains(/^ *(?:@\w+ )*(?:[a-z]+(?:\(set\))? )*(?:func |init[?(<])/) else { return nil }
            let indent = String(lines[start].prefix { $0 == " " })
            let end = lines[start...].firstIndex { $0 == indent + "}" || ($0.hasPrefix(indent + "func ") && $0 != lines[start]) }
            guard let end, lines[end] == indent + "}" else { return nil }
            let open = lines[start...end].firstIndex { $0.hasSuffix("{") } ?? start
            return (start + 1, end - open - 1)
        }
    }
}
