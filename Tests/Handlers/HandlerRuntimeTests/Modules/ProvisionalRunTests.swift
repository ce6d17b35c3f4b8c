import Testing

@testable import HandlerRuntime

@Suite("What does not wait is answered on its loop")
struct ProvisionalRunTests {
  private final class NoNetwork: OutboundHTTP {
    func send(_ request: OutboundRequest) -> RuntimeResponse {
      RuntimeResponse(status: 200, headers: [], body: Array("far".utf8))
    }
  }

  private func handler() throws -> HandlerFixture {
    try HandlerFixture(
      """
      import { fetch } from "zigttp:fetch";
      import { cacheGet, cacheSet, cacheIncr, cacheStats } from "zigttp:cache";
      import { logInfo } from "zigttp:log";
      export function handler(req) {
        if (req.path === "/near") return Response.text("near");
        if (req.path === "/log") { logInfo("once"); console.log("twice"); return Response.text("log"); }
        if (req.path === "/far") {
          logInfo("begun"); cacheGet("c", "k");
          return Response.text(fetch("http://a.example/").text());
        }
        if (req.path === "/set") return Response.json(cacheSet("c", "k", "v", 0));
        if (req.path === "/incr") return Response.json(cacheIncr("c", "n"));
        if (req.path === "/get") return Response.json([cacheGet("c", "k"), cacheStats("c")]);
        if (req.path === "/count") return Response.json(range(1000000).reduce((a, b) => a + b, 0));
        if (req.path === "/fault") { logInfo("before"); return undefined.x; }
        return Response.text("sync " + fetchSync("http://a.example/").text());
      }
      """, outbound: NoNetwork(),
      contract: {
        $0.capabilities = ["network", "clock", "stderr", "policy_check"]
        $0.egress.hosts = ["http://a.example"]
        $0.cache.namespaces = ["c"]
      })
  }

  private func atOnce(_ fixture: HandlerFixture, _ path: String) -> String? {
    fixture.engine.answerAtOnce(RuntimeRequest(method: "GET", target: path, headers: [], body: nil))
      .map { String(decoding: $0.body, as: UTF8.self) }
  }

  @Test func `A path that does not wait is answered, another is not`() throws {
    let fixture = try handler()
    #expect(atOnce(fixture, "/near") == "near")
    #expect(atOnce(fixture, "/far") == nil)
    #expect(atOnce(fixture, "/sync") == nil)
    #expect(atOnce(fixture, "/set") == nil)
    #expect(atOnce(fixture, "/incr") == nil)
    // Neither what computes for long, which would hold the loop.
    #expect(atOnce(fixture, "/count") == nil)
    #expect(fixture.text("GET", "/count") == "499999500000")
    #expect(fixture.text("GET", "/far") == "far")
    #expect(fixture.text("GET", "/sync") == "sync far")
  }

  @Test func `A run that begins anew has left nothing`() throws {
    let fixture = try handler()
    #expect(atOnce(fixture, "/far") == nil)
    #expect(fixture.log.texts == [])
    #expect(fixture.text("GET", "/get") == #"[null,{"hits":0,"misses":1,"size":0}]"#)
    #expect(atOnce(fixture, "/incr") == nil)
    #expect(fixture.text("GET", "/incr") == "1")
  }

  @Test func `Lines come once, in their order, also before a fault`() throws {
    let fixture = try handler()
    #expect(atOnce(fixture, "/log") == "log")
    #expect(fixture.log.texts.count == 2)
    #expect(fixture.log.texts[0].contains("once") && fixture.log.texts[1].contains("twice"))
    #expect(atOnce(fixture, "/fault")?.contains("fault ") == true)
    #expect(fixture.log.texts.count == 4)
    #expect(fixture.log.texts[2].contains("before"))
  }

  @Test func `Who waited is not tried each time, and again after a while`() throws {
    let fixture = try handler()
    #expect(atOnce(fixture, "/far") == nil)
    // Another query is the same path.
    #expect(atOnce(fixture, "/far?x=1") == nil)
    #expect(atOnce(fixture, "/near") == "near")
    var forecast = WaitForecast()
    let request = RuntimeRequest(method: "GET", target: "/a", headers: [], body: nil)
    let place = forecast.place(of: request)
    let before = forecast.expectsWait(at: place)
    #expect(!before)
    forecast.waited(at: place)
    var tries = 0
    while forecast.expectsWait(at: place), tries < 1000 { tries += 1 }
    #expect(tries == 64)
  }
}
