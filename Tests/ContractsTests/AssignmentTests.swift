import Contracts
import Foundation
import Testing

@Suite("The hash of splits and assignment")
struct AssignmentTests {
    private struct File: Decodable {
        struct Drawn: Decodable {
            let key: String
            let salt: String
            let bucket: Int
        }

        struct Assigned: Decodable {
            let key: String
            let salt: String
            let shares: CapabilityManifest.DataSection.Split
            let selection: Selection.Method
            let split: Split
        }

        let buckets: [Drawn]
        let splits: [Assigned]
    }

    @Test("buckets are those of hash version 1")
    func buckets() throws {
        for vector in try Vectors.read(File.self, "assignment.json").buckets {
            #expect(Bucket.of(vector.key, salt: vector.salt) == vector.bucket)
        }
    }

    @Test("splits follow the buckets; rows that were chosen for a reason go to train")
    func splits() throws {
        let splits = try Vectors.read(File.self, "assignment.json").splits

        for vector in splits {
            let split = Split.assigned(key: vector.key, salt: vector.salt, shares: vector.shares, selection: vector.selection)
            #expect(split == vector.split)
        }
        #expect(Set(splits.map(\.split)) == Set(Split.allCases))
    }

    @Test("every bucket is within bounds and all are about as likely: chi-squared over 100 cells")
    func uniform() {
        let draws = 100_000
        var counts = [Int](repeating: 0, count: 100)
        for key in 0..<draws {
            let bucket = Bucket.of("key-\(key)", salt: "uniform")
            #expect((0..<Bucket.count).contains(bucket))
            counts[bucket / 100] += 1
        }
        let expected = Double(draws) / 100
        let statistic = counts.reduce(0.0) { $0 + pow(Double($1) - expected, 2) / expected }
        // 99 degrees of freedom: 157 is passed by chance once in five thousand; the keys are fixed, so this never flakes.
        #expect(statistic < 157)
    }
}
