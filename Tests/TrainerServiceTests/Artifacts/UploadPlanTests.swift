import Contracts
import Testing

@testable import TrainerService

@Suite("Parts of an upload")
struct UploadPlanTests {
    private let parts = (1...3).map { UploadPlan.Part(number: $0, digest: Digest(of: [UInt8($0)]), bytes: 1, file: "\($0)") }

    @Test("parts that came in any order make the file in theirs, with the client's tags or without")
    func inOrder() throws {
        let plan = UploadPlan(parts: 3, arrived: parts.reversed())
        let tags = parts.map { UploadPlan.Claim(number: $0.number, tag: "\"\($0.digest.hex)\"") }

        #expect(try plan.ordered(tags) == parts)
        #expect(try plan.ordered([]) == parts)
        #expect(try plan.ordered([.init(number: 2, tag: nil), .init(number: 1, tag: "")]) == parts)
    }

    @Test("a part that is missing, unknown or another than the client has sent is named")
    func named() {
        func fault(_ plan: UploadPlan, _ claims: [UploadPlan.Claim]) -> String? {
            do {
                _ = try plan.ordered(claims)
                return nil
            } catch {
                return error.expected
            }
        }
        let all = UploadPlan(parts: 3, arrived: parts)

        #expect(fault(UploadPlan(parts: 3, arrived: [parts[0], parts[2]]), [])?.contains("part 2 is missing") == true)
        #expect(fault(all, [.init(number: 4, tag: nil)])?.contains("part 4 was not") == true)
        #expect(fault(all, [.init(number: 2, tag: parts[0].digest.hex)])?.contains("ETag of part 2") == true)
    }
}
