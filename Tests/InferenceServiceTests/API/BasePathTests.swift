import Contracts
import Foundation
import HTTPService
import Observability
import ServiceTestSupport
import Settings
import TestSupport
import Testing

@testable import InferenceService

@Suite("A folder of models below a base path")
struct BasePathTests {
    private func service(_ folder: FolderFixture, _ arguments: [String]) throws -> MeshService {
        let environment = ["MESH_ONNXRUNTIME": EngineLibrary.path]
        let all = ["--models", folder.models.path, "--log", folder.log.path, "--port", "0"] + arguments
        var reader = SettingsReader(environment: environment, arguments: all)
        let http = HTTPSettings(&reader, service: .inference, isStandAlone: StandAloneSettings.isAsked(&reader))
        return try makeInferenceService(
            &reader,
            ServiceBase(name: .inference, http: http, logger: quiet, metrics: PrometheusRegistry(), environment: environment))
    }

    @Test("a model answers below it and without it, predictions and all else; nothing else is let through")
    func served() async throws {
        try await withFolder { folder in
            try folder.put(try SampleModel.bytes(3), "digits", 1)
            try await withRunning(try service(folder, ["--base-path", "/ml/eu"])) { probe in
                try await eventually { try await probe.answer("digits") == .version(3) ? nil : "not ready" }
                let request = #"{"inputs":[{"name":"pixels","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}"#
                let plain = try await probe.send("POST", "/v2/models/digits/infer", json: request)
                let below = try await probe.send("POST", "/ml/eu/v2/models/digits/infer", json: request)
                #expect(below.status == 200 && below.json["outputs"] != nil && below.json["outputs"] == plain.json["outputs"])
                for path in ["/v2", "/v2/health/ready", "/v2/models/digits", "/v2/models/digits/stats", "/healthz", "/metrics"] {
                    #expect(try await probe.send("GET", "/ml/eu" + path).status == 200, "\(path)")
                }
                for (path, status) in [("/ml/../v2", 400), ("/ml/eu//v2", 400), ("/ml/eu", 404), ("/ml/eux/v2", 404), ("/ml/v2", 404)] {
                    #expect(try await probe.send("GET", path).status == status, "\(path)")
                }
            }
        }
    }

    @Test("one that would hide the protocol's routes is refused before anything starts")
    func refused() async throws {
        try await withFolder { folder in
            let error = #expect(throws: SettingsError.self) { _ = try service(folder, ["--base-path", "/v2"]) }
            #expect(error?.description.contains("--base-path must not begin with '/v2'") == true)
        }
    }
}
