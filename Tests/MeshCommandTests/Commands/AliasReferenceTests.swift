import Testing

@testable import MeshCommand

@Suite("References to aliases")
struct AliasReferenceTests {
    @Test(
        "a capability alone means its champion; what is no reference is refused",
        arguments: [
            ("digits@candidate", "digits", "candidate"), ("digits", "digits", "champion"), ("digits@7", "digits", "7"),
            ("Digits@x", nil, nil), ("digits@", nil, nil), ("digits@a/b", nil, nil), ("@champion", nil, nil), ("", nil, nil),
        ] as [(String, String?, String?)])
    func reads(text: String, capability: String?, reference: String?) {
        let alias = AliasReference(argument: text)

        #expect(alias?.capability == capability)
        #expect(alias?.reference == reference)
    }
}
