import Testing

@testable import MeshCommand

@Suite("Database URLs")
struct DatabaseURLTests {
    @Test(
        "a service's URL names its own role and no other",
        arguments: [
            (
                "postgresql:///postgres?host=/srv/a%20b/sock&user=mlmesh",
                "postgresql:///postgres?host=/srv/a%20b/sock&user=model_registry&password=p-_1"
            ),
            ("postgresql://admin:secret@db.example:5433/mesh", "postgresql://db.example:5433/mesh?user=model_registry&password=p-_1"),
            (
                "postgresql://db/mesh?sslmode=require&password=old",
                "postgresql://db/mesh?sslmode=require&user=model_registry&password=p-_1"
            ),
        ])
    func replacesRole(administrator: String, expected: String) {
        #expect(DatabaseURL.forRole("model_registry", password: "p-_1", of: administrator) == expected)
    }
}
