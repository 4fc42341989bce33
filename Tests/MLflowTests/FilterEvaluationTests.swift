import MLflow
import Testing

@Suite("Filters, evaluated")
struct FilterEvaluationTests {
    private static let run: [SearchField: [SearchValue]] = [
        SearchField(.metric, "loss"): [.number(0.5)],
        SearchField(.metric, "broken"): [.number(.nan)],
        SearchField(.parameter, "solver"): [.text("L-BFGS_b")],
        SearchField(.tag, "owner"): [.text("vision")],
        SearchField(.tag, "accent"): [.text("e\u{301}")],
        SearchField(.attribute, "run_id"): [.text("abc")],
        SearchField(.attribute, "start_time"): [.integer(9_007_199_254_740_993)],
        SearchField(.dataset, "name"): [.text("digits"), .text("letters")],
    ]

    @Test(
        "a run passes",
        arguments: [
            "metrics.loss < 1", "metrics.loss = 0.5", "metrics.loss >= 0.5", "metrics.loss <= 0.5", "metrics.loss > -1e9",
            "metrics.loss != 1", "params.solver LIKE 'L-%'", "params.solver LIKE 'L_BFGS__'", "params.solver ILIKE 'l-bfgs%B'",
            "params.solver != 'adam'", "params.solver IS NOT NULL", "params.rate IS NULL", "run_id IN ('x', 'abc')", "run_id NOT IN ('x')",
            "start_time = 9007199254740993", "start_time > 9007199254740992", "dataset.name = 'letters'", "dataset.name != 'digits'",
            "datasets.name IN ('letters')", "tags.owner = 'vision' AND metrics.loss < 1 AND",
        ])
    func passing(text: String) throws {
        #expect(try SearchFilter(text, kind: .runs).matches { Self.run[$0] ?? [] })
    }

    @Test(
        "a run does not pass",
        arguments: [
            "metrics.loss < 0.5", "metrics.loss != 0.5", "metrics.loss > 0.5", "metrics.absent < 1", "metrics.absent != 1",
            "params.rate != 'x'", "tags.absent != 'x'", "tags.absent LIKE '%'", "tags.owner IS NULL", "tags.absent IS NOT NULL",
            "params.solver LIKE 'l-%'", "params.solver LIKE 'L-BFGS'", "run_id NOT IN ('abc')", "run_id IN ('ab')",
            "start_time != 9007199254740993", "dataset.name = 'faces'", "dataset.digest != 'a'",
            "tags.owner = 'vision' AND metrics.loss > 1", "tags.accent = '\u{e9}'", "end_time > 0",
        ])
    func failing(text: String) throws {
        #expect(try !SearchFilter(text, kind: .runs).matches { Self.run[$0] ?? [] })
    }

    @Test("NaN never compares", arguments: ["=", "!=", "<", "<=", ">", ">="])
    func notANumber(comparator: String) throws {
        #expect(try !SearchFilter("metrics.broken \(comparator) 1", kind: .runs).matches { Self.run[$0] ?? [] })
    }

    @Test("a record without the prompt tag is no prompt", arguments: [SearchKind.registeredModels, .modelVersions])
    func promptTag(kind: SearchKind) throws {
        func passes(_ comparison: String, _ tag: String?) throws -> Bool {
            try SearchFilter("tag.`mlflow.prompt.is_prompt` \(comparison)", kind: kind).matches { field in
                field == SearchFilter.promptTag ? tag.map { [.text($0)] } ?? [] : []
            }
        }

        #expect(try passes("!= 'true'", nil))
        #expect(try passes("!= 'true'", "false"))
        #expect(try !passes("!= 'true'", "true"))
        #expect(try passes("= 'false'", nil))
        #expect(try !passes("= 'true'", nil))
        #expect(try !passes("!= 'false'", nil))
        #expect(try !passes("LIKE '%'", nil))
    }

    @Test("the prompt tag is a tag like others where no prompts are, and so is any other tag")
    func otherTags() throws {
        #expect(try !SearchFilter("tags.`mlflow.prompt.is_prompt` != 'true'", kind: .runs).matches { _ in [] })
        #expect(try !SearchFilter("tags.`mlflow.prompt.is_prompts` != 'true'", kind: .registeredModels).matches { _ in [] })
    }
}
