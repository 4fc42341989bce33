import Foundation
import TestSupport
import Testing

/// A file of the checkout.
struct SourceFile: Sendable, CustomTestStringConvertible {
    /// From the top of the checkout.
    let path: String
    let text: String
    let lines: [String]
    /// Lines with comments and the contents of literals taken out, so that words in texts do not count as code.
    let code: [String]

    init?(_ path: String) {
        guard let text = try? String(contentsOf: Checkout.root.appending(path: path), encoding: .utf8) else { return nil }
        self.path = path
        self.text = text
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        code = Self.code(of: lines)
    }

    var testDescription: String { path }

    /// Whether one of the words stands anywhere in it: cheap, and asked before any regular expression is.
    func holds(_ words: String...) -> Bool { words.contains { text.contains($0) } }

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

    /// Each function with its first line's number and how many lines its body has. Reads the indentation, which the formatter keeps.
    var functions: [(line: Int, length: Int)] {
        let lines = lines
        return lines.indices.compactMap { start in
            guard lines[start].contains("func ") || lines[start].contains("init"),
                lines[start].contains(/^ *(?:@\w+ )*(?:[a-z]+(?:\(set\))? )*(?:func |init[?(<])/)
            else { return nil }
            let indent = String(lines[start].prefix { $0 == " " })
            let end = lines[start...].firstIndex { $0 == indent + "}" || ($0.hasPrefix(indent + "func ") && $0 != lines[start]) }
            guard let end, lines[end] == indent + "}" else { return nil }
            let open = lines[start...end].firstIndex { $0.hasSuffix("{") } ?? start
            return (start + 1, end - open - 1)
        }
    }

    private static func code(of lines: [String]) -> [String] {
        var isInText = false
        return lines.map { line in
            let delimiters = line.components(separatedBy: "\"\"\"").count - 1
            defer { if delimiters % 2 == 1 { isInText.toggle() } }
            return isInText ? "" : bare(line)
        }
    }

    /// A line up to its comment, without what stands in quotes.
    private static func bare(_ line: String) -> String {
        var kept: [UInt8] = []
        var isQuoted = false
        var isEscaped = false
        for byte in line.utf8 {
            if isQuoted {
                if byte == UInt8(ascii: "\""), !isEscaped { isQuoted = false }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            } else if byte == UInt8(ascii: "\"") {
                isQuoted = true
            } else {
                kept.append(byte)
                if kept.suffix(2) == [UInt8(ascii: "/"), UInt8(ascii: "/")] { return String(decoding: kept.dropLast(2), as: UTF8.self) }
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
