import Contracts
import MeshClient

/// What the experiment-router asks of the monitor.
struct MonitorPeer: Sendable {
    let client: MeshClient

    /// What the units of the experiment's present phase did; nil while the monitor has nothing of it. A refusal or silence is a 503.
    func outcomes(of experiment: Experiment) async throws -> ExperimentOutcomes? {
        let path = Path("v1", "monitor", "experiments", experiment.id, "outcomes")
        do {
            return try await client.get(path, query: [("phase", String(experiment.phase)), ("kpi", experiment.kpi)])
        } catch let error as ClientError where error.status == 404 {
            return nil
        } catch let error as ClientError {
            throw Problem(.notReady, "The monitor does not tell the outcomes: \(error).", retryAfter: 1)
        }
    }
}
