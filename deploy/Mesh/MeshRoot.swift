import ArgumentParser

/// The command line of a mesh.
public struct MeshRoot: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "mesh",
        abstract: "Start, stop, watch and use a mesh of machine-learning services.",
        subcommands: [
            UpCommand.self, DownCommand.self, StatusCommand.self, LogsCommand.self, ScaleCommand.self, RestartCommand.self,
            ApplyCommand.self, TestCommand.self, BatchCommand.self, DemoCommand.self, TeamCommand.self, KeyCommand.self, PersonCommand.self,
            SuperviseCommand.self, GatewayAgentCommand.self, GatewayFilesCommand.self,
        ])

    public init() {}

    /// Runs the command that the process's arguments ask for, and ends the process.
    public static func start() async {
        await main()
    }
}
