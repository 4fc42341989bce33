import Testing

@testable import MeshCommand

@Suite("Request samples")
struct RequestSampleTests {
    private let before = """
        # TYPE mesh_http_requests_total counter
        mesh_http_requests_total{route="/v1/a",method="GET",status="200"} 10
        mesh_http_requests_total{route="unmatched",method="OTHER",status="404"} 900
        mesh_http_requests_total{route="/readyz",method="GET",status="200"} 5000
        mesh_http_request_duration_seconds_bucket{route="/v1/a",method="GET",le="0.01"} 8
        mesh_http_request_duration_seconds_bucket{route="/v1/a",method="GET",le="0.1"} 10
        mesh_http_request_duration_seconds_bucket{route="/v1/a",method="GET",le="+Inf"} 10
        mesh_http_request_duration_seconds_sum{route="/v1/a",method="GET"} 0.2
        """
    private let after = """
        mesh_http_requests_total{route="/v1/a",method="GET",status="200"} 100
        mesh_http_requests_total{route="/v1/b",method="POST",status="503"} 10
        mesh_http_request_duration_seconds_bucket{route="/v1/a",method="GET",le="0.01"} 58
        mesh_http_request_duration_seconds_bucket{route="/v1/a",method="GET",le="0.1"} 100
        mesh_http_request_duration_seconds_bucket{route="/v1/a",method="GET",le="+Inf"} 100
        mesh_http_request_duration_seconds_bucket{route="/v1/b",method="POST",le="0.01"} 0
        mesh_http_request_duration_seconds_bucket{route="/v1/b",method="POST",le="0.1"} 10
        mesh_http_request_duration_seconds_bucket{route="/v1/b",method="POST",le="+Inf"} 10
        """

    @Test("requests are summed over routes, and those of no route or of the gateway's checks are left out")
    func sums() {
        let sample = RequestSample(metrics: before)

        #expect(sample.requests == 10)
        #expect(sample.errors == 0)
    }

    @Test("what came between two samples has its own quantiles")
    func difference() throws {
        let recent = RequestSample(metrics: after).since(RequestSample(metrics: before))

        #expect(recent.requests == 100)
        #expect(recent.errors == 10)
        // 50 of 100 within 10 ms, the other 50 between 10 and 100 ms.
        #expect(abs(try #require(recent.quantile(0.5)) - 0.01) < 1e-9)
        #expect(abs(try #require(recent.quantile(0.75)) - 0.055) < 1e-9)
    }

    @Test("an instance that started anew counts from nothing")
    func startedAnew() {
        #expect(RequestSample(metrics: before).since(RequestSample(metrics: after)).requests == 10)
        #expect(RequestSample().quantile(0.5) == nil)
    }
}
