import Contracts
import Foundation
import Logging

/// Keeps the limits of capabilities in the public HAProxy. While the registry is away they stay as they are.
struct GatewayLimits {
    static let map = "limits.map"
    /// How long a limit that was changed may take to count.
    static let pause = Duration.seconds(3)

    let layout: MeshLayout
    let settings: MeshSettings
    let logger: Logger

    /// Runs until the task is cancelled.
    func run() async {
        let catalogue = CatalogueFeed(layout: layout, settings: settings)
        while !Task.isCancelled {
            do {
                try await arrange(LimitMap(capabilities: try await catalogue.capabilities()))
            } catch {
                logger.warning("the limits of capabilities are not known", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: Self.pause)
        }
    }

    /// The file first, so that a HAProxy that starts at this moment knows them; then whatever the running one knows otherwise.
    func arrange(_ limits: LimitMap) async throws {
        let folder = GatewayFolder(layout: layout, settings: settings, listener: .public)
        if PrivateFile.text(folder.limitsMap) != limits.file { try PrivateFile.write(limits.file, to: folder.limitsMap) }
        let socket = AdminSocket(path: layout.adminSocket(.public))
        let told = await offload {
            let commands = socket.ask("show map \(Self.map)").map { LimitMap(shown: $0).commands(to: limits, map: Self.map) } ?? []
            return commands.map { ($0, socket.ask($0) ?? "no answer") }
        }
        for (command, answer) in told {
            logger.info("limit changed", metadata: ["command": "\(command)", "answer": "\(answer)"])
        }
    }
}
