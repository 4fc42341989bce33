/// What one run of the calibration model took, in milliseconds.
struct CalibrationSample: Sendable {
    let wall: Double
    /// Of the thread itself, without what others took of its core.
    let processor: Double
}
