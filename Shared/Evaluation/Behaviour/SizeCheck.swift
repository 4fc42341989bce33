import Contracts
import Statistics

/// Bytes of the model's file.
struct SizeCheck: Check {
    let test: TestSpec
    let megabytesAtMost: Double

    func judge(_ subject: Subject) throws -> TestResult {
        let judge = Judge(test: test, manifest: subject.manifest, rows: 0)
        guard let file = subject.file(of: test) else { return judge.undecided(VariantWording.absent(test.variant), bound: megabytesAtMost) }
        let megabytes = Double(file.count) / 1e6
        let verdict: Verdict = megabytes <= megabytesAtMost ? .pass : .fail
        let found = "The file has \(Wording.number(megabytes)) MB (\(file.count) bytes)"
        let asked = "at most \(Wording.number(megabytesAtMost)) MB"
        return judge.result(
            verdict, Estimate(value: megabytes, interval: nil, count: 1, method: "count"),
            bound: megabytesAtMost,
            message: verdict == .pass
                ? "\(found); \(asked) was asked for." : "\(found), where \(asked) was asked for.")
    }
}
