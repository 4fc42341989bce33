import Foundation
import TestSupport

/// The checkout as text.
enum SourceTree {
    /// Every Swift file that people write, generated ones left out.
    static let swift: [SourceFile] = files { $0.hasSuffix(".swift") && !$0.hasSuffix(".pb.swift") && !$0.hasSuffix("_Placeholder.swift") }

    /// What the product consists of: everything but the tests.
    static let product: [SourceFile] = swift.filter { !$0.path.hasPrefix("Tests/") && $0.path != "Package.swift" }

    /// Files below the folders of the checkout that are ours, by path.
    static func files(_ isWanted: (String) -> Bool) -> [SourceFile] {
        ["Shared", "Services", "deploy", "Tests", "gateway-config"].flatMap { folder -> [SourceFile] in
            let names = FileManager.default.enumerator(atPath: Checkout.root.appending(path: folder).path)
            let paths = names?.compactMap { $0 as? String } ?? []
            return paths.map { folder + "/" + $0 }.filter(isWanted).sorted().compactMap(SourceFile.init)
        }
    }

    /// One file of the checkout.
    static func file(_ path: String) throws -> SourceFile {
        guard let file = SourceFile(path) else { throw TestSupportError("there is no \(path)") }
        return file
    }

    /// The lines of a golden file of these tests.
    static func golden(_ name: String) throws -> [String] {
        try file("Tests/ArchitectureTests/Golden/" + name).lines.filter { !$0.isEmpty }
    }
}
