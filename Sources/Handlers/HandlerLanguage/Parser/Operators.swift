/// An operator between two operands, with how tightly it binds.
enum InfixOperator: Equatable {
  case binary(BinaryOperator)
  case logical(LogicalOperator)

  /// The operator of a token and its precedence, from 1 for `??` to 12 for `**`. Refused operators
  /// have one too, so that what follows them is read.
  static func of(_ kind: Token.Kind) -> (InfixOperator, Int)? {
    switch kind {
    case .coalesce: (.logical(.coalesce), 1)
    case .orOr: (.logical(.or), 2)
    case .andAnd: (.logical(.and), 3)
    case .bar: (.binary(.bitOr), 4)
    case .caret: (.binary(.bitXor), 5)
    case .ampersand: (.binary(.bitAnd), 6)
    case .identical, .equalEqual: (.binary(.equal), 7)
    case .notIdentical, .notEqual: (.binary(.notEqual), 7)
    case .less: (.binary(.less), 8)
    case .lessEqual: (.binary(.lessOrEqual), 8)
    case .greater: (.binary(.greater), 8)
    case .greaterEqual: (.binary(.greaterOrEqual), 8)
    case .kwIn, .kwInstanceof: (.binary(.in), 8)
    case .shiftLeft: (.binary(.shiftLeft), 9)
    case .shiftRight: (.binary(.shiftRight), 9)
    case .shiftRightUnsigned: (.binary(.shiftRightUnsigned), 9)
    case .plus: (.binary(.add), 10)
    case .minus: (.binary(.subtract), 10)
    case .star: (.binary(.multiply), 11)
    case .slash: (.binary(.divide), 11)
    case .percent: (.binary(.remainder), 11)
    case .starStar: (.binary(.power), 12)
    default: nil
    }
  }
}

/// An operator that stores.
enum AssignmentOperator {
  case plain
  case compound(BinaryOperator)
  case logical(LogicalOperator)

  init?(_ kind: Token.Kind) {
    switch kind {
    case .assign: self = .plain
    case .plusAssign: self = .compound(.add)
    case .minusAssign: self = .compound(.subtract)
    case .starAssign: self = .compound(.multiply)
    case .starStarAssign: self = .compound(.power)
    case .slashAssign: self = .compound(.divide)
    case .percentAssign: self = .compound(.remainder)
    case .shiftLeftAssign: self = .compound(.shiftLeft)
    case .shiftRightAssign: self = .compound(.shiftRight)
    case .shiftRightUnsignedAssign: self = .compound(.shiftRightUnsigned)
    case .ampersandAssign: self = .compound(.bitAnd)
    case .barAssign: self = .compound(.bitOr)
    case .caretAssign: self = .compound(.bitXor)
    case .andAssign: self = .logical(.and)
    case .orAssign: self = .logical(.or)
    case .coalesceAssign: self = .logical(.coalesce)
    default: return nil
    }
  }

  /// Whether a function without a name takes that of the variable it is assigned to.
  var namesFunctions: Bool {
    if case .compound = self { false } else { true }
  }
}

extension Token.Kind {
  var isPrefixOperator: Bool {
    switch self {
    case .minus, .plus, .bang, .tilde, .kwTypeof, .kwVoid, .kwDelete, .kwAwait: true
    default: false
    }
  }
}
