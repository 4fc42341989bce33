import Foundation

/// Starts a supervisor that outlives who starts it.
struct SupervisorLaunch {
    let layout: MeshLayout
    let settings: MeshSettings

    func start() throws -> ProcessIdentity {
        try ProcessLaunch(
            executable: settings.binaries + "/mesh", arguments: ["supervise", "--state", layout.state], environment: settings.environment,
            log: layout.log("supervisor")
        ).start()
    }
}
