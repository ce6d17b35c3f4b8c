import Testing

/// Programs that nest deeper, over their calls, than there is stack: each is proved, and the secret
/// in the middle is found.
@Suite struct NestedProgramTests {
  /// Functions that call each other, and what the handler answers of the last one's value.
  ///
  /// - Parameter body: the statements around a call.
  private func program(
    _ count: Int, answer: String = "Response.text(String(CALL))", body: (String) -> String
  ) -> String {
    let functions = (0..<count).map { number in
      let inner = number == 0 ? "(env(\"A_SECRET\") ?? \"\")" : "f\(number - 1)(x)"
      return "function f\(number)(x) { \(body(inner)) }"
    }
    let answer = answer.replacing("CALL", with: "f\(count - 1)(req.path)")
    return handler("return \(answer);", before: functions.joined(separator: "\n"))
  }

  /// Something around itself, about as often as the parser allows.
  private func around(_ inner: String, _ opening: String, _ closing: String, _ times: Int) -> String
  {
    String(repeating: opening, count: times) + inner + String(repeating: closing, count: times)
  }

  @Test(arguments: ["if (x !== y) {", "for (const z of [x]) {", "switch (x) { case \"/\":"])
  func statements(opening: String) throws {
    let text = program(100) { "let y = \"\"; \(around("y = \($0);", opening, "}", 60)) return y;" }
    #expect(try !prove(text).holds(.noSecretLeakage))
  }

  @Test(arguments: [
    ("(x === \"/\" ? \"\" : ", ")"), ("(x && ", ")"), ("[", "][0]"), ("({ a: ", "}).a"),
    ("`a${", "}`"), ("String(", ")"), ("(() => ", ")()"),
  ])
  func expressions(opening: String, closing: String) throws {
    let text = program(100) { "return \(around($0, opening, closing, 30));" }
    #expect(try !prove(text).holds(.noSecretLeakage))
  }

  @Test func elements() throws {
    let text = program(2500, answer: "Response.html(<div>{CALL}</div>)") {
      "return \(around($0, "<p>{", "}</p>", 60));"
    }
    #expect(try !prove(text, tsx: true).holds(.noSecretLeakage))
  }

  @Test func objects() throws {
    let text = program(1000, answer: "Response.json(CALL)") {
      "return \(around($0, "{ a: ", "}", 60));"
    }
    #expect(try !prove(text).holds(.noSecretLeakage))
  }
}
