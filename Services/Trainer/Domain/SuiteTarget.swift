import Contracts

/// What a suite is asked to test.
enum SuiteTarget: Sendable, Hashable {
    case version(Int)
    /// The version that the alias means when the suite is asked for.
    case alias(String)
    /// The model of a training run, registered or not.
    case run(String)

    /// Most seeds that one suite fits its recipe with.
    static let mostSeeds = 20

    /// Throws a fault of `version`, `alias` or `run`.
    init(_ asked: NewSuite) throws(FieldFault) {
        switch (asked.version, asked.alias, asked.run) {
        case (let version?, nil, nil):
            guard (1...Int(Int32.max)).contains(version) else {
                throw FieldFault("version", expected: "the number of a model version")
            }
            self = .version(version)
        case (nil, let alias?, nil):
            guard Names.isName(alias) else { throw FieldFault("alias", expected: Names.expectation) }
            self = .alias(alias)
        case (nil, nil, let run?):
            guard (1...64).contains(run.utf8.count) else {
                throw FieldFault("run", expected: "the id of a training run")
            }
            self = .run(run)
        default: throw FieldFault("version", expected: "exactly one of version, alias and run")
        }
    }

    /// Throws a fault of `seeds` for a number that nobody waits for, and for a recipe that only its own program can run again.
    static func check(seeds: Int?, recipe: String) throws(FieldFault) {
        guard let seeds, seeds != 1 else { return }
        guard (1...mostSeeds).contains(seeds) else {
            throw FieldFault("seeds", expected: "a whole number from 1 to \(mostSeeds)")
        }
        guard Recipe(rawValue: recipe) != nil else {
            throw FieldFault(
                "seeds", expected: "1, since a model of the recipe \(recipe) cannot be fitted again here")
        }
    }
}
