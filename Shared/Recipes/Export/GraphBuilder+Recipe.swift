import ONNX

extension GraphBuilder {
    /// A graph whose own names have a slash, which no tensor of a capability has in its name: the two cannot clash.
    init(recipe name: String) {
        self.init(name: name)
        constantPrefix = "constant/"
    }
}
