import Contracts
import Cryptography
import Logging
import Settings

/// What every service of the mesh is told from outside.
public struct HTTPSettings: Sendable {
    public let host: String
    /// 0 lets the system choose.
    public let port: Int
    /// Name of this instance among those of the service.
    public let instance: String
    public let logLevel: Logger.Level
    /// Keys that tokens may be signed with, by key id (the key's RFC 7638 thumbprint).
    public let keys: [String: RSAPublicKey]
    public let issuer: String
    /// How long the service answers as before after it has said that it is not ready any more, so that balancers can notice.
    public let drain: Duration
    /// How long requests in flight may take to end after that.
    public let shutdown: Duration
    public let deadlines: DeadlineLimits
    /// Requests that the instance works on at once; more are refused with 429.
    public let maximumInFlight: Int
    /// Bytes that the bodies of fast requests take together; what comes beyond is refused with 429.
    public let maximumBodyBytes: Int
    let times: ConnectionTimes
    /// Who everybody is, where no tokens are asked for; nil where they are.
    public let localCaller: Caller?
    /// Where everything is served as well; nil for the plain paths alone.
    public let basePath: BasePath?
    /// Signs page cursors, and seals the answers that are kept for repetitions; the same for all instances of a service.
    public let cursorKey: Secret

    /// The audience of every token of a mesh.
    public static let audience = "mlmesh"
    /// More requests than an instance can answer within their deadlines, few enough to hold in memory.
    public static let standardInFlight = 512
    /// Where a service that stands alone listens: the port that clients of the Open Inference Protocol try first.
    public static let standAlonePort = 8_000
    /// A few bodies of the largest size, and little of the memory of a machine that runs eight services.
    public static let standardBodyBytes = 256 << 20

    /// Reads the settings that all services share. Standing alone, a service asks for no tokens: all its requests are ``Caller/local``'s,
    /// and it listens where only this machine reaches it unless it is told otherwise.
    public init(_ reader: inout SettingsReader, service: ServiceName, isStandAlone: Bool = false) {
        let flag =
            isStandAlone ? reader.flag("HOST", help: "Address to listen on; only this machine reaches the service when absent.") : nil
        host = flag ?? reader.string("LISTEN_HOST", default: "127.0.0.1", help: "Address to listen on.")
        port = reader.integer(
            isStandAlone ? "PORT" : "LISTEN_PORT", in: 0...65_535, default: isStandAlone ? Self.standAlonePort : nil,
            help: "Port to listen on; 0 lets the system choose.")
        basePath = isStandAlone ? Self.basePath(&reader, service: service) : nil
        instance = reader.string("INSTANCE", default: "\(service.rawValue)-1", help: "Name of this instance, shown in logs.")
        let level = reader.string("LOG_LEVEL", default: "info", help: "trace, debug, info, notice, warning, error or critical.")
        logLevel = Logger.Level(rawValue: level) ?? .info
        if Logger.Level(rawValue: level) == nil { reader.fault("LOG_LEVEL must be a level of swift-log, not '\(level)'") }
        let pem =
            isStandAlone
            ? "" : reader.fileContents("MESH_PUBLIC_KEY", help: "File with the public keys (PEM, RSA) that tokens are signed with.")
        keys = Self.keys(pem)
        localCaller = isStandAlone ? .local : nil
        if !pem.isEmpty, keys.isEmpty { reader.fault("MESH_PUBLIC_KEY names a file without an RSA public key of 2048 bits or more") }
        issuer = reader.string("MESH_ISSUER", default: "https://mlmesh", help: "Issuer that tokens must name.")
        drain = reader.duration(
            milliseconds: "DRAIN_MS", in: 0...60_000, default: 300, help: "Time between not ready and the end of listening.")
        shutdown = reader.duration(
            milliseconds: "SHUTDOWN_MS", in: 100...600_000, default: 20_000, help: "Time that requests in flight have to end.")
        deadlines = DeadlineLimits(
            standard: reader.duration(
                milliseconds: "REQUEST_TIMEOUT_MS", in: 10...600_000, default: 30_000, help: "Deadline of requests that bring none."))
        maximumInFlight = reader.integer(
            "MAX_IN_FLIGHT", in: 1...100_000, default: Self.standardInFlight,
            help: "Requests that the instance works on at once; more are answered 429.")
        // At least one body of the largest size that a route takes.
        let megabytes = reader.integer(
            "MAX_BODIES_MIB", in: 64...65_536, default: Self.standardBodyBytes >> 20,
            help: "MiB that the bodies of predictions under way take together; more are answered 429.")
        maximumBodyBytes = megabytes << 20
        times = .standard
        // Without a key of its own a cursor is still bound to its listing, but anybody could write one; it only names a place in a list.
        // A kept answer is then as secret as its Idempotency-Key.
        let key = reader.optionalSecret("MESH_CURSOR_KEY", help: "Signs page cursors and seals kept answers; the same for all instances.")
        cursorKey = key ?? Secret(hexadecimal(SHA256.digest(service.rawValue + pem)))
    }

    /// Settings for a service inside a test: a port of the system's choice, nothing read from outside.
    public init(
        port: Int = 0, instance: String = "test", keys: [String: RSAPublicKey], issuer: String = "https://mlmesh", drain: Duration = .zero,
        deadlines: DeadlineLimits = DeadlineLimits(), maximumInFlight: Int = HTTPSettings.standardInFlight,
        maximumBodyBytes: Int = HTTPSettings.standardBodyBytes, localCaller: Caller? = nil, basePath: BasePath? = nil
    ) {
        self.init(
            port: port, instance: instance, keys: keys, issuer: issuer, drain: drain, deadlines: deadlines,
            maximumInFlight: maximumInFlight,
            maximumBodyBytes: maximumBodyBytes, localCaller: localCaller, basePath: basePath, times: .standard)
    }

    /// The same with other times for connections.
    init(
        port: Int = 0, instance: String = "test", keys: [String: RSAPublicKey], issuer: String = "https://mlmesh", drain: Duration = .zero,
        deadlines: DeadlineLimits = DeadlineLimits(), maximumInFlight: Int = HTTPSettings.standardInFlight,
        maximumBodyBytes: Int = HTTPSettings.standardBodyBytes, localCaller: Caller? = nil, basePath: BasePath? = nil,
        times: ConnectionTimes
    ) {
        self.times = times
        host = "127.0.0.1"
        self.port = port
        self.instance = instance
        logLevel = .info
        self.keys = keys
        self.localCaller = localCaller
        self.basePath = basePath
        self.issuer = issuer
        self.drain = drain
        shutdown = .seconds(20)
        self.deadlines = deadlines
        self.maximumInFlight = maximumInFlight
        self.maximumBodyBytes = maximumBodyBytes
        cursorKey = Secret("cursor key of \(instance)")
    }

    private static func basePath(_ reader: inout SettingsReader, service: ServiceName) -> BasePath? {
        let help = "Path below which everything is served as well, as /ml; the plain paths alone when absent."
        guard let text = reader.flag("BASE_PATH", help: help) else { return nil }
        let routes = RouteTable.routes(of: service) + RouteTable.operations(of: service)
        if let fault = BasePath.fault(in: text, routes: Set(routes.compactMap(\.segments.first))) { reader.fault("--base-path \(fault)") }
        return BasePath(rawValue: text)
    }

    private static func keys(_ pem: String) -> [String: RSAPublicKey] {
        let end = "-----END PUBLIC KEY-----"
        let blocks = pem.split(separator: end).compactMap { RSAPublicKey(pem: $0 + end + "\n") }
        return Dictionary(blocks.map { ($0.thumbprint, $0) }) { first, _ in first }
    }
}
