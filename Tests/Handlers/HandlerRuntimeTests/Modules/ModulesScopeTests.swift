import HandlerLanguage
import Testing

@testable import HandlerRuntime

@Suite("zigttp:scope, called by handlers")
struct ModulesScopeTests {
  private func fixture(
    _ body: String, limits: Limits = Limits(), outbound: (any OutboundHTTP)? = nil
  ) throws -> HandlerFixture {
    try HandlerFixture(
      """
      import { ensure, scope, using } from "zigttp:scope";
      import { cacheGet, cacheSet } from "zigttp:cache";
      const note = (text) => cacheSet("seen", "all", (cacheGet("seen", "all") ?? "") + text);
      const forever = (n) => forever(n + 1) + 1;
      export function handler(req) {
        if (req.path === "/seen") {
          const seen = cacheGet("seen", "all") ?? "";
          cacheSet("seen", "all", "");
          return Response.text(seen);
        }
        \(body)
      }
      """, limits: limits, outbound: outbound, contract: { $0.cache.namespaces = ["seen"] })
  }

  /// What the handler answers, and what it has noted.
  private func run(_ body: String, limits: Limits = Limits()) throws -> (
    answer: String, seen: String
  ) {
    let fixture = try fixture(body, limits: limits)
    let answer = fixture.answer("GET", "/")
    let text = String(decoding: answer.body, as: UTF8.self)
    return (answer.status == 200 ? text : "\(answer.status)", fixture.text("GET", "/seen"))
  }

  @Test func `Clean-ups run at the end of their scope, the last one first`() throws {
    let (answer, seen) = try run(
      """
      const r = scope("outer", () => {
        ensure(() => note("a"));
        using("b", (x) => note(x));
        scope("inner", () => { ensure(() => note("c")); note("1"); });
        note("2");
        return "r";
      });
      note("3");
      return Response.text(r);
      """)
    #expect(answer == "r")
    #expect(seen == "1c2ba3")
  }

  @Test func `Outside of a scope they run at the end of the request`() throws {
    let (answer, seen) = try run(
      """
      const r = using({ n: 1 }, (x) => note("n" + x.n));
      ensure(() => note("e"));
      r.n = 2;
      note("h");
      return Response.text("ok");
      """)
    #expect(answer == "ok")
    #expect(seen == "hen2")
  }

  @Test(arguments: [
    "null.x;", "assert false;", "JSON.parse(\"{\");", "for (const x of range(1e9)) {}",
    "forever(0);",
    "const l = []; for (const x of range(1e8)) l.push(\"x\".repeat(50) + x);",
    "scope(\"in\", () => { ensure(() => note(\"i\")); null.x; });",
  ]) func `They run whatever happened`(fault: String) throws {
    let (answer, seen) = try run(
      """
      ensure(() => note("z"));
      scope("a", () => {
        ensure(() => note("y"));
        ensure(() => note("x"));
        \(fault)
      });
      note("never");
      return Response.text("ok");
      """, limits: Limits(steps: 2_000_000, requestBytes: 4 << 20))
    #expect(answer == "500")
    #expect(seen == (fault.contains("in\"") ? "ixyz" : "xyz"))
  }

  @Test func `A clean-up that fails does not keep the others from running`() throws {
    let (answer, seen) = try run(
      """
      scope("a", () => {
        ensure(() => note("y"));
        ensure(() => { note("x"); null.x; });
        ensure(() => note("w"));
      });
      return Response.text("ok");
      """)
    #expect(answer == "500")
    #expect(seen == "wxy")
  }

  @Test func `The first fault is told, and not that of a clean-up`() throws {
    let fixture = try fixture(
      #"scope("a", () => { ensure(() => JSON.parse("{")); assert false, "the body"; });"#)
    #expect(fixture.answer().status == 500)
    #expect(fixture.log.texts.joined().contains("the body"))
    #expect(fixture.log.texts.count == 1)
  }

  @Test func `A clean-up may register another`() throws {
    let (answer, seen) = try run(
      """
      scope("a", () => { ensure(() => { note("x"); ensure(() => note("y")); }); });
      return Response.text("ok");
      """)
    #expect(answer == "ok")
    #expect(seen == "xy")
  }

  @Test(arguments: [
    "ensure(() => { for (const x of range(1e9)) {} });",
    "const again = () => ensure(again); ensure(again);",
    "const deep = (n) => scope(\"d\", () => { ensure(() => { for (const x of range(1e9)) {} }); deep(n + 1); }); deep(0);",
    "const fill = () => { const l = []; for (const x of range(1e9)) l.push(\"x\".repeat(60) + x); }; ensure(fill); ensure(fill); fill();",
  ]) func `Clean-ups without end are ended`(body: String) throws {
    let limits = Limits(steps: 2_000_000, requestBytes: 4 << 20)
    let fixture = try fixture(body + " return Response.text(\"ok\");", limits: limits)
    #expect(fixture.answer().status == 500)
    // The next request has all of its own again.
    #expect(fixture.text("GET", "/seen") == "")
  }

  @Test func `What is begun anew elsewhere has not ended`() throws {
    struct Answered: OutboundHTTP {
      func send(_ request: OutboundRequest) -> RuntimeResponse {
        RuntimeResponse(status: 200, headers: [], body: [])
      }
    }
    let body = """
      return scope("a", () => {
        ensure(() => console.log("ended"));
        if (req.path === "/write") note("w");
        if (req.path === "/later") ensure(() => note("l"));
        if (req.path === "/long") for (const x of range(1e6)) {}
        return Response.text("ok");
      });
      """
    for path in ["/write", "/later", "/long"] {
      let fixture = try fixture(body, outbound: Answered())
      #expect(fixture.engine.answerAtOnce(RuntimeRequest(method: "GET", target: path)) == nil)
      #expect(fixture.log.texts == [])
      #expect(fixture.text("GET", path) == "ok")
      #expect(fixture.log.texts.count == 1)
    }
    let fixture = try fixture(body, outbound: Answered())
    #expect(fixture.engine.answerAtOnce(RuntimeRequest(method: "GET", target: "/x")) != nil)
    #expect(fixture.log.texts.count == 1)
  }

  @Test(arguments: [
    "scope(\"a\", req.none)", "scope(undefined, () => 1)", "ensure(req.none)", "using(1, req.none)",
  ]) func `A wrong argument is a fault that names the function`(call: String) throws {
    let fixture = try fixture("\(call); return Response.text(\"ok\");")
    #expect(fixture.answer().status == 500)
    let name = String(call.prefix { $0 != "(" })
    #expect(fixture.log.texts.joined().contains("\"message\":\"\(name): "))
  }

  @Test func `At module level there is nothing whose end could be waited for`() {
    #expect(throws: Fault.self) {
      _ = try HandlerFixture(
        """
        import { ensure } from "zigttp:scope";
        const late = () => ensure(() => 1);
        late();
        export const handler = (req) => Response.text("ok");
        """)
    }
  }
}
