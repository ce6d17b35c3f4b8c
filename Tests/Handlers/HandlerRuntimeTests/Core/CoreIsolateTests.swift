import HandlerLanguage
import Testing

@testable import HandlerRuntime

@Suite("Core: isolates and natives")
struct CoreIsolateTests {
  private func program(_ source: String) throws -> Program {
    let loaded = Program.load(entry: "handler.ts") { (path: String) -> [UInt8]? in
      path == "handler.ts" ? Array(source.utf8) : nil
    }
    return try #require(loaded.program, "\(loaded.diagnostics)")
  }

  /// `guard(fn)` is `fn` itself here: the parser has decided the roles.
  private var guards: NativeRegistry {
    var registry = NativeRegistry()
    registry.modules[.composeGuard] = { (c) throws(Fault) in c.arguments[0] }
    return registry
  }

  private func respond(_ source: String, to argument: Double) throws -> String {
    let isolate = try Isolate(program: try program(source), natives: guards)
    return try isolate.withRequest { (c) throws(Fault) -> String in
      let request = try c.heap.makeObject()
      try c.heap.setProperty(request, .value, Value(argument))
      return try c.swiftText(try c.call(isolate.handler, Value(request)))
    }
  }

  private let sequence = """
    import { guard } from "zigttp:compose"
    const negative = guard((req) => { if (req.value < 0) return "refused" })
    const mark = guard((req) => { req.mark = `m${req.value}` })
    const wrap = guard((res) => `<${res}>`)
    const main = (req) => `main ${req.mark} ${req.value}`
    export const handler = negative |> mark |> main |> wrap |> wrap
    """

  @Test func guardsBeforeAndAfter() throws {
    #expect(try respond(sequence, to: 3) == "<<main m3 3>>")
  }

  @Test func aGuardEndsTheSequence() throws {
    #expect(try respond(sequence, to: -1) == "refused")
  }

  @Test func nativesSeeArgumentsReceiverAndHost() throws {
    final class Host { var calls = 0 }
    var registry = NativeRegistry()
    registry.globals[.parseInt] = { (c) throws(Fault) in
      if let host = c.host as? Host { host.calls += 1 }
      return Value(c.arguments.count * 100 + (c.arguments[0].index ?? 0))
    }
    registry.methods[.stringConcat] = { (c) throws(Fault) in
      let joined = try c.heap.concat(try c.toText(c.receiver), try c.toText(c.arguments[1]))
      return Value(joined)
    }
    registry.memberConstants[.mathPi] = { (_) throws(Fault) in Value(3) }
    let host = Host()
    let source = """
      export const handler = () =>
        `${parseInt(7, 8)} ${parseInt()} ${"a".concat(1, "b")} ${"a".concat()} ${Math.PI}`
      """
    let isolate = try Isolate(program: try program(source), natives: registry, host: host)
    let text = try isolate.withRequest { (c) throws(Fault) -> String in
      try c.swiftText(try c.call(isolate.handler))
    }
    #expect(text == "207 0 ab aundefined 3")
    #expect(host.calls == 2)
  }

  @Test func hiddenNativesKeepTheirCaptures() throws {
    var registry = NativeRegistry()
    registry.hidden["test.adder"] = { (c) throws(Fault) in
      Value(try c.toNumber(c.capture(0)) + (try c.toNumber(c.arguments[0])))
    }
    registry.globals[.parseFloat] = { (c) throws(Fault) in
      try c.makeFunction("test.adder", captures: [c.arguments[0]])
    }
    let source =
      "const add = parseFloat(40)\nexport const handler = (n) => add(n) + parseFloat(1)(n)"
    let isolate = try Isolate(program: try program(source), natives: registry)
    let sum = try isolate.withRequest { (c) throws(Fault) -> Double in
      try c.toNumber(try c.call(isolate.handler, Value(2)))
    }
    #expect(sum == 45)
  }

  @Test func classesFoldKeysAndPutMethodsFirst() throws {
    var registry = NativeRegistry()
    registry.classes[.headers] = ClassBehavior(methodsFirst: true, foldsKeys: true)
    registry.methods[.headersGet] = { (c) throws(Fault) in Value(try c.heap.string("method")) }
    registry.globals[.parseInt] = { (c) throws(Fault) in
      let headers = try c.heap.makeObject(.headers)
      try c.heap.setProperty(headers, key: try c.heap.string("X-Id"), Value(5))
      try c.heap.setProperty(headers, key: try c.heap.string("get"), Value(6))
      return Value(headers)
    }
    let source = """
      export const handler = () => {
        const h = [parseInt()][0]
        const plain = { ...h }
        h["New-One"] = 7
        const found = `${h["x-ID"]} ${h["X-Id"]} ${h.get("a")} ${h["get"]} ${"X-ID" in h}`
        return `${found} ${plain["X-Id"]} ${plain["x-id"]} ${h["new-one"]} ${typeof plain["get"]}`
      }
      """
    let isolate = try Isolate(program: try program(source), natives: registry)
    for _ in 0..<3 {
      let text = try isolate.withRequest { (c) throws(Fault) -> String in
        try c.swiftText(try c.call(isolate.handler))
      }
      #expect(text == "5 5 method 6 true undefined 5 7 number")
    }
  }

  @Test func isolatesAreFreed() throws {
    weak var remembered: Isolate?
    do {
      let isolate = try Isolate(
        program: try program("const f = (n) => n ? f(n - 1) : 0\nexport const handler = f"),
        natives: NativeRegistry())
      remembered = isolate
      _ = try isolate.withRequest { (c) throws(Fault) in
        try c.call(isolate.handler, Value(3)).number
      }
    }
    #expect(remembered == nil)
  }

  @Test func faultsOfModuleBodiesStopTheStart() throws {
    let source = "const o: any = {}\nconst x = o.a.b\nexport const handler = () => 1"
    let loaded = try program(source)
    do {
      _ = try Isolate(program: loaded, natives: NativeRegistry())
      Issue.record("started")
    } catch {
      #expect(error.message == "Cannot read properties of undefined (reading 'b')")
      #expect(error.stack.first?.line == 2)
    }
  }

  @Test func shapesAreBoundedAndObjectsGoOn() throws {
    let source = """
      export const handler = (n) => {
        const o = {}
        for (const i of range(50)) o[`key${n}x${i}`] = i
        const parsed = { [`a${n}`]: 1, fixed: 2 }
        parsed.late = 3
        let sum = 0
        for (const i of range(50)) sum += o[`key${n}x${i}`]
        return sum + parsed.fixed + parsed[`a${n}`] + parsed.late
      }
      """
    let isolate = try Isolate(program: try program(source), natives: NativeRegistry())
    for n in 0..<400 {
      let sum = try isolate.withRequest { (c) throws(Fault) -> Double in
        try c.call(isolate.handler, Value(n)).number
      }
      #expect(sum == 1231)
    }
    #expect(isolate.heap.state.pointee.shapes.count <= ShapeTable.limit)
    #expect(isolate.heap.state.pointee.atoms.count < 2 * ShapeTable.limit)
  }
}
