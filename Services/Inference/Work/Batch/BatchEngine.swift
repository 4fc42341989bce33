import Contracts
import HTTPService
import Tensors

/// The models that batch jobs run, and how they are run.
struct BatchEngine: Sendable {
    /// One version of a model, as it was when it was looked up.
    struct Model: Sendable {
        let name: String
        let version: Int
        let team: String
        let digest: Digest
        let interface: Interface
    }

    /// A loaded model that stays loaded until it is released.
    struct Hold: Sendable {
        /// Runs rows of the batch lane: inputs in any order, outputs as they are named. Throws ``EngineError``.
        let run: @Sendable ([Tensor], [String]) async throws -> [Tensor]
        let release: @Sendable () -> Void
    }

    /// The version that a caller means by a number or an alias, the champion by nil.
    let find: @Sendable (String, String?, Caller) throws(Problem) -> Model
    /// Loads a version by its number.
    let hold: @Sendable (String, Int) async throws -> Hold
}
