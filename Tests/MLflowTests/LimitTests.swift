import MLflow
import Statistics
import Testing

@Suite("Limits and names")
struct LimitTests {
    @Test("long values are cut at whole code points, short ones are untouched")
    func truncation() {
        #expect(Limits.storedParamValue(String(repeating: "🦉", count: 6_001)) == String(repeating: "🦉", count: 6_000))
        #expect(Limits.storedParamValue(String(repeating: "ü", count: 6_000)) == String(repeating: "ü", count: 6_000))
        #expect(Limits.storedTagValue(String(repeating: "a", count: 9_000)).count == 8_000)
    }

    @Test("a batch is refused by the sort of which it has too many")
    func batches() throws {
        try Limits.checkBatch(metrics: 900, params: 100, tags: 0)
        #expect(throws: MLflowError.self) { try Limits.checkBatch(metrics: 1_001, params: 0, tags: 0) }
        #expect(throws: MLflowError.self) { try Limits.checkBatch(metrics: 0, params: 0, tags: 101) }
        let error = #expect(throws: MLflowError.self) { try Limits.checkBatch(metrics: 900, params: 100, tags: 1) }
        #expect(
            error?.message == "A batch logging request can contain at most 1000 metrics, params, and tags. Got 1001 metrics, params, and "
                + "tags. Please split up metrics, params, and tags across multiple requests and try again.")
        let params = #expect(throws: MLflowError.self) { try Limits.checkBatch(metrics: 0, params: 101, tags: 0) }
        #expect(params?.message.hasPrefix("A batch logging request can contain at most 100 params. Got 101 params.") == true)
    }

    @Test(
        "a page has the kind's own size, and no size is refused in silence",
        arguments: [
            (SearchKind.runs, 1_000, 50_000), (.experiments, 1_000, 50_000), (.registeredModels, 100, 1_000),
            (.modelVersions, 10_000, 200_000), (.loggedModels, 100, 50_000),
        ])
    func pages(kind: SearchKind, usual: Int, most: Int64) throws {
        #expect(try Limits.pageSize(nil, of: kind) == usual)
        #expect(try Limits.pageSize(most, of: kind) == Int(most))
        #expect(throws: MLflowError.self) { try Limits.pageSize(most + 1, of: kind) }
        let error = #expect(throws: MLflowError.self) { try Limits.pageSize(0, of: kind) }
        #expect(error?.message == "Invalid value 0 for parameter 'max_results' supplied: It must be at least 1 and at most \(most).")
    }

    @Test(
        "keys that the reference takes",
        arguments: ["loss", "val/loss", "a.b-c d:e_f", "größe", "a...", "a..b", String(repeating: "k", count: 250)])
    func keys(key: String) throws {
        try KeyName.check(key, parameter: "key")
    }

    @Test(
        "keys that the reference refuses",
        arguments: [
            "", ".", "..", "...", "/a", "a/", "a//b", "a/./b", "a/../b", "../a", "a%b", "a\nb", "a'b", String(repeating: "k", count: 251),
        ])
    func badKeys(key: String) {
        let error = #expect(throws: MLflowError.self) { try KeyName.check(key, parameter: "metrics[0].key") }

        #expect(error?.code == .invalidParameterValue)
        #expect(error?.message.contains("metrics[0].key") == true)
    }

    @Test("aliases are names, but no versions", arguments: ["champion", "v", "vx1", "a-b_c", "V1a", String(repeating: "a", count: 255)])
    func aliases(alias: String) throws {
        try AliasName.check(alias)
    }

    @Test(
        "reserved and malformed aliases are refused",
        arguments: ["", "latest", "Latest", "v1", "V23", "a b", "a/b", String(repeating: "a", count: 256)])
    func badAliases(alias: String) {
        #expect(throws: MLflowError.self) { try AliasName.check(alias) }
    }
}
