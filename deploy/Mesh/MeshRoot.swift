import ArgumentParser

/// The command line of a mesh.
public struct MeshRoot: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "mesh",
        abstract: "Start, stop, watch and use a mesh of machine-learning services.",
        subcommands: [
            UpCommand.self, DownCommand.self, StatusCommand.self, LogsCommand.self, ScaleCommand.self, RestartCommand.self,
            PlanCommand.self, ApplyCommand.self, AliasesCommand.self, MoveCommand.self, RollbackCommand.self,
            LineageCommand.self, TestCommand.self, RunCommand.self, RunsCommand.self, ReproduceCommand.self, SearchCommand.self,
            VariantsCommand.self,
            BatchCommand.self,
            DemoCommand.self, TeamCommand.self, KeyCommand.self, PersonCommand.self,
            SuperviseCommand.self, GatewayAgentCommand.self, GatewayFilesCommand.self,
        ])

    public init() {}

    /// Runs the command that the process's arguments ask for, and ends the process.
    public static func start() async {
        await main()
    }
}
