/// The model of an alias that tests compare with.
struct Rival: Sendable {
    let said: Champion
    /// Nil where it is absent or cannot be run.
    let model: ModelUnderTest?

    init(_ said: Champion, model: ModelUnderTest? = nil) {
        self.said = said
        self.model = model
    }
}
