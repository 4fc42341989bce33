import ArgumentParser
import Contracts
import Foundation
import MeshClient

/// `mesh search`
struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Search a recipe's parameters; the leaderboard ranks by the lower bound and crowns no tie.",
        discussion: """
            A parameter is NAME=VALUE,VALUE,… (JSON values) or NAME=MIN..MAX with :log, :whole and :POINTS behind it, as in
            --space l2=0.0001..1:log:5 --space standardize=true,false
            """)

    @OptionGroup var target: StateOption
    @Argument(help: "The capability.")
    var capability: String
    @Option(help: "grid, random or asha.")
    var strategy = "random"
    @Option(help: "A parameter and what to try; repeatable.")
    var space: [String]
    @Option(help: "A parameter that is the same in all trials: NAME=VALUE; repeatable.")
    var parameter: [String] = []
    @Option(help: "Recipe. Default: the manifest's.")
    var recipe: String?
    @Option(help: "Version of the dataset. Default: the newest.")
    var dataset: Int?
    @Option(help: "Measured on the validation split.")
    var metric = "accuracy"
    @Option(help: "Combinations at most. Default: all of a grid, or 20.")
    var trials: Int?
    @Option(help: "Trials that run at once.")
    var parallel = 4
    @Option(help: "Trials without a better one after which no more are started.")
    var patience: Int?
    @Option(help: "Rungs of asha: NAME=MIN..MAX of the parameter that says how much work a trial does, as epochs=5..45.")
    var resource: String?
    @Option(help: "Seed of the search and of every trial.")
    var seed: Int?
    @Flag(help: "Print the search as JSON.")
    var json = false

    func run() async throws {
        let calls = try MeshCalls(layout: target.layout)
        let wish = try wish()
        let started: SearchRecord = try await calls.value(
            MeshCalls.request("POST", Path("v1", "trainer", "searches"), wish), from: .trainer)
        Console.progress("search \(started.id)")
        let found = try await ended(started.id, calls)
        if json {
            try Console.say(json: found)
        } else {
            Console.say(Self.text(found))
        }
    }

    @inline(never)
    private func ended(_ id: String, _ calls: MeshCalls) async throws -> SearchRecord {
        var told = -1
        while true {
            let search: SearchRecord = try await calls.value(
                ClientRequest("GET", Path("v1", "trainer", "searches", id)), from: .trainer)
            if search.state != .running { return search }
            let done = search.leaderboard?.count { $0.value != nil } ?? 0
            if done != told { Console.progress("\(done) combinations measured") }
            told = done
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// The request that the options make.
    func wish() throws -> NewSearch {
        guard let strategy = NewSearch.Strategy(rawValue: strategy) else {
            throw ValidationError("--strategy is grid, random or asha, not \(strategy)")
        }
        var ranges: [String: SearchRange] = [:]
        for text in space {
            let (name, value) = try Self.pair(text, "--space")
            ranges[name] = try Self.range(value)
        }
        var fixed: [String: JSONValue] = [:]
        for text in parameter {
            let (name, value) = try Self.pair(text, "--parameter")
            fixed[name] = Self.value(value)
        }
        return NewSearch(
            capability: capability, dataset: dataset, recipe: recipe, parameters: fixed.isEmpty ? nil : fixed, strategy: strategy,
            space: ranges, metric: metric, trials: trials, parallel: parallel, patience: patience, halving: try halving(), seed: seed)
    }

    private func halving() throws -> NewSearch.Halving? {
        guard let resource else { return nil }
        let (name, text) = try Self.pair(resource, "--resource")
        let range = try Self.range(text)
        guard let minimum = range.minimum, let maximum = range.maximum else {
            throw ValidationError("--resource is NAME=MIN..MAX, not \(resource)")
        }
        return NewSearch.Halving(resource: name, minimum: Int(minimum), maximum: Int(maximum))
    }

    private static func pair(_ text: String, _ option: String) throws -> (String, String) {
        guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
            throw ValidationError("\(option) is NAME=VALUE, not \(text)")
        }
        return (String(text[..<sign]), String(text[text.index(after: sign)...]))
    }

    /// What to try, from its text.
    static func range(_ text: String) throws -> SearchRange {
        guard text.contains(".."), let dots = text.range(of: "..") else {
            return SearchRange(values: split(text).map(value))
        }
        let options = text[dots.upperBound...].split(separator: ":", omittingEmptySubsequences: false)
        guard let minimum = Double(text[..<dots.lowerBound]), let maximum = options.first.flatMap({ Double($0) }) else {
            throw ValidationError("a range is MIN..MAX in numbers, not \(text)")
        }
        var range = SearchRange(minimum: minimum, maximum: maximum)
        for option in options.dropFirst() {
            switch option {
            case "log": range.scale = .logarithmic
            case "whole": range.whole = true
            default:
                guard let points = Int(option) else {
                    throw ValidationError("behind a range stand log, whole or a number of points, not \(option)")
                }
                range.points = points
            }
        }
        return range
    }

    /// A list at its commas, but not at those within brackets.
    private static func split(_ text: String) -> [String] {
        var (parts, depth) = ([""], 0)
        for character in text {
            depth += character == "[" ? 1 : character == "]" ? -1 : 0
            if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts
    }

    /// A JSON value; a text that is none is a string.
    private static func value(_ text: String) -> JSONValue {
        (try? WireJSON.decode(JSONValue.self, from: Data(text.utf8))) ?? .string(text)
    }

    static func text(_ search: SearchRecord) -> String {
        let names = Set((search.leaderboard ?? []).flatMap(\.parameters.keys)).filter { name in
            search.asked.space[name] != nil || search.asked.halving?.resource == name
        }.sorted()
        let rows = (search.leaderboard ?? []).map { trial in
            [
                trial.rank.map(String.init) ?? "-", String(trial.trial), String(trial.rung), RunsCommand.optional(trial.value),
                "\(RunsCommand.optional(trial.lower)) to \(RunsCommand.optional(trial.upper))", trial.standing.rawValue,
            ] + names.map { trial.parameters[$0].map { String(decoding: $0.canonical, as: UTF8.self) } ?? "-" } + [trial.run]
        }
        let headings =
            ["RANK", "TRIAL", "RUNG", (search.asked.metric ?? "accuracy").uppercased(), "INTERVAL", "STANDING"] + names + ["RUN"]
        let registering = search.registering.map { "\nrun \($0) registers the model" } ?? ""
        return Console.table(headings, rows, right: ["RANK", "TRIAL", "RUNG"]) + "\n" + (search.outcome ?? "") + registering
    }
}

extension RunsCommand {
    static func optional(_ value: Double?) -> String { value.map(number) ?? "-" }
}
