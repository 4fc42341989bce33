import Contracts

/// The variables that a command recipe's program sees: nothing of the service's own.
enum CommandEnvironment {
    /// Tells the processes of an attempt from all others.
    static let mark = "MLMESH_ATTEMPT"

    /// Names that the mesh sets, and those that would change what is executed before the program.
    static func isReserved(_ name: String) -> Bool {
        name.hasPrefix("MLFLOW_") || name.hasPrefix("MLMESH_") || name.hasPrefix("LD_")
            || ["PATH", "HOME", "TMPDIR", "IFS", "ENV"].contains(name)
    }

    /// Where MLflow's client logs to, and as whom.
    struct Tracking: Sendable, Hashable {
        let uri: String
        let token: String
    }

    /// - Parameters:
    ///   - folder: holds `work`, `home`, and `data.jsonl` with the labeled rows of train and validation.
    ///   - path: folders that come first in PATH.
    static func variables(
        _ run: TrainingRun, _ recipe: CommandRecipe, folder: String, tracking: Tracking?, path: [String] = []
    ) -> [String: String] {
        var variables = [
            "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", "PYTHONHASHSEED": String(UInt32(truncatingIfNeeded: run.seed)),
            // Sums in one order: the same seed is to give the same bytes.
            "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
        ]
        variables.merge(recipe.environment ?? [:]) { $1 }
        variables["PATH"] = (path + ["/usr/local/bin", "/usr/bin", "/bin"]).joined(separator: ":")
        variables["HOME"] = folder + "/home"
        variables["TMPDIR"] = folder + "/home"
        variables["MLMESH_RUN"] = run.id
        variables["MLMESH_CAPABILITY"] = run.capability
        variables["MLMESH_SEED"] = String(run.seed)
        variables["MLMESH_PARAMETERS"] = String(decoding: JSONValue.object(run.parameters).canonical, as: UTF8.self)
        variables["MLMESH_DATA"] = folder + "/data.jsonl"
        if let tracking {
            variables["MLFLOW_TRACKING_URI"] = tracking.uri
            variables["MLFLOW_TRACKING_TOKEN"] = tracking.token
            variables["MLFLOW_RUN_ID"] = run.id
        }
        return variables
    }

    /// Variables as a POSIX shell reads them, one after the other; names must be such as a shell knows.
    static func script(_ variables: [String: String]) -> String {
        variables.sorted { $0.key < $1.key }
            .map { "export \($0.key)='" + $0.value.replacing("'", with: "'\\''") + "'\n" }.joined()
    }
}
