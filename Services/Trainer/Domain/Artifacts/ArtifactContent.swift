import Foundation

/// What clients are told that a file is, by its name. Nothing is shown by a browser: every answer is an attachment.
enum ArtifactContent {
    private static let types = [
        "css": "text/css; charset=utf-8", "csv": "text/csv; charset=utf-8", "gif": "image/gif",
        "html": "text/html; charset=utf-8",
        "jpeg": "image/jpeg", "jpg": "image/jpeg", "json": "application/json",
        "jsonl": "application/jsonlines",
        "md": "text/markdown; charset=utf-8", "parquet": "application/vnd.apache.parquet",
        "pdf": "application/pdf", "png": "image/png",
        "svg": "image/svg+xml", "txt": "text/plain; charset=utf-8", "webp": "image/webp",
        "xml": "application/xml",
        "yaml": "application/yaml", "yml": "application/yaml", "zip": "application/zip",
    ]

    /// The content type of a file of this name.
    static func type(_ name: String) -> String {
        if name == "MLmodel" { return "application/yaml" }
        return types[(name as NSString).pathExtension.lowercased()] ?? "application/octet-stream"
    }
}
