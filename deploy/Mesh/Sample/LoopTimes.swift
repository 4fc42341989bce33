/// How long each part of one turn of the loop took, in seconds: from the last label to a candidate that answers.
package struct LoopTimes: Sendable, Encodable {
    /// Labels become a version of the dataset.
    package var dataset: Double
    /// The run waits for a trainer.
    package var queue: Double
    /// Rows are read, the model is fitted, exported and registered.
    package var training: Double
    /// The whole suite.
    package var suite: Double
    /// The alias passes its gate.
    package var candidate: Double
    /// An instance loads the model, and the first answer comes.
    package var load: Double
    /// All of it by one clock.
    package var total: Double

    /// Names of the parts and their seconds, in order.
    package var parts: [(name: String, seconds: Double)] {
        [
            ("dataset version", dataset), ("queue", queue), ("training, registration", training), ("suite", suite),
            ("candidate", candidate), ("load, first answer", load),
        ]
    }
}
