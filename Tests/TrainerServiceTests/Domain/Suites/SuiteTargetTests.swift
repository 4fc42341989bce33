import Contracts
import Testing

@testable import TrainerService

@Suite("What a suite tests")
struct SuiteTargetTests {
    @Test("exactly one of a version, an alias and a run is named")
    func targets() throws {
        #expect(try SuiteTarget(NewSuite(capability: "digits", version: 3)) == .version(3))
        #expect(
            try SuiteTarget(NewSuite(capability: "digits", alias: "candidate")) == .alias("candidate"))
        #expect(try SuiteTarget(NewSuite(capability: "digits", run: "r-1")) == .run("r-1"))
    }

    @Test(
        "anything else is a fault of the field",
        arguments: [
            (NewSuite(capability: "digits"), "version"),
            (NewSuite(capability: "digits", version: 1, alias: "champion"), "version"),
            (NewSuite(capability: "digits", alias: "champion", run: "r"), "version"),
            (NewSuite(capability: "digits", version: 0), "version"),
            (NewSuite(capability: "digits", alias: "no such name"), "alias"),
            (NewSuite(capability: "digits", run: ""), "run"),
            (NewSuite(capability: "digits", run: String(repeating: "a", count: 65)), "run"),
        ])
    func faults(asked: NewSuite, field: String) {
        #expect { try SuiteTarget(asked) } throws: { ($0 as? FieldFault)?.field == field }
    }

    @Test("seeds are few, and only for recipes that are fitted here")
    func seeds() throws {
        try SuiteTarget.check(seeds: nil, recipe: "command")
        try SuiteTarget.check(seeds: 1, recipe: "command")
        try SuiteTarget.check(seeds: 20, recipe: "softmax-regression")
        for (seeds, recipe) in [(0, "softmax-regression"), (21, "softmax-regression"), (2, "command")] {
            #expect { try SuiteTarget.check(seeds: seeds, recipe: recipe) } throws: {
                ($0 as? FieldFault)?.field == "seeds"
            }
        }
    }
}
