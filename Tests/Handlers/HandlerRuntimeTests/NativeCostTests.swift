import HandlerLanguage
import Testing

@testable import HandlerRuntime

/// Nothing that a handler can call works for long without counting it.
@Suite("The cost of natives")
struct NativeCostTests {
  private struct Answered: OutboundHTTP {
    func send(_ request: OutboundRequest) -> RuntimeResponse {
      RuntimeResponse(status: 200, headers: [], body: [])
    }
  }

  private static let size = 20_000

  /// Steps that a request takes.
  private func steps(_ expression: String, _ imports: String = "") throws -> Int {
    let fixture = try HandlerFixture(
      """
      \(imports)
      const n = \(Self.size);
      const s = "a".repeat(n);
      const t = "a".repeat(n);
      const w = "é".repeat(n);
      const list = [...range(n)];
      const short = [...range(n)];
      const texts = list.map((x) => "a".repeat(15) + "b");
      const data = Object.fromEntries(list.map((x) => ["key" + x, x]));
      export function handler(req) {
        \(expression);
        return Response.text("");
      }
      """, outbound: Answered(),
      contract: {
        $0.capabilities = ["network"]
        $0.egress.dynamic = true
        $0.env.dynamic = true
        $0.cache.dynamic = true
      })
    _ = fixture.answer("POST", "/", body: String(repeating: "1", count: Self.size))
    return Application.Limits().steps - fixture.engine.isolate.heap.state.pointee.steps
  }

  private func check(_ what: String, _ row: NativeCosts.Row?, _ imports: String = "") throws {
    guard let row else {
      Issue.record("\(what) has no row: say what its work grows with")
      return
    }
    guard case .grows(let expression) = row else { return }
    let spent = try steps(expression, imports) - steps("")
    #expect(spent >= Self.size / 16, "\(what): \(expression) counts \(spent) steps")
  }

  private var registry: NativeRegistry {
    var registry = NativeRegistry()
    Builtins.register(
      in: &registry,
      services: BuiltinServices(now: { 0 }, random: { 0 }, log: { _, _, _ in }))
    ModuleNatives.register(in: &registry)
    return registry
  }

  @Test func `Every function of a global counts its work`() throws {
    for member in registry.members.keys {
      try check(member.rawValue, NativeCosts.members[member])
    }
  }

  @Test func `Every global function counts its work`() throws {
    let markup: Set<BuiltinGlobal> = [.h, .renderToString]
    for global in registry.globals.keys where !markup.contains(global) && global != .fetchSync {
      try check("\(global)", NativeCosts.globals[global])
    }
    try check("h", .grows("h(\"p\", null, ...short)"))
    try check("renderToString", .grows("renderToString(h(\"p\", null, s))"))
    try check("fetchSync", .grows("fetchSync(\"http://h/\", { method: \"POST\", body: s })"))
  }

  @Test func `Every method counts its work`() throws {
    for method in registry.methods.keys {
      try check(method.rawValue, NativeCosts.methods[method])
    }
  }

  @Test func `Every function of a module counts its work`() throws {
    for function in registry.modules.keys {
      try check(
        function.rawValue, NativeCosts.modules[function],
        "import { \(function.name) } from \"zigttp:\(function.module)\";")
    }
  }

  @Test func `Every operator counts its work`() throws {
    for (name, expression) in NativeCosts.operators { try check(name, .grows(expression)) }
  }
}
