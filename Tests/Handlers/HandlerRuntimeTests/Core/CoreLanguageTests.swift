import Testing

@testable import HandlerRuntime

@Suite("Core: what the handler language adds")
struct CoreLanguageTests {
  /// A default may name a parameter that has its value later, as long as it is asked for later.
  @Test(arguments: [
    ("const f = (a = () => b, b) => a(); return f(undefined, 5)", "5"),
    ("const f = (a = () => a) => typeof a(); return f()", "function"),
    ("const f = ([a = () => b], b) => a(); return f([], 6)", "6"),
    ("const f = ({ a = () => b, b }) => a(); return f({ b: 7 })", "7"),
    ("const f = (a = () => r, ...r) => a().join(); return f(undefined, 1, 2)", "1,2"),
    ("const f = (a = () => b, { b } = { b: 8 }) => a(); return f()", "8"),
    ("const f = (a, b = () => a, c = (a = 9)) => b(); return f(1)", "9"),
    ("function f(n, g = () => n) { n += 1; return g() } return f(1)", "2"),
    ("const f = (a = (() => (() => b))(), b) => a(); return f(undefined, 3)", "3"),
    ("const f = (a = 1, b = () => a + c, c = 2) => b(); return f()", "3"),
  ])
  func defaultsSeeLaterParameters(_ body: String, _ expected: String) throws {
    #expect(try run(body) == expected)
  }

  @Test func aDefaultThatAsksTooEarlyIsAFault() throws {
    let fault = #expect(throws: Fault.self) {
      try run("const f = (a = (() => b)(), b) => a; return f(undefined, 1)")
    }
    #expect(fault?.message == "Cannot access 'b' before initialization")
  }

  @Test func matchLiterals() throws {
    let name = """
      const name = (v) => match (v) {
        when 1: "one"
        when -1: "minus one"
        when "1": "text"
        when true: "yes"
        when null: "null"
        when undefined: "undefined"
        default: "other"
      }
      """
    let cases = "[1, -1, '1', true, null, undefined, NaN, {}, [], 2].map(name).join(' ')"
    #expect(
      try run("\(name)\nreturn \(cases)")
        == "one minus one text yes null undefined other other other other")
  }

  @Test func matchShapes() throws {
    let body = """
      const area = (shape) => match (shape) {
        when { kind: "circle", r: radius }: `c${radius}`
        when { kind: "box", size: { w: w, h: h } }: `b${w * h}`,
        when { kind: "any", what: _ }: "any"
        when { gone: undefined, here: 1 }: "absent"
        when _: "none"
      }
      return [
        { kind: "circle", r: 2 }, { kind: "circle" }, { kind: "circle", r: undefined },
        { kind: "circle", r: null }, { kind: "box", size: { w: 2, h: 3 } },
        { kind: "box", size: [2, 3] }, { kind: "any" }, { here: 1 }, { here: 1, gone: 0 },
        ["kind"], null, undefined, "circle", 5, () => 1,
      ].map(area).join(" ")
      """
    #expect(
      try run(body)
        == "c2 none none cnull b6 none any absent none none none none none none none")
  }

  @Test func matchWithoutArmIsUndefined() throws {
    #expect(try run("return typeof match (5) { when 1: 2 }") == "undefined")
  }

  @Test func matchNamesAreFreshForClosures() throws {
    let body = """
      const fs = [{ a: 1 }, { a: 2 }].map((v) => match (v) { when { a: x }: () => x })
      return fs.map((f) => f()).join()
      """
    #expect(try run(body) == "1,2")
  }

  @Test func pipelineApplies() throws {
    let body = """
      const double = (x) => x * 2
      const plus = (n) => (x) => x + n
      return 5 |> double |> plus(1) |> ((x) => `<${x}>`) |> String
      """
    #expect(try run(body) == "<11>")
  }

  @Test func pipelineBindsLooserThanConditional() throws {
    #expect(try run("const f = (x) => x + 1\nreturn false ? 1 : 2 |> f") == "3")
    #expect(try run("const f = (x) => x + 1\nreturn null ?? 4 |> f") == "5")
  }

  @Test func rangeAsValueAndInLoops() throws {
    #expect(try json("range(3)") == "[0,1,2]")
    #expect(try run("let s = 0; for (const i of range(2, 5)) s += i; return s") == "9")
    #expect(try run("let s = 0; for (const i of range('3')) s += i; return s") == "3")
    #expect(try run("let s = 'none'; for (const i of range(NaN)) s = i; return s") == "none")
    #expect(
      try run("const r = []; for (const i of range(0.5, 3)) r.push(i); return r") == "0.5,1.5,2.5")
  }

  @Test func assertPasses() throws {
    #expect(try run("assert 1 === 1\nassert true, 'why'\nreturn 'ok'") == "ok")
  }

  @Test func assertWithAnAnswerReturnsIt() throws {
    #expect(
      try run(
        """
        const f = (x) => { assert x > 1, Response.text("small", { status: 400 }); return "large"; };
        return [f(1).status, f(1).body, f(2)].join();
        """) == "400,small,large")
  }

  @Test func plainObjectsHaveNoPrototype() throws {
    #expect(try json("[{}['constructor'], {}.toString, 'toString' in {}]") == "[null,null,false]")
  }

  @Test func methodsAreNoValues() throws {
    #expect(try run("return typeof 'a'.nope") == "undefined")
    // Where the receiver is known it is refused; where it is not, it is a fault.
    #expect(throws: (any Error).self) { try run("const pad = 'a'.padStart; return pad(3, '.')") }
    #expect(throws: (any Error).self) {
      try run("return [[1, 2], 'x'].map((v) => typeof v.map).join()")
    }
    #expect(try run("return [[1, 2]].map((v) => v['map'] === undefined).join()") == "true")
  }

  @Test func elementsBuildMarkup() throws {
    let source = """
      function Item({ name, children }) { return <li class={name}>{children}</li> }
      export function handler(req) {
        const attributes = { id: "x", title: "a" }
        return renderToString(
          <ul {...attributes} title="b" hidden>
            <Item name="n">{1}<b>two</b></Item>
            <>three{[4, 5].map((n) => <i>{n}</i>)}</>
          </ul>)
      }
      """
    #expect(
      try CoreProgram(source).run()
        == "<ul id=\"x\" title=\"b\" hidden><li class=\"n\">1<b>two</b></li>three<i>4</i><i>5</i></ul>"
    )
  }

  @Test func modulesRunInOrderAndShareTheirState() throws {
    let files = [
      "handler.tsx": """
      import { base, next as following } from "./lib/a"
      const own = base + 1
      export const handler = (req) => [base, own, following(10)].join()
      """,
      "lib/a.ts": """
      import { one } from "./b"
      export const base: number = one * 100
      export function next(n: number): number { return n + one }
      """,
      "lib/b.ts": "export const one = 1",
    ]
    #expect(try CoreProgram(files: files).run() == "100,101,11")
  }

  @Test func moduleLevelBlocksHaveFreshVariables() throws {
    let source = """
      const fs: any[] = []
      for (const i of range(3)) {
        const twice = i * 2
        fs.push(() => i + twice)
      }
      export const handler = () => fs.map((f) => f()).join()
      """
    #expect(try CoreProgram(source).run() == "0,3,6")
  }

  @Test func defaultExportedHandler() throws {
    #expect(try CoreProgram("export default (req) => req + 1").run(4) == "5")
  }
}

@Suite("Core: inline caches")
struct CoreCacheTests {
  @Test func placesSeeManyShapes() throws {
    let body = """
      const read = (o) => o.x
      const write = (o, v) => { o.x = v; return o.x }
      const call = (o) => o.f()
      const objects = [
        { x: 1 }, { y: 0, x: 2 }, { x: 3, y: 0 }, { z: 1, y: 0, x: 4 }, {}, { x: undefined, q: 1 },
        { f: () => "f" }, { x: 5, f: () => "g" },
      ]
      const out = []
      for (const round of range(3)) {
        for (const o of objects) out.push(read(o))
        for (const o of objects) out.push(write(o, round))
        for (const o of objects.slice(6)) out.push(call(o))
      }
      return out.map(String).join(" ")
      """
    let first = "1 2 3 4 undefined undefined undefined 5 0 0 0 0 0 0 0 0 f g"
    let second = "0 0 0 0 0 0 0 0 1 1 1 1 1 1 1 1 f g"
    let third = "1 1 1 1 1 1 1 1 2 2 2 2 2 2 2 2 f g"
    #expect(try run(body) == "\(first) \(second) \(third)")
  }

  @Test func placesSeeObjectsTurnIntoTables() throws {
    let body = """
      const read = (o) => `${o.k3}${o.extra}`
      const o = {}
      const out = []
      for (const i of range(100)) {
        o[`k${i}`] = i
        o.extra = i
        if (i % 20 === 3) out.push(read(o))
      }
      return out.join(" ")
      """
    #expect(try run(body) == "33 323 343 363 383")
  }

  @Test func placesSeeEveryKindOfValue() throws {
    let body = """
      const length = (v) => v?.length
      const first = (v) => v?.[0]
      const values = ["abc", [1, 2], { length: 9, 0: "zero" }, (a, b) => a, 5, true, null, undefined]
      return [...values, ...values].map((v) => `${length(v)}:${first(v)}`).join(" ")
      """
    let once =
      "3:a 2:1 9:zero 2:undefined undefined:undefined undefined:undefined undefined:undefined undefined:undefined"
    #expect(try run(body) == "\(once) \(once)")
  }
}
