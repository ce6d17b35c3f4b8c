import HandlerLanguage
import Synchronization
import Testing
import Threads

@testable import HandlerRuntime

/// Another service whose answers wait for each other: none is given before so many were asked for.
private final class Meeting: OutboundHTTP {
  private struct State {
    var arrived: [String] = []
    var cancelled: [String] = []
  }
  private let state = Monitor(State())
  let guests: Int

  init(guests: Int) { self.guests = guests }

  var paths: [String] { state.withLock { $0.arrived.sorted() } }
  var cancelled: [String] { state.withLock { $0.cancelled.sorted() } }

  func send(_ request: OutboundRequest) -> RuntimeResponse { send(request, until: nil) }

  func send(_ request: OutboundRequest, until cancellation: Cancellation?) -> RuntimeResponse {
    let path = request.url.path
    cancellation?.whenCancelled { [state] in state.withLock { $0.cancelled.append(path) } }
    state.withLock { $0.arrived.append(path) }
    let guests = guests
    return state.wait { (state) -> RuntimeResponse? in
      if state.cancelled.contains(path) { return .transportFailure("cancelled") }
      // What is asked of /never comes when it is cancelled, and not before.
      guard path != "/never", state.arrived.count >= guests else { return nil }
      return RuntimeResponse(status: 200, headers: [], body: Array(path.utf8))
    }
  }
}

@Suite("zigttp:io, called by handlers")
struct ModulesIOTests {
  private func fixture(
    _ body: String, _ outbound: (any OutboundHTTP)?, limits: Limits = Limits()
  ) throws -> HandlerFixture {
    try HandlerFixture(
      """
      import { parallel, race } from "zigttp:io";
      import { fetch } from "zigttp:fetch";
      import { ensure, scope } from "zigttp:scope";
      import { cacheGet, cacheSet } from "zigttp:cache";
      const note = (text) => cacheSet("seen", "all", (cacheGet("seen", "all") ?? "") + text);
      const get = (path) => fetch("http://a.com/" + path).text();
      const forever = (n) => forever(n + 1) + 1;
      export function handler(req) {
        if (req.path === "/seen") return Response.text(cacheGet("seen", "all") ?? "");
        \(body)
      }
      """, limits: limits, outbound: outbound,
      contract: {
        $0.cache.namespaces = ["seen"]
        $0.egress.dynamic = true
      })
  }

  @Test func `Requests are in flight at the same time, results in order`() throws {
    let meeting = Meeting(guests: 3)
    let fixture = try fixture(
      """
      return Response.json(parallel([() => get("x"), () => "y" + get("y"), () => get("z"), () => 4]));
      """, meeting)
    #expect(fixture.text() == #"["/x","y/y","/z",4]"#)
    #expect(meeting.paths == ["/x", "/y", "/z"])
  }

  @Test func `Those in those are, too`() throws {
    let meeting = Meeting(guests: 4)
    let fixture = try fixture(
      """
      const two = (a, b) => parallel([() => get(a), () => get(b)]).join("");
      return Response.json(parallel([() => two("a", "b"), () => two("c", "d")]));
      """, meeting)
    #expect(fixture.text() == #"["/a/b","/c/d"]"#)
  }

  @Test func `What functions share is changed by one at a time`() throws {
    let meeting = Meeting(guests: 20)
    let fixture = try fixture(
      """
      const seen = [];
      let sum = 0;
      parallel([...range(20)].map((n) => () => {
        for (const x of range(200)) { sum += 1; seen.push([n, x]); }
        get("p" + n);
        for (const x of range(200)) { sum += 1; seen.push({ n, x }); }
      }));
      return Response.json([sum, seen.length]);
      """, meeting)
    #expect(fixture.text() == "[8000,8000]")
  }

  @Test func `The first ends a race, and the rest is cancelled`() throws {
    let meeting = Meeting(guests: 2)
    let fixture = try fixture(
      """
      const first = race([() => { get("never"); note("late"); return 1; }, () => get("b")]);
      return Response.json(first);
      """, meeting)
    #expect(fixture.text() == #""/b""#)
    #expect(meeting.cancelled.contains("/never"))
    #expect(fixture.text("GET", "/seen") == "")
  }

  @Test func `Clean-ups of what is cancelled run`() throws {
    let meeting = Meeting(guests: 2)
    let fixture = try fixture(
      """
      race([() => { ensure(() => note("e" + get("after"))); get("never"); }, () => get("b")]);
      return Response.text("ok");
      """, meeting)
    #expect(fixture.text() == "ok")
    #expect(fixture.text("GET", "/seen") == "e/after")
  }

  @Test func `A fault of one is the fault of all, and cancels the others`() throws {
    for call in ["parallel", "race"] {
      let meeting = Meeting(guests: 2)
      let fixture = try fixture(
        """
        \(call)([() => { get("never"); note("late"); }, () => { get("b"); assert false, "the second"; }]);
        return Response.text("ok");
        """, meeting)
      #expect(fixture.answer().status == 500)
      #expect(fixture.log.texts.joined().contains("the second"))
      #expect(meeting.cancelled.contains("/never"))
      #expect(fixture.text("GET", "/seen") == "")
    }
  }

  @Test(arguments: ["forever(0)", "[...range(1e9)].length", "\"x\".repeat(1e8).split(\"\")"])
  func `Limits are those of the request`(work: String) throws {
    let fixture = try fixture(
      "return Response.json(parallel([() => get(\"a\"), () => \(work)]));", Meeting(guests: 1),
      limits: Limits(steps: 3_000_000, requestBytes: 8 << 20))
    #expect(fixture.answer().status == 500)
    #expect(fixture.text("GET", "/seen") == "")
  }

  @Test(arguments: [
    "parallel(req.none)", "parallel([req.none])", "race([])", "race([() => 1, null])",
    "parallel([...range(33)].map((n) => () => n))",
    "parallel([...range(20)].map(() => () => parallel([...range(20)].map((n) => () => n))))",
  ]) func `A wrong argument is a fault that names the function`(call: String) throws {
    let fixture = try fixture("return Response.json(\(call));", Meeting(guests: 1))
    #expect(fixture.answer().status == 500)
    let name = String(call.prefix { $0 != "(" })
    #expect(fixture.log.texts.joined().contains("\"message\":\"\(name): "))
  }

  /// Functions of clean-ups of functions … share what is spared for clean-ups.
  @Test func `Clean-ups of functions without end are ended`() throws {
    let fixture = try fixture(
      """
      const more = () => parallel([one, one]);
      const one = () => { ensure(more); for (const x of range(1e9)) {} };
      ensure(more);
      for (const x of range(1e9)) {}
      """, Meeting(guests: 1), limits: Limits(steps: 1_000_000))
    #expect(fixture.answer().status == 500)
    #expect(fixture.engine.host.spareSteps == 0)
  }

  @Test func `Nothing at all is nothing at all`() throws {
    let fixture = try fixture("return Response.json(parallel([]));", Meeting(guests: 1))
    #expect(fixture.text() == "[]")
  }

  @Test func `Without another service they run one after the other`() throws {
    let fixture = try fixture(
      """
      parallel([() => note("a"), () => note("b")]);
      return Response.json(race([() => 1, () => note("never")]));
      """, nil)
    #expect(fixture.text() == "1")
    #expect(fixture.text("GET", "/seen") == "ab")
  }

  @Test func `A run that may not wait begins anew elsewhere`() throws {
    let fixture = try fixture(
      "return Response.json(parallel([() => get(\"a\"), () => 2]));", Meeting(guests: 1))
    #expect(fixture.engine.answerAtOnce(RuntimeRequest(method: "GET", target: "/")) == nil)
    #expect(fixture.text() == #"["/a",2]"#)
  }
}
