// swift-tools-version: 6.2
import Foundation
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

// MARK: Dependencies outside the package

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

// MARK: Kinds of target

func shared(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource] = [],
    linked: [LinkerSetting] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Shared/\(name)", exclude: exclude,
        resources: resources, swiftSettings: strict, linkerSettings: linked)
}

/// A C library of Debian, seen through a module map of ours.
func system(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, path: "Shared/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// A little C of ours: a shim over a library that is opened at run time, or over variadic functions.
func shim(_ name: String, linked: [LinkerSetting] = []) -> Target {
    .target(name: name, path: "Shared/\(name)", cSettings: [.treatAllWarnings(as: .error)], linkerSettings: linked)
}

let serviceBase: [Target.Dependency] = [
    "BlobStore", "Catalogue", "Contracts", "Cryptography", "EventLog", "HTTPService", "MeshClient", "Observability", "Postgres", "Settings",
    hummingbird, httpTypes, lifecycle, logging, metrics, nioCore,
]

/// A service is a library (everything but `Main`) and an executable of a few lines.
func service(_ folder: String, executable: String, _ extra: [Target.Dependency] = [], resources: [Resource] = []) -> [Target] {
    let migrations = Resource.embedInCode("Storage/Migrations")
    return [
        .target(
            name: "\(folder)Service", dependencies: serviceBase + extra, path: "Services/\(folder)",
            exclude: ["Main"], resources: [migrations] + resources, swiftSettings: strict),
        .executableTarget(
            name: executable, dependencies: [.target(name: "\(folder)Service"), "HTTPService", "Settings"],
            path: "Services/\(folder)/Main", swiftSettings: strict),
    ]
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)", resources: resources, swiftSettings: strict)
}

/// Tests of what serves HTTP: they issue tokens and run services.
func serviceTests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    tests(name, dependencies + ["Contracts", "HTTPService", "ServiceTestSupport", logging], resources: resources)
}

// MARK: Shared

var targets: [Target] = [
    system("COpenSSL", pkgConfig: "openssl", apt: "libssl-dev"),
    system("CLibPQ", pkgConfig: "libpq", apt: "libpq-dev"),
    system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
    system("COpenBLAS", pkgConfig: "openblas", apt: "libopenblas-dev"),
    shim("CLibCurl", linked: [.linkedLibrary("curl")]),
    shim("CDuckDB"),
    shim("COnnxRuntime"),
    shim("CXGBoost"),
    shim("CNamespaces"),

    shared("Cryptography", ["COpenSSL"]),
    shared("Contracts", ["Cryptography"], exclude: ["OpenAPI"]),
    shared("Settings"),
    shared("Statistics"),
    shared("Scheduling"),
    shared("Slices", ["Contracts"]),
    shared("MLflow", ["Contracts", "Cryptography"]),
    shared("Manifests", ["Contracts", yams]),
    shared("Tensors", ["Contracts"]),
    shared("LinearAlgebra", ["COpenBLAS", "Statistics"]),
    shared("ONNX", [protobuf]),
    shared("TreeBoosting", ["CXGBoost"]),
    shared("Recipes", ["Contracts", "LinearAlgebra", "ONNX", "Statistics", "Tensors", "TreeBoosting"]),
    shared("Compression", ["CZlib", "Contracts"]),
    shared("Observability", ["Contracts", logging, metrics]),
    shared("Postgres", ["CLibPQ", "Cryptography", logging, metrics, lifecycle]),
    shared("BlobStore", ["Contracts", "Cryptography"]),
    shared("Tables", ["CDuckDB", "Contracts", "Scheduling", "Slices", "Tensors"]),
    shared("Spool", ["Contracts", "Cryptography", "Tensors", lifecycle, logging, metrics]),
    shared("OnnxRuntime", ["COnnxRuntime", "ONNX", "Tensors"]),
    shared("EventLog", ["Contracts", "Observability", "Postgres", lifecycle, logging, metrics], resources: [.embedInCode("Migrations")]),
    shared("Quantization", ["Cryptography", "ONNX", "OnnxRuntime", "Tensors"]),
    shared("Attribution", ["LinearAlgebra", "ONNX", "Statistics", "Tensors"]),
    shared("Similarity", ["Contracts", "Cryptography", "LinearAlgebra", "Slices"]),
    shared("Evaluation", ["Contracts", "ONNX", "OnnxRuntime", "Slices", "Statistics", "Tensors"]),
    shared("Catalogue", ["Contracts", "EventLog", "Postgres", lifecycle, logging]),
    shared(
        "HTTPService",
        [
            "Contracts", "Cryptography", "Observability", "Settings", "Postgres", "EventLog",
            hummingbird, hummingbirdCore, httpTypes, lifecycle, logging, metrics, nioCore, nioPosix, nioHTTPTypes,
        ], resources: [.embedInCode("OpenAPI")]),
    shared("MeshClient", ["CLibCurl", "Contracts", "Observability", logging, metrics]),
    .target(
        name: "TestSupport", dependencies: ["Contracts", "Cryptography", "Postgres", logging],
        path: "Shared/TestSupport", swiftSettings: strict),
    .target(
        name: "ServiceTestSupport", dependencies: ["Contracts", "Cryptography", "HTTPService", "ONNX", "TestSupport"],
        path: "Shared/ServiceTestSupport", swiftSettings: strict),
]

// MARK: Services

targets += service("Identity", executable: "identity")
targets += service(
    "ModelRegistry", executable: "model-registry", ["Manifests", "MLflow", "OnnxRuntime", "Slices", "Statistics", "Tensors"])
targets += service(
    "Inference", executable: "inference",
    [
        "Attribution", "Compression", "LinearAlgebra", "ONNX", "OnnxRuntime", "Scheduling", "Similarity", "Slices", "Spool", "Tables",
        "Tensors", nioHTTPTypes, nioPosix,
    ])
targets += service(
    "ExperimentRouter", executable: "experiment-router", ["Spool", "Statistics", "Tensors", nioHTTP, nioHTTPTypes, nioPosix])
targets += service("Dataset", executable: "dataset", ["Slices", "Statistics", "Tables", "Tensors"])
targets += service("Labeling", executable: "labeling", ["Slices", "Statistics"], resources: [.embedInCode("Pages")])
targets += service(
    "Trainer", executable: "trainer",
    [
        "CNamespaces", "Evaluation", "LinearAlgebra", "MLflow", "ONNX", "OnnxRuntime", "Quantization", "Recipes", "Slices", "Statistics", "Tables",
        "Tensors", "TreeBoosting",
    ])
targets += service(
    "Monitor", executable: "monitor", ["Slices", "Spool", "Statistics", "Tables", "Tensors"], resources: [.embedInCode("Pages")])

// MARK: The mesh command

targets += [
    .target(
        name: "MeshCommand",
        dependencies: [
            "Contracts", "Cryptography", "Evaluation", "EventLog", "Manifests", "MeshClient", "Observability", "OnnxRuntime", "Postgres",
            "Settings", "Statistics", "Tensors",
            argumentParser, logging, yams,
        ],
        path: "deploy/Mesh", exclude: ["Main"], swiftSettings: strict),
    .executableTarget(name: "mesh", dependencies: ["MeshCommand"], path: "deploy/Mesh/Main", swiftSettings: strict),
    .executableTarget(
        name: "bench",
        dependencies: [
            "BlobStore", "COnnxRuntime", "Contracts", "Cryptography", "EventLog", "Evaluation", "HTTPService", "LinearAlgebra",
            "MeshCommand", "ONNX", "Observability", "OnnxRuntime", "Postgres", "Settings", "Similarity", "Statistics", "Tensors",
            argumentParser, hummingbird, logging, nioCore, nioHTTP, nioPosix,
        ],
        path: "deploy/Bench", swiftSettings: strict),
]

// MARK: Tests

targets += [
    tests("CryptographyTests", ["Cryptography"]),
    tests("CompressionTests", ["Compression"]),
    tests("ContractsTests", ["Contracts", "Cryptography"], resources: [.copy("Vectors")]),
    tests("SettingsTests", ["Settings"]),
    .testTarget(
        name: "StatisticsTests", dependencies: ["Statistics"], path: "Tests/StatisticsTests", resources: [.copy("Vectors")],
        swiftSettings: strict),
    tests("SchedulingTests", ["Scheduling"]),
    tests("ManifestsTests", ["Contracts", "Manifests"]),
    tests("MLflowTests", ["Contracts", "MLflow", "Statistics"], resources: [.copy("Vectors")]),
    tests("SlicesTests", ["Settings", "Slices", "Tables"]),
    tests("TensorsTests", ["Statistics", "Tensors"]),
    .testTarget(
        name: "LinearAlgebraTests", dependencies: ["LinearAlgebra", "Statistics"], path: "Tests/LinearAlgebraTests",
        resources: [.copy("Vectors")], swiftSettings: strict),
    tests("AttributionTests", ["Attribution", "Contracts", "ONNX", "OnnxRuntime", "Statistics", "Tensors"], resources: [.copy("Vectors")]),
    tests("QuantizationTests", ["ONNX", "OnnxRuntime", "Quantization", "Statistics", "Tensors", protobuf], resources: [.copy("Vectors")]),
    tests("SimilarityTests", ["Contracts", "Cryptography", "Similarity", "Slices", "Statistics"]),
    tests("ONNXTests", ["ONNX", "OnnxRuntime", "Statistics", "Tensors"]),
    tests(
        "RecipesTests", ["Contracts", "LinearAlgebra", "ONNX", "OnnxRuntime", "Recipes", "Tensors", "TreeBoosting"],
        resources: [.copy("Vectors")]),
    tests("TreeBoostingTests", ["TreeBoosting"]),
    tests("ObservabilityTests", ["Observability", logging, metrics]),
    tests("PostgresTests", ["Postgres", logging]),
    tests("BlobStoreTests", ["BlobStore", "Contracts"]),
    tests("TablesTests", ["Settings", "Slices", "Tables", "Tensors"]),
    tests("SpoolTests", ["Spool", "Contracts", "MeshClient", "Tensors", hummingbird, httpTypes, lifecycle, logging, nioCore]),
    tests("EventLogTests", ["EventLog", "Observability", "Postgres", lifecycle, logging]),
    tests("CatalogueTests", ["Catalogue", "Contracts", "EventLog", "Postgres", lifecycle, logging]),
    tests("EvaluationTests", ["Contracts", "Evaluation", "ONNX", "OnnxRuntime", "Statistics", "Tensors"]),
    serviceTests(
        "HTTPServiceTests",
        [
            "EventLog", "MeshClient", "Observability", "Postgres", "Settings", httpTypes, hummingbird, lifecycle, nioCore, nioEmbedded,
            nioHTTP,
        ]),
    tests("MeshClientTests", ["CLibCurl", "MeshClient", "Observability", hummingbird, httpTypes, lifecycle, logging, nioCore]),
    serviceTests("IdentityServiceTests", ["IdentityService", "Postgres"]),
    serviceTests(
        "ModelRegistryServiceTests",
        ["ModelRegistryService", "Cryptography", "EventLog", "MeshClient", "MLflow", "Observability", "Postgres", "Settings", "Statistics",
            httpTypes, hummingbird, nioCore,
        ]),
    serviceTests(
        "InferenceServiceTests",
        [
            "InferenceService", "inference", "BlobStore", "Compression", "EventLog", "ONNX", "Observability", "OnnxRuntime", "Postgres",
            "Settings", "Spool", "Tables", "Tensors", httpTypes, hummingbird, nioCore,
        ]),
    serviceTests(
        "ExperimentRouterServiceTests",
        [
            "ExperimentRouterService", "EventLog", "Observability", "Postgres", "Settings", "Spool", httpTypes, hummingbird, nioCore,
            nioHTTP,
            nioPosix,
        ]),
    serviceTests(
        "DatasetServiceTests", ["BlobStore", "DatasetService", "EventLog", "Observability", "Postgres", "Settings", "Slices", "Tables"]),
    serviceTests(
        "LabelingServiceTests",
        [
            "LabelingService", "EventLog", "Observability", "Postgres", "Settings", "Slices", "Statistics", httpTypes, hummingbird, nioCore,
        ]),
    serviceTests(
        "TrainerServiceTests",
        [
            "TrainerService", "trainer", "BlobStore", "Cryptography", "EventLog", "Evaluation", "LinearAlgebra", "MeshClient", "ONNX",
            "Observability", "OnnxRuntime", "Postgres", "Recipes", "Settings", "Tables", "Tensors", hummingbird,
        ]),
    serviceTests(
        "MonitorServiceTests",
        [
            "EventLog", "MonitorService", "Observability", "Postgres", "Settings", "Slices", "Spool", "Statistics", hummingbird, httpTypes,
            nioCore,
        ]),
    tests(
        "MeshCommandTests",
        [
            "Contracts", "EventLog", "MeshCommand", "ONNX", "Postgres", "Settings", "Statistics", argumentParser, logging, "mesh",
            "identity", "inference", "model-registry",
        ],
        resources: [.copy("Fixtures")]),
    tests("ArchitectureTests", ["Contracts", yams], resources: [.copy("Golden")]),
    tests(
        "MeshTests",
        [
            "BlobStore", "Contracts", "MeshCommand", "MeshClient", "Postgres", "ServiceTestSupport", "mesh", "identity", "model-registry",
            "inference", "experiment-router", "dataset", "labeling", "trainer", "monitor", argumentParser, logging,
        ]),
]

// The inner loop: `MLMESH_ONLY=PostgresTests,labeling swift build` plans those targets and what they need, nothing else.
if let only = ProcessInfo.processInfo.environment["MLMESH_ONLY"], !only.isEmpty {
    var wanted = Set<String>()
    var queue = only.split(separator: ",").map(String.init)
    while let name = queue.popLast() {
        guard wanted.insert(name).inserted, let target = targets.first(where: { $0.name == name }) else { continue }
        for case .targetItem(let next, _) in target.dependencies { queue.append(next) }
        for case .byNameItem(let next, _) in target.dependencies { queue.append(next) }
    }
    targets.removeAll { !wanted.contains($0.name) }
}

let package = Package(
    name: "mlmesh",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: targets
)
