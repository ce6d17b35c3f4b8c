import HandlerLanguage
import Testing

@testable import HandlerRuntime

@Suite("Built-ins under limits")
struct BuiltinsLimitTests {
  private func fault(_ expression: String, _ limits: Limits = Limits()) throws -> Fault? {
    let program = try ConformanceProgram(expression: expression, limits: limits)
    return #expect(throws: Fault.self, "\(expression)") { try program.body() }
  }

  @Test(
    "what would outgrow the request's memory is a fault",
    arguments: [
      #""x".repeat(5e8).padEnd(500000001, "y").toUpperCase()"#,
      #"Array.from({ length: 1e8 })"#,
      #"range(1e7).map((n) => n)"#,
      #""ab".repeat(1e7).split("")"#,
      #""a".repeat(1e6).replaceAll("a", "b".repeat(1000))"#,
      #"JSON.stringify([...range(1000)].map(() => "x".repeat(1e6)))"#,
      #"["é".repeat(3e7), "a"].join("").toUpperCase()"#,
      #"renderToString([...range(1000)].map(() => "<".repeat(1e5)))"#,
    ])
  func memory(expression: String) throws {
    let found = try fault(expression, Limits(requestBytes: 16 << 20))
    #expect(found?.kind == .memory, "\(found?.message ?? "")")
  }

  @Test(
    "work that grows with data counts as steps",
    arguments: [
      "[...range(2000)].map((n, i, all) => all.includes(-1))",
      "[...range(2000)].map((n, i, all) => all.slice().reverse().indexOf(-1))",
      "[...range(3000)].map((n, i, all) => JSON.stringify(all).length)",
      "[...range(30000)].sort((a, b) => (a * 7919) % 10007 - (b * 7919) % 10007).length",
      #"[...range(3000)].map(() => "x".repeat(10000).indexOf("y"))"#,
      #"[...range(3000)].map(() => "x".repeat(10000).trim().length)"#,
    ])
  func steps(expression: String) throws {
    let found = try fault(expression, Limits(steps: 100_000))
    #expect(found?.kind == .steps, "\(found?.message ?? "")")
  }

  @Test(
    "depth is bounded by the stack, not by luck",
    arguments: [
      "JSON.stringify([...range(200000)].reduce((inner) => [inner], 0))",
      "JSON.stringify([...range(200000)].reduce((inner) => ({ inner }), 0))",
      "[...range(200000)].reduce((inner) => [inner], 0).flat(Infinity)",
      "[...range(200000)].reduce((inner) => [inner], 0).join()",
      "String([...range(200000)].reduce((inner) => [inner], 0))",
      "renderToString([...range(200000)].reduce((inner) => [inner], 0))",
      "renderToString([...range(200000)].reduce((inner) => <p>{inner}</p>, 0))",
      "renderToString(<script>{[...range(200000)].reduce((inner) => [inner], 0)}</script>)",
    ])
  func depth(expression: String) throws {
    let found = try fault(expression)
    #expect(found?.kind == .stack, "\(found?.message ?? "")")
  }

  @Test(
    "JSON that is nested more deeply than the stack allows is a fault",
    arguments: [
      #""[".repeat(1e6)"#, #"'{"a":'.repeat(1e6)"#, #"'[{"é":'.repeat(5e5)"#,
      #""[[],".repeat(1e6)"#, #""[".repeat(1e6) + "]".repeat(1e6)"#,
    ])
  func deepJSON(text: String) throws {
    let found = try fault("JSON.parse(\(text))")
    #expect(found?.message == "JSON.parse: nested too deeply")
    let tried = try ConformanceProgram(expression: "JSON.tryParse(\(text))")
    #expect(
      try tried.body()
        == #"[{"ok":false,"error":"JSON.parse: nested too deeply"}]"#)
  }

  @Test("a thousand levels of JSON are read, and so is any number of lists side by side")
  func wideJSON() throws {
    let program = try ConformanceProgram(
      expression: """
        JSON.tryParse("[".repeat(1000) + "]".repeat(1000)).ok,
        JSON.tryParse('{"a":'.repeat(1000) + "1" + "}".repeat(1000)).ok,
        JSON.parse("[" + "[{}],".repeat(2000) + "0]").length
        """)
    #expect(try program.body() == "[true,true,2001]")
  }

  @Test(
    "module-level arrays and objects refuse to be changed",
    arguments: [
      "list.push(1)", "list.pop()", "list.shift()", "list.unshift(0)", "list.reverse()",
      "list.sort()", "list.fill(0)", "list.copyWithin(0, 1)", "list.splice(0, 1)",
      "Object.assign(object, { a: 2 })", "Object.assign(object, { b: 2 })",
      "Object.assign(list, [9])", "kept.headers.set('a', 'b')",
      "kept.headers.append('content-type', 'b')",
    ])
  func frozen(expression: String) throws {
    let program = try ConformanceProgram(
      source: """
        const list = [3, 1, 2];
        const object = { a: 1 };
        const kept = Response.text("x");
        export default (req) => Response.json([\(expression)]);
        """)
    let found = #expect(throws: Fault.self) { try program.body() }
    #expect(found?.kind == .frozen, "\(found?.message ?? "")")
  }

  @Test("searching repetitive texts takes time in proportion to their length")
  func linearSearch() throws {
    // Quadratic comparing would take 10^11 steps here.
    let program = try ConformanceProgram(
      expression: """
        "a".repeat(800000).indexOf("a".repeat(400000) + "b"),
        "a".repeat(800000).lastIndexOf("b" + "a".repeat(400000)),
        ("a".repeat(800000) + "€").includes("a".repeat(400000) + "b"),
        ("a".repeat(500000) + "b" + "a".repeat(5)).indexOf("a".repeat(400000) + "b")
        """)
    #expect(try program.body() == "[-1,-1,false,100000]")
  }

  @Test("arguments of the wrong kind never trap")
  func hostileArguments() throws {
    let values = [
      "NaN", "Infinity", "-Infinity", "1e308", "-1e308", "9007199254740993", "0.5", "-0",
      "undefined",
      "null", "true", "''", "'x'", "'😀'", "[]", "[[1], 2]", "({})", "({ length: 5 })", "() => 1",
      "(a) => a", "-1", "2147483648", "4294967295",
    ]
    let receivers = ["'héllo😀'", "'plain'", "''", "[1, 'a', null]", "[]", "1.5", "0 / 0", "true"]
    let methods = try methodCalls(receivers)
    let source = """
      const values = [\(values.joined(separator: ", "))];
      const calls = [\(methods.joined(separator: ",\n"))];
      export default (req) => {
        const a = values[Number(req.query.a)];
        const b = values[Number(req.query.b)];
        return Response.json([typeof calls[Number(req.query.c)](a, b)]);
      };
      """
    let program = try ConformanceProgram(source: source, limits: Limits(requestBytes: 4 << 20))
    var answered = 0
    for call in methods.indices {
      for first in values.indices {
        for second in [first, (first * 7 + call) % values.count] {
          if (try? program.body("/?c=\(call)&a=\(first)&b=\(second)")) != nil { answered += 1 }
        }
      }
    }
    #expect(answered > methods.count * values.count / 2)
  }

  /// A closure that makes each call there is of the tables, receivers in turn.
  private func methodCalls(_ receivers: [String]) throws -> [String] {
    var calls: [String] = []
    for receiver in receivers {
      let kind =
        receiver.hasPrefix("'")
        ? "string"
        : receiver.hasPrefix("[")
          ? "array"
          : receiver == "true" ? "boolean" : "number"
      for method in BuiltinMethod.allCases where method.receiver.rawValue == kind {
        // A fresh array each time, since some methods change it.
        calls.append("(a, b) => (\(receiver)).\(method.name)(\(arguments(method.row)))")
      }
    }
    for member in BuiltinMember.allCases where member.row.isCallable {
      calls.append("(a, b) => \(member.rawValue)(\(arguments(member.row)))")
    }
    for global in [
      BuiltinGlobal.parseInt, .parseFloat, .range, .string, .number, .h, .renderToString,
      .encodeURIComponent, .decodeURI, .isFinite,
    ] {
      calls.append("(a, b) => \(global.rawValue)(\(arguments(global.row)))")
    }
    return calls
  }

  // More than a function takes are refused.
  private func arguments(_ row: BuiltinRow) -> String {
    ["a", "b"].prefix(row.maximumArguments ?? 2).joined(separator: ", ")
  }
}
