import HandlerLanguage
import Testing

@testable import HandlerRuntime

@Suite("Core: faults")
struct CoreFaultTests {
  private func fault(_ body: String) throws -> Fault? {
    try CoreProgram("export function handler(req) {\n\(body)\n}").fault()
  }

  @Test(arguments: [
    ("undefined.x", "Cannot read properties of undefined (reading 'x')"),
    ("const o = {}; return o.a.b", "Cannot read properties of undefined (reading 'b')"),
    ("const o = null; return o.field", "Cannot read properties of null (reading 'field')"),
    ("const o = {}; return o.a[0]", "Cannot read properties of undefined (reading an element)"),
    ("const o = {}; return o.f()", "o.f is not a function"),
    ("const o = { a: {} }; return o.a.g(1)", "o.a.g is not a function"),
    ("const f = 5; return f()", "f is not a function"),
    ("const o = {}; return o['x']()", "o.x is not a function"),
    ("return [[1]][0].nope()", "the expression[…].nope is not a function"),
    ("return ['a'][0].nope()", "the expression[…].nope is not a function"),
    ("const n = null; n.x = 1", "Cannot set properties of null (setting 'x')"),
    ("const n = 5; n.x = 1", "Cannot set properties of a number (setting 'x')"),
    ("const s = 'x'; s[0] = 'y'", "Cannot set properties of a string"),
    ("const a = []; a.x = 1", "Cannot set properties of an array (setting 'x')"),
    ("const a = []; a.length = -1", "Invalid array length"),
    ("const { a } = null", "Cannot destructure null"),
    ("const { a: { b } } = {}", "Cannot destructure undefined"),
    ("const [a] = 5", "a number is not iterable"),
    ("const [a] = {}", "an object is not iterable"),
    ("for (const x of [{}][0]) {}", "an object is not iterable"),
    ("for (const x of undefined) {}", "undefined is not iterable"),
    ("return [...[5][0]]", "a number is not iterable"),
    ("return Math.max(...null)", "null is not iterable"),
    ("return 'x' in 5", "Cannot use 'in' to search in a number"),
    ("assert 1 === 2", "assertion failed"),
    ("assert false, `why ${1 + 1}`", "assertion failed: why 2"),
    ("return 1 |> 5", "the expression is not a function"),
    (
      "const f = () => late; const r = f(); const late = 1; return r",
      "Cannot access 'late' before initialization"
    ),
    (
      "switch (2) { case 1: let v = 1; break; case 2: const f = () => v; return f() }",
      "Cannot access 'v' before initialization"
    ),
    (
      "let s = 'ab'; for (const i of range(40)) s += s; return s.length",
      "a string would be longer than 536870888 units"
    ),
  ])
  func message(_ body: String, _ expected: String) throws {
    let fault = try fault(body)
    #expect(fault?.message == expected)
  }

  @Test func stackNamesLines() throws {
    let source = """
      const inner = (o) => {
        return o.missing.field
      }
      function middle(o) {
        const list = [o].map((v) => inner(v))
        return list
      }
      export function handler(req) {
        return middle({})
      }
      """
    let fault = try #require(try CoreProgram(source).fault())
    #expect(fault.stack.map(\.line) == [2, 5, 5, 9])
    #expect(fault.kind == .error)
  }

  @Test func valuesOfTheRequestStayOutOfMessages() throws {
    let source = """
      export function handler(req) {
        const secret = "hunter2"
        const o = { [secret]: 1 }
        return o[secret + "x"].y
      }
      """
    let fault = try #require(try CoreProgram(source).fault())
    #expect(!fault.message.contains("hunter2"))
  }

  @Test func assertionsAreTold() throws {
    #expect(try fault("assert false")?.kind == .assertion)
  }

  @Test func aFaultEndsOneRequestOnly() throws {
    let program = try CoreProgram(
      "export const handler = (n) => n > 0 ? n.x.y : 'fine'")
    for _ in 0..<50 {
      #expect(try program.fault(1) != nil)
      #expect(try program.run(0) == "fine")
    }
  }
}

@Suite("Core: frozen module state")
struct CoreFrozenTests {
  @Test(arguments: [
    "state.count = 1", "state.fresh = 1", "state['count'] = 1", "state.list[0] = 9",
    "state.list.push(1)", "state.list.length = 0", "state.nested.deep.x = 1",
    "list.sort()", "list[5] = 1", "list.pop()", "state.count += 1", "state.none ??= 1",
    "bump()", "Object.assign(state, { count: 2 })", "list.reverse()", "list.fill(0)",
    "list.splice(0, 1)", "list.shift()", "list.unshift(1)", "list.copyWithin(0, 1)",
  ])
  func storesFault(_ statement: String) throws {
    let source = """
      const list = [3, 1, 2]
      const state: any = { count: 0, list: [1, 2], nested: { deep: {} } }
      const makeCounter = () => { let n = 0; return () => { n = n + 1; return n } }
      const bump = makeCounter()
      state.early = bump()
      export function handler(req) {
        if (req > 0) { \(statement) }
        return JSON.stringify([list, state])
      }
      """
    let program = try CoreProgram(source)
    let before = try program.run(0)
    #expect(before.contains("\"early\":1"))
    let fault = try #require(try program.fault(1))
    #expect(fault.kind == .frozen)
    #expect(fault.stack.first?.line == 7 || fault.stack.last?.line == 7)
    #expect(try program.run(0) == before)
  }

  /// A place in the program that has stored into objects of a request must still refuse a frozen
  /// object of the same shape.
  @Test(arguments: [
    "(o) => { o.x = 1 }", "(o) => { o.fresh = 1 }", "(o) => { o.list[0] = 1 }",
    "(o) => { o.list.push(1) }", "(o) => { o['x'] = 1 }", "(o) => { o.x += 1 }",
  ])
  func inlineCachesRefuseFrozenObjects(_ store: String) throws {
    let source = """
      const make = () => ({ x: 0, list: [1] })
      const frozen = make()
      const store = \(store)
      export const handler = (n) => {
        for (const i of range(5)) store(make())
        if (n) store(frozen)
        return JSON.stringify(frozen)
      }
      """
    let program = try CoreProgram(source)
    #expect(try program.run(0) == "{\"x\":0,\"list\":[1]}")
    #expect(try program.fault(1)?.kind == .frozen)
    #expect(try program.run(0) == "{\"x\":0,\"list\":[1]}")
  }

  @Test func requestStateMayPointAtFrozenState() throws {
    let source = """
      const shared = { a: [1, 2] }
      const text = "x".repeat(100) + "y"
      export const handler = (n) => {
        const own = { ...shared, n, text: text + n }
        own.n = own.a[1] + own.text.length
        return JSON.stringify([own.n, shared.a.concat(3), text.length])
      }
      """
    let program = try CoreProgram(source)
    for _ in 0..<3 { #expect(try program.run(7) == "[104,[1,2,3],101]") }
  }

  @Test func frozenRopesSurviveBeingFlattened() throws {
    let source = """
      const make = () => { let s = ""; for (const i of range(500)) s += `part ${i};`; return s }
      const long = make()
      export const handler = (n) => long[n] + long.length + long.slice(0, 7)
      """
    let program = try CoreProgram(source)
    let first = try program.run(3)
    _ = try program.run(100)
    for _ in 0..<5 { #expect(try program.run(3) == first) }
    #expect(first == "t4390part 0;")
  }
}
