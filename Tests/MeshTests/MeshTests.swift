import Testing

/// Tests of a whole mesh of real processes. One mesh at a time: two cores carry no more.
@Suite(.serialized)
struct MeshTests {
    /// One mesh on which the loop was played, and what can be asked of it afterwards.
    @Suite(.serialized, PlayedMesh())
    struct Played {
        let mesh: RealMesh
        let loop: PlayedMesh.Loop

        init() throws {
            (mesh, loop) = try PlayedMesh.here()
        }
    }
}
