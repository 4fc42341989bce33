import ArgumentParser
import Foundation
import Settings

/// `mesh up`
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "up", abstract: "Start the mesh; returns when every instance serves.")

    @OptionGroup var target: StateOption
    @Option(help: "Requests that one key may send in a minute.")
    var requestsPerMinute: Int?
    @Option(help: "Path below which the gateway serves everything as well, as /ml; empty for none.")
    var basePath: String?
    @Option(help: "Seconds to wait until every instance serves.")
    var timeout = 120
    @Flag(help: "Print the record of the mesh as JSON.")
    var json = false

    func validate() throws {
        guard timeout > 0 else { throw ValidationError("--timeout is 1 or more, not \(timeout)") }
        if let requestsPerMinute, requestsPerMinute < 1 {
            throw ValidationError("--requests-per-minute is 1 or more, not \(requestsPerMinute)")
        }
        if let basePath { _ = try BasePath.option(basePath) }
    }

    func run() async throws {
        let start = MeshStart(
            layout: target.layout, requestsPerMinute: requestsPerMinute, basePath: try basePath.map { try BasePath.option($0) },
            patience: .seconds(timeout))
        let record = try await start.run(tell: Console.progress)
        if json {
            try Console.say(json: record)
        } else {
            Console.say(
                """
                The mesh is up: \(record.gatewayURL)
                  console   \(record.gatewayURL)/console/
                  labeling  \(record.gatewayURL)/label/
                  key       administratorKey in \(target.layout.record)
                """)
        }
    }
}
