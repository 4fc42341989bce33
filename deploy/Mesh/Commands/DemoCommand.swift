import ArgumentParser
import Contracts
import Foundation

/// `mesh demo`
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Play the whole loop on handwritten digits, through the gateway. Exit status 1 when a step answers wrongly.",
        discussion: """
            A capability is declared, data ingested, labeled, trained on, tested, promoted, compared, watched and healed. Once that has \
            come to its end, calling it again shows the state and plays nothing; --again plays under another name.
            """)

    @OptionGroup var target: StateOption
    @Flag(help: "Play once more, under another name, when the loop was played before.")
    var again = false
    @Flag(help: "Print the outcome as JSON; the story goes to standard error.")
    var json = false

    func run() async throws {
        let calls = try MeshCalls(layout: target.layout)
        let isQuiet = json
        let write: @Sendable (String) -> Void = { line in
            if isQuiet { Console.progress(line) } else { Console.say(line) }
        }
        let run = DemoRun(
            administrator: calls.demoCaller, story: DemoStory(write: write), digits: try DemoDigits.sample(),
            manifest: try Self.manifest())
        do {
            let outcome = try await run.run(again: again)
            if json {
                try Console.say(json: outcome)
            } else {
                Console.say(Self.ending(outcome))
            }
        } catch let fault as DemoFault {
            Console.progress("The demo failed after \(Demo.text(run.story.seconds, digits: 1)) s: \(fault)")
            throw ExitCode(1)
        }
    }

    static func manifest() throws -> JSONValue {
        let path = try DemoDigits.folder() + "/capability.yaml"
        guard let manifest = try ManifestFile.read(path).first else { throw CommandFault("\(path) holds no manifest") }
        return manifest.value
    }

    static func ending(_ outcome: DemoOutcome) -> String {
        """

        The loop is closed\(outcome.played ? " after \(Demo.text(outcome.seconds, digits: 1)) s" : ""). Go on from here:
          gateway   \(outcome.gatewayURL)
          key       \(outcome.key)   (engineer of team \(DemoCast.team))
          console   \(outcome.consoleURL)
          labeling  \(outcome.labelerURL)
        The links sign in once. A call:
          \(outcome.curl)
        """
    }
}
