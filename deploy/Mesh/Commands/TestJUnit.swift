import Contracts
import Foundation

/// A report as JUnit XML, which continuous integration shows.
enum TestJUnit {
    /// A test that fails, or that blocks and could not tell, is a failure; one that only warns is skipped.
    static func xml(_ report: SuiteReport) -> String {
        let failures = report.results.count { outcome($0) == .failure }
        let skipped = report.results.count { outcome($0) == .skipped }
        let counts = "tests=\"\(report.results.count)\" failures=\"\(failures)\" errors=\"0\" skipped=\"\(skipped)\""
        let suite = "name=\"\(escaped(report.capability))\" \(counts) time=\"\(time(report.seconds))\""
        let stamp = "timestamp=\"\(WireJSON.text(report.startedAt))\""
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites \(counts) time="\(time(report.seconds))">
              <testsuite \(suite) \(stamp)>
            \(report.results.map { testCase($0, report) }.joined(separator: "\n"))
              </testsuite>
            </testsuites>

            """
    }

    private enum Outcome { case passed, failure, skipped }

    private static func outcome(_ result: TestResult) -> Outcome {
        switch result.verdict {
        case .pass: .passed
        case .fail: .failure
        case .inconclusive, .flaky: result.blocking ? .failure : .skipped
        }
    }

    private static func testCase(_ result: TestResult, _ report: SuiteReport) -> String {
        let open =
            "    <testcase name=\"\(escaped(result.name))\" classname=\"\(escaped(report.capability)).\(escaped(result.kind))\" time=\"\(time(result.seconds ?? 0))\""
        let message = escaped(result.message)
        switch outcome(result) {
        case .passed: return open + "/>"
        case .failure: return open + ">\n      <failure type=\"\(result.verdict.rawValue)\" message=\"\(message)\"/>\n    </testcase>"
        case .skipped: return open + ">\n      <skipped message=\"\(message)\"/>\n    </testcase>"
        }
    }

    private static func time(_ seconds: Double) -> String { String(format: "%.3f", seconds) }

    /// XML has no way to write most control characters: they become a question mark.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\t", "\r": result += "&#\(scalar.value);"
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
