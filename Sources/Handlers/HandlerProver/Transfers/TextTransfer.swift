import HandlerLanguage

/// What a method of a string gives, for the prover. One row a method; a method without a row of its
/// own gives a text of which nothing is known, with every label of every operand.
struct TextTransfer {
  enum Result {
    /// Yes or no.
    case answer
    case number
    /// A number or `undefined`.
    case numberOrUndefined
    /// The text itself.
    case same
    /// A text as whole as the one it is made of.
    case text
    /// A piece of it.
    case piece
    /// A piece or `undefined`.
    case pieceOrUndefined
    /// A list of pieces.
    case pieces
    /// All parts behind each other.
    case joined
    /// The text with something else put into it.
    case replaced
    /// The text, or a part of it, several times.
    case repeated
  }

  var result: Result
  /// Whether some arguments are a fault.
  var mayFault = false

  /// The row of a method.
  static func row(_ method: BuiltinMethod) -> TextTransfer {
    switch method {
    case .stringEndsWith, .stringIncludes, .stringStartsWith: .init(result: .answer)
    case .stringIndexOf, .stringLastIndexOf, .stringCharCodeAt, .stringLocaleCompare:
      .init(result: .number)
    case .stringCodePointAt: .init(result: .numberOrUndefined)
    case .stringToString, .stringValueOf: .init(result: .same)
    case .stringSplit: .init(result: .pieces)
    case .stringConcat: .init(result: .joined)
    case .stringReplace, .stringReplaceAll: .init(result: .replaced)
    case .stringRepeat: .init(result: .repeated, mayFault: true)
    case .stringTrim, .stringTrimEnd, .stringTrimStart, .stringToLowerCase, .stringToUpperCase,
      .stringToLocaleLowerCase, .stringToLocaleUpperCase:
      .init(result: .text)
    case .stringPadEnd, .stringPadStart: .init(result: .text)
    case .stringSlice, .stringSubstring, .stringCharAt: .init(result: .piece)
    case .stringAt: .init(result: .pieceOrUndefined)
    default: .init(result: .piece, mayFault: true)
    }
  }
}
