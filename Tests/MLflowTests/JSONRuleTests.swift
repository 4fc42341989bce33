import Contracts
import MLflow
import Testing

@Suite("JSON rules")
struct JSONRuleTests {
    private func fields(_ text: String) -> RequestFields { RequestFields(body: Array(text.utf8)) }

    @Test("JSON within a JSON text is read, once")
    func doubleEncoded() throws {
        #expect(try fields(#""{\"run_id\":\"a\"}""#).text("run_id") == "a")
        #expect(try fields(#""\"{\\\"run_id\\\":\\\"a\\\"}\"""#).text("run_id") == nil)
    }

    @Test("what is not an object reads as one without members", arguments: ["", "{", "[1]", "null", "7", #""x""#, "{\"a\":}", "\u{0}"])
    func malformed(text: String) {
        #expect(throws: MLflowError.missingParameter("run_id")) { try fields(text).requiredText("run_id") }
    }

    @Test("a whole number is a number or a text of digits, and keeps all of its digits")
    func integers() throws {
        let body = fields(#"{"a":9223372036854775807,"b":"-9223372036854775808","c":17.0,"d":null,"x":1,"unknown":{}}"#)

        #expect(try body.integer("a") == .max)
        #expect(try body.integer("b") == .min)
        #expect(try body.integer("c") == 17)
        #expect(try body.integer("d") == nil)
        #expect(try body.integer("absent") == nil)
    }

    @Test(
        "what is no whole number of 64 bits is refused by its name",
        arguments: ["1.5", "9223372036854775808", #""9223372036854775808""#, #""1.0""#, #""""#, "true", "[1]", #""0x1""#])
    func badIntegers(value: String) {
        let error = #expect(throws: MLflowError.self) { try fields(#"{"step":\#(value)}"#).requiredInteger("step") }

        #expect(error?.message.contains("for parameter 'step' supplied: expected a whole number of 64 bits") == true)
    }

    @Test(
        "a metric is a number, a numeric text or a special one",
        arguments: [
            ("0.5", 0.5), (#""0.5""#, 0.5), (#""-1e3""#, -1_000), ("3", 3), (#""Infinity""#, .infinity), (#""-Infinity""#, -.infinity),
        ])
    func metrics(value: String, expected: Double) throws {
        #expect(try fields(#"{"value":\#(value)}"#).metric("value") == expected)
    }

    @Test("NaN is a metric, other words are not")
    func notANumber() throws {
        #expect(try fields(#"{"value":"NaN"}"#).metric("value")?.isNaN == true)
        for text in ["nan", "inf", "0x1p3", "", "1e999", "one"] {
            #expect(throws: MLflowError.self) { try fields(#"{"value":"\#(text)"}"#).metric("value") }
        }
    }

    @Test("a fault within a list names its place")
    func places() {
        let error = #expect(throws: MLflowError.self) {
            try fields(#"{"metrics":[{"step":1},{"step":"x"}]}"#).objects("metrics").map { metric in try metric.integer("step") }
        }

        #expect(error?.message == "Invalid value \"x\" for parameter 'metrics[1].step' supplied: expected a whole number of 64 bits")
    }

    @Test("lists, objects, flags and texts of the wrong sort are refused, absent ones are empty")
    func sorts() throws {
        let body = fields(#"{"ids":["a",1],"tags":[1],"run":[],"flag":"yes","name":7}"#)

        #expect(throws: MLflowError.self) { try body.texts("ids") }
        #expect(throws: MLflowError.self) { try body.objects("tags") }
        #expect(throws: MLflowError.self) { try body.object("run") }
        #expect(throws: MLflowError.self) { try body.flag("flag") }
        #expect(throws: MLflowError.self) { try body.text("name") }
        #expect(try body.texts("absent") == [])
        #expect(try body.objects("absent").isEmpty)
    }

    @Test("an answer leaves out what is unset and what repeats nothing")
    func answers() {
        var tag = AnswerFields()
        tag.set("key", "a")
        tag.set("value", "")
        var answer = AnswerFields()
        answer.set("name", String?.none)
        answer.set("runs", [AnswerFields]())
        answer.set("ids", [String]())
        #expect(String(decoding: answer.body, as: UTF8.self) == "{}")

        answer.set("step", Int64.max)
        answer.set("done", false)
        answer.set("tags", [tag])
        answer.set("run", AnswerFields())
        #expect(
            String(decoding: answer.body, as: UTF8.self)
                == #"{"done":false,"run":{},"step":9223372036854775807,"tags":[{"key":"a","value":""}]}"#)
    }

    @Test(
        "a metric that JSON cannot write is written as the reference does",
        arguments: [
            (Double.nan, #"{"value":"NaN"}"#), (.infinity, #"{"value":1.7976931348623157e+308}"#),
            (-.infinity, #"{"value":-1.7976931348623157e+308}"#), (0.1, #"{"value":0.1}"#),
        ])
    func metricAnswers(value: Double, expected: String) {
        var answer = AnswerFields()
        answer.set("value", metric: value)

        #expect(String(decoding: answer.body, as: UTF8.self) == expected)
    }
}
