/// A diagnostic on its way up: what the parser cannot go on from within a statement.
struct SyntaxFailure: Error, Sendable {
  var code: DiagnosticCode
  var message: String
  var advice: String?
  var line: Int
  var column: Int

  init(_ code: DiagnosticCode, _ message: String, _ advice: String? = nil, _ token: Token) {
    self.init(code, message, advice, line: token.line, column: token.column)
  }

  init(_ code: DiagnosticCode, _ message: String, _ advice: String?, line: Int, column: Int) {
    self.code = code
    self.message = message
    self.advice = advice
    self.line = line
    self.column = column
  }
}
