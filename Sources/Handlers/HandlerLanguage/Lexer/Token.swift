/// One token of a source: what it is and which bytes it covers. Its text stays in the bytes.
struct Token: Sendable, Hashable {
  enum Kind: UInt8, Sendable, Hashable {
    case endOfFile, identifier, number, bigInteger, string
    /// A template without substitutions, or the piece of one up to the first `${`.
    case template, templateHead
    case privateName

    case braceOpen, braceClose, parenOpen, parenClose, bracketOpen, bracketClose
    case dot, ellipsis, semicolon, comma, colon, question, questionDot, arrow, at
    case less, greater, lessEqual, greaterEqual
    case equalEqual, notEqual, identical, notIdentical
    case plus, minus, star, starStar, slash, percent, plusPlus, minusMinus
    case shiftLeft, shiftRight, shiftRightUnsigned
    case ampersand, bar, caret, bang, tilde, andAnd, orOr, coalesce, pipe
    case assign, plusAssign, minusAssign, starAssign, starStarAssign, slashAssign, percentAssign
    case shiftLeftAssign, shiftRightAssign, shiftRightUnsignedAssign
    case ampersandAssign, barAssign, caretAssign, andAssign, orAssign, coalesceAssign

    case kwBreak, kwCase, kwCatch, kwClass, kwConst, kwContinue, kwDebugger, kwDefault, kwDelete
    case kwDo, kwElse, kwEnum, kwExport, kwExtends, kwFalse, kwFinally, kwFor, kwFunction, kwIf
    case kwImport, kwIn, kwInstanceof, kwNew, kwNull, kwReturn, kwSuper, kwSwitch, kwThis, kwThrow
    case kwTrue, kwTry, kwTypeof, kwVar, kwVoid, kwWhile, kwWith, kwYield, kwAwait
  }

  var kind: Kind
  /// First byte.
  var start: Int
  /// Behind the last byte.
  var end: Int
  var line: Int
  /// Counted in UTF-16 units, from 1.
  var column: Int
  /// Whether a line end stands between this token and the one before it.
  var newlineBefore: Bool

  /// Words that cannot be names. `let`, `type`, `of` and the like can.
  static let keywords: [String: Kind] = [
    "break": .kwBreak, "case": .kwCase, "catch": .kwCatch, "class": .kwClass, "const": .kwConst,
    "continue": .kwContinue, "debugger": .kwDebugger, "default": .kwDefault, "delete": .kwDelete,
    "do": .kwDo, "else": .kwElse, "enum": .kwEnum, "export": .kwExport, "extends": .kwExtends,
    "false": .kwFalse, "finally": .kwFinally, "for": .kwFor, "function": .kwFunction, "if": .kwIf,
    "import": .kwImport, "in": .kwIn, "instanceof": .kwInstanceof, "new": .kwNew, "null": .kwNull,
    "return": .kwReturn, "super": .kwSuper, "switch": .kwSwitch, "this": .kwThis,
    "throw": .kwThrow, "true": .kwTrue, "try": .kwTry, "typeof": .kwTypeof, "var": .kwVar,
    "void": .kwVoid, "while": .kwWhile, "with": .kwWith, "yield": .kwYield, "await": .kwAwait,
  ]
}

extension Token.Kind {
  /// Whether it is a reserved word.
  var isKeyword: Bool { rawValue >= Token.Kind.kwBreak.rawValue }
  /// Whether it can be a property name behind a dot.
  var isWord: Bool { self == .identifier || isKeyword }
}
