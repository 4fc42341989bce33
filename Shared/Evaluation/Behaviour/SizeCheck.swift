import Contracts
import Statistics

/// Bytes of the model's file.
struct SizeCheck: Check {
    let test: TestSpec
    let megabytesAtMost: Double

    func judge(_ subject: Subject) throws -> TestResult {
        let judge = Judge(test: test, manifest: subject.manifest, rows: 0)
        if let variant = test.variant {
            return judge.undecided(VariantWording.absent(variant), bound: megabytesAtMost)
        }
        guard let model = subject.model else {
            return judge.undecided("There is no model's file to weigh.", bound: megabytesAtMost)
        }
        let megabytes = Double(model.bytes.count) / 1e6
        let verdict: Verdict = megabytes <= megabytesAtMost ? .pass : .fail
        let found = "The file has \(Wording.number(megabytes)) MB (\(model.bytes.count) bytes)"
        let asked = "at most \(Wording.number(megabytesAtMost)) MB"
        return judge.result(
            verdict, Estimate(value: megabytes, interval: nil, count: 1, method: "count"),
            bound: megabytesAtMost,
            message: verdict == .pass
                ? "\(found); \(asked) was asked for." : "\(found), where \(asked) was asked for.")
    }
}
