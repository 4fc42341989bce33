import Contracts
import Cryptography
import Foundation

/// The code of the recipes that the service brings along: its own executable.
enum OwnCode {
    /// Computed once for the process; nil where the executable cannot be read.
    static let record: RunCode? = digest.map { RunCode(digest: $0) }

    private static var digest: Digest? {
        guard let executable = try? Data(contentsOf: URL(filePath: "/proc/self/exe"), options: .alwaysMapped) else { return nil }
        let hash = SHA256()
        hash.update(executable)
        return Digest(bytes: hash.finish())
    }
}
