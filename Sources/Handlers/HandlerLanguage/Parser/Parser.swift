import Encodings

/// Reads one file into statements. Types are read and dropped; a construct of JavaScript that the
/// language does not have is named in a diagnostic, and reading goes on where that is possible.
struct Parser {
  /// Nested deeper than this, a source is refused: the parser, the prover and the runtime all walk
  /// trees by recursion, on stacks of a fixed size.
  static let maximumDepth = 160
  /// The longest path in one expression's tree, chains of operators and calls included.
  static let maximumHeight = 800
  /// Of a file that has more nothing further is read.
  static let maximumDiagnostics = 1000
  /// Words that name nothing in modules, which are strict. `yield` and `await` are told as what they
  /// begin.
  /// Reference: ECMAScript 2023, 12.7.2.
  static let strictWords: Set<String> = [
    "implements", "interface", "package", "private", "protected", "public", "static",
  ]

  var lexer: Lexer
  /// The current token.
  var token: Token
  let file: SourceFile
  let fileIndex: Int
  let hints: ParserHints

  var module: ParsedModule
  var diagnostics: [Diagnostic] = []
  var bindings: [Binding]
  var nextExpression: Int
  var nextFunction: Int

  /// Whether the rest of the file is left unread.
  var isAbandoned = false
  var depth = 0
  /// Bound on the height of what was read so far of the current expression.
  var height = 0
  /// Functions around the current place, innermost last.
  var functions: [Int] = []
  /// Loops and switches around the current place in the current function.
  var breakables: [Breakable] = []
  /// Whether `a ? (b) : c => d` has to be read with `(b)` as an operand.
  var inConditionalBranch = false
  /// Names from `Spec<…>` in the result type that is being read; nil outside of one.
  var resultSpecs: [String]?
  /// Whether the arguments of a `Spec<…>` are being read.
  var inSpec = false
  /// Whether what stands behind `extends` is being read, where another one starts no condition.
  var disallowsConditional = false
  /// Numbers of the logical expressions that stand in parentheses.
  var groupedLogicals: Set<Int> = []
  /// Offsets of parentheses and angle brackets known to be no arrow function or type arguments.
  var rejected: Set<Int> = []
  /// Offsets of parentheses behind `assert` known to hold a part of its condition alone.
  var rejectedAsserts: Set<Int> = []

  enum Breakable { case loop, `switch` }

  /// Starts to read a file.
  ///
  /// - Parameters:
  ///   - file: the file; its bytes are well-formed UTF-8.
  ///   - fileIndex: its index in ``Program/files``.
  ///   - bindings: those of the files read before.
  ///   - nextExpression: the first expression number that is free.
  ///   - nextFunction: the first function number that is free.
  ///   - hints: what an earlier reading brought up.
  init(
    file: SourceFile, fileIndex: Int, bindings: [Binding], nextExpression: Int, nextFunction: Int,
    hints: ParserHints
  ) {
    self.file = file
    self.fileIndex = fileIndex
    self.bindings = bindings
    self.nextExpression = nextExpression
    self.nextFunction = nextFunction
    self.hints = hints
    lexer = Lexer(bytes: file.bytes)
    token = lexer.place
    module = ParsedModule(file: fileIndex)
  }

  // MARK: Tokens

  mutating func advance() throws(SyntaxFailure) {
    token = try lexer.next()
  }

  /// The token behind the current one.
  func peek() throws(SyntaxFailure) -> Token {
    var ahead = lexer
    return try ahead.next()
  }

  func text(_ token: Token) -> String {
    String(decoding: file.bytes[token.start..<token.end], as: UTF8.self)
  }

  /// Whether a token is the name given: for words that are no reserved words.
  func isWord(_ token: Token, _ word: StaticString) -> Bool {
    guard token.kind == .identifier, token.end - token.start == word.utf8CodeUnitCount else {
      return false
    }
    let start = word.utf8Start
    for index in 0..<word.utf8CodeUnitCount
    where file.bytes[token.start + index] != start[index] {
      return false
    }
    return true
  }

  func atWord(_ word: StaticString) -> Bool { isWord(token, word) }

  /// Takes the current token if it is of a kind.
  mutating func take(_ kind: Token.Kind) throws(SyntaxFailure) -> Bool {
    guard token.kind == kind else { return false }
    try advance()
    return true
  }

  mutating func takeEither(
    _ first: Token.Kind, _ second: Token.Kind
  ) throws(SyntaxFailure) -> Bool {
    guard token.kind == first || token.kind == second else { return false }
    try advance()
    return true
  }

  /// Takes the comma between the members of a list, unless its closing bracket follows.
  mutating func expectSeparator(
    before closing: Token.Kind, _ spelled: String
  ) throws(SyntaxFailure) {
    guard token.kind != closing else { return }
    guard try take(.comma) else { throw unexpected("expected `,` or `\(spelled)`") }
  }

  mutating func takeWord(_ word: StaticString) throws(SyntaxFailure) -> Bool {
    guard atWord(word) else { return false }
    try advance()
    return true
  }

  mutating func expect(_ kind: Token.Kind, _ spelled: String) throws(SyntaxFailure) {
    guard token.kind == kind else { throw unexpected("expected `\(spelled)`") }
    try advance()
  }

  /// Ends a statement, at a `;` or where JavaScript supplies one.
  mutating func expectStatementEnd() throws(SyntaxFailure) {
    if try take(.semicolon) { return }
    guard token.kind != .braceClose, token.kind != .endOfFile, !token.newlineBefore else { return }
    if token.kind == .comma { throw commaFailure() }
    throw unexpected("expected `;` or a new line")
  }

  // MARK: Diagnostics

  /// What a token is called in messages.
  func describe(_ token: Token) -> String {
    switch token.kind {
    case .endOfFile: return "the end of the file"
    case .string: return "a string"
    case .template, .templateHead: return "a template"
    case .number, .bigInteger: return "the number `\(text(token))`"
    default: return "`\(text(token))`"
    }
  }

  func unexpected(_ expectation: String, _ advice: String? = nil) -> SyntaxFailure {
    SyntaxFailure(
      .unexpectedToken, "\(expectation), found \(describe(token))", advice, token)
  }

  func position(_ token: Token) -> SourcePosition {
    SourcePosition(file: fileIndex, line: token.line, column: token.column)
  }

  mutating func report(
    _ code: DiagnosticCode, _ message: String, _ advice: String?, at position: SourcePosition,
    severity: Diagnostic.Severity = .error
  ) {
    guard diagnostics.count < Self.maximumDiagnostics else { return }
    diagnostics.append(
      Diagnostic(
        severity: severity, code: code.rawValue, message: message, advice: advice,
        path: file.path, line: position.line, column: position.column))
  }

  /// Names a construct the language does not have; the caller reads on.
  mutating func refuse(
    _ code: DiagnosticCode, _ message: String, _ advice: String?, _ token: Token
  ) {
    report(code, message, advice, at: position(token))
  }

  mutating func report(_ failure: SyntaxFailure) {
    module.isBroken = true
    report(
      failure.code, failure.message, failure.advice,
      at: SourcePosition(file: fileIndex, line: failure.line, column: failure.column))
  }

  // MARK: Trying

  /// Everything to return to when a reading turns out wrong.
  struct Checkpoint {
    var lexer: Lexer
    var token: Token
    var diagnostics: Int
    var bindings: Int
    var nextExpression: Int
    var nextFunction: Int
    var depth: Int
    var height: Int
    var functions: Int
    var pipelines: Int
    var breakables: [Breakable]
    var inConditionalBranch: Bool
    var resultTypeNames: Set<ByteName>
    var isBroken: Bool
    var isAbandoned: Bool
    var resultSpecs: [String]?
    var inSpec: Bool
    var disallowsConditional: Bool
  }

  func checkpoint() -> Checkpoint {
    Checkpoint(
      lexer: lexer, token: token, diagnostics: diagnostics.count, bindings: bindings.count,
      nextExpression: nextExpression, nextFunction: nextFunction, depth: depth, height: height,
      functions: functions.count, pipelines: module.pipelines.count, breakables: breakables,
      inConditionalBranch: inConditionalBranch, resultTypeNames: module.resultTypeNames,
      isBroken: module.isBroken, isAbandoned: isAbandoned, resultSpecs: resultSpecs, inSpec: inSpec,
      disallowsConditional: disallowsConditional)
  }

  mutating func restore(_ place: Checkpoint) {
    lexer = place.lexer
    token = place.token
    diagnostics.removeLast(diagnostics.count - place.diagnostics)
    bindings.removeLast(bindings.count - place.bindings)
    nextExpression = place.nextExpression
    nextFunction = place.nextFunction
    depth = place.depth
    height = place.height
    functions.removeLast(functions.count - place.functions)
    module.pipelines.removeLast(module.pipelines.count - place.pipelines)
    breakables = place.breakables
    inConditionalBranch = place.inConditionalBranch
    module.resultTypeNames = place.resultTypeNames
    module.isBroken = place.isBroken
    isAbandoned = place.isAbandoned
    resultSpecs = place.resultSpecs
    inSpec = place.inSpec
    disallowsConditional = place.disallowsConditional
  }

  // MARK: Making nodes

  mutating func make(_ kind: Expression.Kind, at position: SourcePosition) -> Expression {
    defer { nextExpression += 1 }
    return Expression(position: position, id: nextExpression, kind: kind)
  }

  mutating func make(_ kind: Expression.Kind, at token: Token) -> Expression {
    make(kind, at: position(token))
  }

  mutating func declare(_ name: Token, _ kind: Binding.Kind) throws(SyntaxFailure) -> BindingName {
    let spelled = text(name)
    if Self.strictWords.contains(spelled) {
      throw SyntaxFailure(
        .reservedWord, "`\(spelled)` is a reserved word, not a name", "choose another name", name)
    }
    if spelled == "undefined" || spelled == "assert" || spelled == "eval" || spelled == "arguments"
      || spelled == "let"
    {
      throw SyntaxFailure(
        .reservedWord, "`\(spelled)` cannot be declared", "choose another name", name)
    }
    return declare(spelled, kind, at: position(name))
  }

  mutating func declare(
    _ name: String, _ kind: Binding.Kind, at position: SourcePosition
  ) -> BindingName {
    defer {
      bindings.append(
        Binding(
          name: name, kind: kind, position: position, function: functions.last, file: fileIndex))
    }
    return BindingName(name: name, binding: bindings.count, position: position)
  }

  /// Reads what stands in brackets, where the rule for the branches of `?:` ends.
  mutating func unrestricted<Result>(
    _ body: (inout Parser) throws(SyntaxFailure) -> Result
  ) throws(SyntaxFailure) -> Result {
    let outer = inConditionalBranch
    inConditionalBranch = false
    defer { inConditionalBranch = outer }
    return try body(&self)
  }

  /// Counts one level of nesting around what `body` reads.
  mutating func nested<Result>(
    _ body: (inout Parser) throws(SyntaxFailure) -> Result
  ) throws(SyntaxFailure) -> Result {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw tooDeep() }
    return try body(&self)
  }

  /// Counts one more link of a chain of operators, calls or members.
  mutating func addLink() throws(SyntaxFailure) {
    height += 1
    guard height <= Self.maximumHeight else { throw tooDeep() }
  }

  private func tooDeep() -> SyntaxFailure {
    SyntaxFailure(
      .nestedTooDeeply, "the code is nested too deeply here",
      "give the inner parts names of their own", token)
  }
}
