import Contracts
import Foundation
import TestSupport
import Testing

@Suite("Problems")
struct ProblemTests {
    /// Each `ProblemCode("name", status, "title")` of the sources: codes are static members, which a program cannot list.
    private func declared() throws -> [String] {
        let folder = Checkout.root.appending(path: "Shared/Contracts/Errors")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let text = try files.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
        return text.matches(of: /ProblemCode\(\s*"([^"]+)", (\d+), "([^"]+)"\)/).map { "\($0.1) \($0.2) \($0.3)" }.sorted()
    }

    @Test("codes are the golden file: none is renamed, none gets another status")
    func golden() throws {
        #expect(try declared() == (try Vectors.lines("problem-codes.txt")))
    }

    @Test("a code is service.snake_case, once, with a known status and a sentence")
    func form() throws {
        let lines = try declared()

        let statuses = [
            "400", "401", "403", "404", "405", "408", "409", "412", "413", "415", "422", "429", "500", "501", "502", "503", "504",
        ]
        for line in lines {
            let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
            #expect(parts[0].wholeMatch(of: /[a-z]+\.[a-z]+(_[a-z]+)*/) != nil, "\(line)")
            #expect(statuses.contains(parts[1]), "\(line)")
            #expect(parts[2].first?.isUppercase == true, "\(line)")
        }
        #expect(Set(lines.map { $0.prefix { $0 != " " } }).count == lines.count)
    }

    @Test("a problem is written as RFC 9457 with code, faults and the members of ours")
    func wire() throws {
        let problem = Problem(.overloaded, "ninety rows wait", errors: [FieldFault("inputs", expected: "fewer rows")], retryAfter: 2)

        let text = String(decoding: try WireJSON.encode(problem), as: UTF8.self)

        let expected =
            #"{"code":"request.overloaded","detail":"ninety rows wait","errors":[{"expected":"fewer rows","field":"inputs"}],"#
            + #""retryAfter":2,"status":429,"title":"Too much work is waiting","type":"urn:mlmesh:problem:request.overloaded"}"#
        #expect(text == expected)
    }
}
