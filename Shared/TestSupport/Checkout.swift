import Foundation

/// The source tree that the tests were built from.
public enum Checkout {
    /// Its top folder.
    public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
