import Testing

@Suite("Arrows between modules")
struct ArrowTests {
    /// Modules of ours from the leaves up; a file imports modules of its own layer or of a lower one.
    static let layers: [[String]] = [
        ["COpenSSL", "CLibPQ", "COpenBLAS", "CLibCurl", "CZlib", "CDuckDB", "COnnxRuntime", "CXGBoost", "CNamespaces"],
        [
            "Cryptography", "Compression", "Contracts", "Scheduling", "Settings", "Statistics", "Slices", "Tensors", "LinearAlgebra",
            "Manifests", "MLflow", "ONNX", "Recipes", "TreeBoosting",
        ],
        ["Observability", "Postgres", "BlobStore", "Tables", "Spool", "OnnxRuntime", "Attribution", "Quantization", "Similarity"],
        ["EventLog", "Evaluation", "Catalogue", "HTTPService", "MeshClient"],
    ]

    /// What a rule of a service may know: contracts, numbers, the slice grammar. Nothing that reads or writes.
    static let domain: Set<String> = [
        "Contracts", "Statistics", "Slices", "MLflow", "Foundation", "Cryptography", "Tensors", "LinearAlgebra", "Recipes",
        "Synchronization",
    ]

    private static let testSupport: Set<String> = ["TestSupport", "ServiceTestSupport"]

    private static func layer(_ module: String) -> Int? { layers.firstIndex { $0.contains(module) } }

    @Test("every module of Shared has a layer")
    func known() {
        let modules = Set(SourceTree.product.filter { $0.path.hasPrefix("Shared/") }.compactMap(\.module))

        #expect(modules.subtracting(Self.testSupport).subtracting(Self.layers.joined()) == [])
    }

    @Test("a module of Shared imports its own layer or a lower one, never a service")
    func shared() throws {
        for file in SourceTree.product {
            guard file.path.hasPrefix("Shared/"), let module = file.module, let own = Self.layer(module) else { continue }

            for name in file.imports {
                #expect((Self.layer(name) ?? 0) <= own, "\(file.path) imports \(name)")
                #expect(!name.hasSuffix("Service") || name == "HTTPService", "\(file.path) imports \(name)")
                #expect(!Self.testSupport.contains(name), "\(file.path) imports \(name)")
            }
        }
    }

    @Test("no service imports a service, and none imports what tests use")
    func services() {
        for file in SourceTree.product {
            guard file.path.hasPrefix("Services/"), let module = file.module else { continue }

            for name in file.imports.subtracting(["HTTPService"]) {
                let isOwn = module.hasSuffix("Main") && name == module.dropLast(4) + "Service"
                #expect(!name.hasSuffix("Service") || isOwn, "\(file.path) imports \(name)")
                #expect(!Self.testSupport.contains(name) && name != "Testing" && name != "MeshCommand", "\(file.path) imports \(name)")
            }
        }
    }

    @Test("rules import no more than they need")
    func domain() {
        for file in SourceTree.product {
            guard file.room == "Domain" else { continue }

            #expect(file.imports.subtracting(Self.domain) == [], "\(file.path)")
        }
    }

    @Test("stores know no HTTP and no peer")
    func storage() {
        for file in SourceTree.product {
            guard file.room == "Storage" else { continue }

            #expect(file.imports.isDisjoint(with: ["Hummingbird", "HTTPTypes", "HTTPService", "MeshClient", "NIOHTTP1"]), "\(file.path)")
        }
    }

    @Test("statements stand in stores alone")
    func statements() {
        for file in SourceTree.product {
            guard let room = file.room, room == "API" || room == "Domain" || room == "Peers" else { continue }

            #expect(!file.text.contains(/\b(?:SELECT [a-z_*]|INSERT INTO |UPDATE [a-z_]+\s|DELETE FROM )/), "\(file.path)")
        }
    }

    @Test("the mesh command imports no service")
    func command() {
        for file in SourceTree.product {
            guard file.module == "MeshCommand" else { continue }

            #expect(!file.imports.contains { $0.hasSuffix("Service") }, "\(file.path)")
        }
    }
}
