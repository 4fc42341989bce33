import ArgumentParser
import Foundation
import Settings

/// `mesh gateway-files`
struct GatewayFilesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway-files",
        abstract: "Write HAProxy's configuration for a cluster, where instances are found by DNS.",
        discussion: """
            HAProxy then runs below the folder: haproxy -W -C FOLDER/run/gateway/LISTENER -f common.cfg -f backends.cfg -f LISTENER.cfg. \
            Beside the public one runs mesh gateway-agent --cluster --state FOLDER, which tells it keys and limits, and which models need no \
            experiment-router.
            """)

    @Argument(help: "public or internal.")
    var listener: Listener
    @Option(help: "Folder that is written to.")
    var folder: String
    @Option(help: "File with the public keys (PEM) that tokens are signed with.")
    var publicKeys: String
    @Option(help: "What follows a service's name.")
    var domain = "mlmesh.svc.cluster.local"
    @Option(help: "Port that the gateway and every service listen on.")
    var port = 8080
    @Option(help: "Port of HAProxy's metrics.")
    var metricsPort = 8404
    @Option(help: "Requests of one subject that the public listener lets through in a minute.")
    var requestsPerMinute = GatewaySettings.defaultRequestsPerMinute
    @Option(help: "Path below which the public listener serves everything as well, as /ml.")
    var basePath = ""

    func validate() throws { _ = try BasePath.option(basePath) }

    func run() throws {
        guard let root = Checkout.root() else { throw CommandFault("gateway-config is not found above the mesh executable") }
        let gateway = ClusterGateway(
            listener: listener, backends: ClusterBackends(domain: domain, port: port), metricsPort: metricsPort,
            requestsPerMinute: requestsPerMinute, basePath: try BasePath.option(basePath))
        try gateway.write(to: MeshLayout(state: folder), publicKeys: publicKeys, templates: root + "/gateway-config")
    }
}

extension Listener: ExpressibleByArgument {}
