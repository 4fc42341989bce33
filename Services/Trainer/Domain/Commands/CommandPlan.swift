import Contracts

/// A command recipe as it was asked for, checked and filled up.
struct CommandPlan: Sendable, Hashable {
    static let recipe = "command"
    /// The longest that a credential lives.
    static let longest = 86_400
    static let memory = (64 << 20)...(1 << 40)
    static let standardMemory = 4 << 30
    static let processes = 1...4_096
    static let standardProcesses = 256
    static let files = 1...(1 << 40)
    static let standardFile = 4 << 30

    let recipe: CommandRecipe
    let parameters: [String: JSONValue]
    let seed: Int
    let dataset: Int?
    let timeout: Int

    /// Throws `unprocessable` with every fault.
    init(_ asked: NewRun, manifest: CapabilityManifest) throws(Problem) {
        var faults: [FieldFault] = []
        guard let recipe = asked.command else {
            throw Problem(.unprocessable, errors: [FieldFault("command", expected: "a program, since the recipe is command")])
        }
        faults += Self.faults(recipe)
        if let name = asked.recipe, name != Self.recipe {
            faults.append(FieldFault("recipe", expected: "command, or none, since the run has a command"))
        }
        if let dataset = asked.dataset, !(1...Int(Int32.max)).contains(dataset) {
            faults.append(FieldFault("dataset", expected: "the number of a dataset version"))
        }
        if let timeout = asked.timeoutSeconds, timeout > Self.longest {
            faults.append(FieldFault("timeoutSeconds", expected: "at most \(Self.longest) for a command"))
        }
        if (asked.parameters ?? [:]).count > 100 { faults.append(FieldFault("parameters", expected: "at most 100 parameters")) }
        guard faults.isEmpty else { throw Problem(.unprocessable, errors: faults) }
        self.recipe = recipe
        parameters = asked.parameters ?? [:]
        seed = asked.seed ?? manifest.training?.seed ?? 0
        dataset = asked.dataset
        timeout = asked.timeoutSeconds ?? Self.longest
    }

    static func faults(_ recipe: CommandRecipe) -> [FieldFault] {
        var faults: [FieldFault] = []
        func expect(_ isFine: Bool, _ field: String, _ expected: String) {
            if !isFine { faults.append(FieldFault("command.\(field)", expected: expected)) }
        }
        let words = recipe.command
        expect((1...256).contains(words.count) && words.first?.isEmpty == false, "command", "a program and at most 255 arguments")
        expect(
            words.allSatisfy { $0.utf8.count <= 32_768 && !$0.utf8.contains(0) }, "command", "words of at most 32768 bytes, none of them 0")
        for (name, value) in (recipe.environment ?? [:]).sorted(by: { $0.key < $1.key }) {
            let isName = name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]{0,127}/) != nil
            expect(isName, "environment", "names of letters, digits and underscores")
            expect(
                !isName || !CommandEnvironment.isReserved(name), "environment.\(name.prefix(64))",
                "a name that the mesh does not set itself")
            expect(value.utf8.count <= 32_768 && !value.utf8.contains(0), "environment", "values of at most 32768 bytes, none of them 0")
        }
        expect((recipe.environment ?? [:]).count <= 100, "environment", "at most 100 variables")
        if let lock = recipe.lock { expect(isInside(lock), "lock", "a path inside the archive") }
        expect(recipe.commit.map { $0.wholeMatch(of: /[0-9a-f]{7,64}/) != nil } ?? true, "commit", "a commit's hexadecimal digits")
        let resources = recipe.resources
        expect(
            memory.contains(resources?.memoryBytes ?? standardMemory), "resources.memoryBytes",
            "a number from \(memory.lowerBound) to \(memory.upperBound)")
        expect(processes.contains(resources?.processes ?? 1), "resources.processes", "a number from 1 to \(processes.upperBound)")
        expect(files.contains(resources?.fileBytes ?? 1), "resources.fileBytes", "a number from 1 to \(files.upperBound)")
        expect((1...10_000_000).contains(resources?.cpuSeconds ?? 1), "resources.cpuSeconds", "a number from 1 to 10000000")
        return faults
    }

    /// Whether a path stays inside the folder that it is relative to.
    private static func isInside(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return path.utf8.count <= 1_024 && !path.utf8.contains(0)
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && !$0.hasPrefix("-") }
    }
}
