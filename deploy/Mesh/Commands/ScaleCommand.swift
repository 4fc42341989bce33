import ArgumentParser
import Foundation

/// `mesh scale`
struct ScaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale", abstract: "Change how many instances run, as in: mesh scale inference=3 labeling=2. No request fails.")

    @OptionGroup var target: StateOption
    @Argument(help: "SERVICE=NUMBER, any number of them.")
    var counts: [String]

    func run() async throws {
        var wanted: [String: Int] = [:]
        for text in counts {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let number = Int(parts[1]) else { throw ValidationError("'\(text)' is not of the form SERVICE=NUMBER") }
            wanted[String(parts[0])] = number
        }
        guard !wanted.isEmpty else { throw ValidationError("say which service, as in inference=3") }
        try await ControlClient(layout: target.layout).ask(ControlRequest(command: .scale, counts: wanted), tell: Console.progress)
        Console.say(wanted.sorted { $0.key < $1.key }.map { "\($0.key) has \($0.value) instances" }.joined(separator: "\n"))
    }
}
