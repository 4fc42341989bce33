import Foundation

/// What `.mesh/mesh.json` tells: where the mesh is and what runs. It holds the administrator's key, so only its owner reads it.
public struct MeshRecord: Sendable, Hashable, Codable {
    /// One running process.
    public struct Instance: Sendable, Hashable, Codable {
        public var service: String
        public var name: String
        /// Where it listens; nil for programs that do not.
        public var url: String?
        public var pid: Int32
        public var isReady: Bool
    }

    /// The public listener.
    public var gatewayURL: String
    /// The listener for calls between services.
    public var internalURL: String
    /// The administrator's API key.
    public var administratorKey: String
    public var supervisor: Int32
    public var instances: [Instance]

    /// Reads the record of a state folder; nil when no mesh was started there.
    public static func read(state: String) -> MeshRecord? {
        PrivateFile.json(MeshRecord.self, at: MeshLayout(state: state).record)
    }
}
