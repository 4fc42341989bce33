import ArgumentParser
import Foundation

/// Which mesh a command is about.
struct StateOption: ParsableArguments {
    @Option(help: "Folder of the mesh's state. Default: .mesh in the checkout.")
    var state: String?

    var layout: MeshLayout { MeshLayout(state: state ?? Checkout.stateFolder()) }
}
