/// A string as JavaScript has it: UTF-16 units, lone surrogates included.
public struct StringLiteral: Sendable, Hashable {
  /// The UTF-16 units.
  public var units: [UInt16]

  /// From UTF-16 units.
  public init(units: [UInt16]) { self.units = units }
  /// From Swift text.
  public init(_ text: String) { self.units = Array(text.utf16) }

  /// The text, lone surrogates replaced by U+FFFD.
  public var text: String { String(decoding: units, as: UTF16.self) }
}

/// An expression with its place and a number of its own.
public struct Expression: Sendable {
  /// Where it starts.
  public var position: SourcePosition
  /// Dense and unique within a ``Program``: an index for side tables such as
  /// ``Program/references``, allocation sites and inline caches.
  public var id: Int
  /// What it is.
  public var kind: Kind

  /// An expression from its parts.
  public init(position: SourcePosition, id: Int, kind: Kind) {
    self.position = position
    self.id = id
    self.kind = kind
  }

  /// The forms an expression can have. Types, `as` and `satisfies` are erased; parentheses too.
  public indirect enum Kind: Sendable {
    case number(Double)
    case string(StringLiteral)
    /// `quasis.count == values.count + 1`.
    case template(quasis: [StringLiteral], values: [Expression])
    case boolean(Bool)
    case null
    case undefined
    /// What it names is in ``Program/references`` under the expression's id.
    case identifier(String)
    case array([ArrayElement])
    case object([ObjectMember])
    /// An arrow or function expression.
    case function(Function)
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    case logical(LogicalOperator, Expression, Expression)
    case conditional(test: Expression, then: Expression, otherwise: Expression)
    /// `=`; the value of the expression is the value assigned.
    case assign(AssignmentTarget, Expression)
    /// `+=`, `**=`, `|=` …
    case compoundAssign(AssignmentTarget, BinaryOperator, Expression)
    /// `&&=`, `||=`, `??=`.
    case logicalAssign(AssignmentTarget, LogicalOperator, Expression)
    /// `object.name`; with `isOptional`, `object?.name`.
    case member(Expression, name: String, isOptional: Bool)
    /// `object[index]`; with `isOptional`, `object?.[index]`.
    case index(Expression, Expression, isOptional: Bool)
    /// `callee(arguments)`; with `isOptional`, `callee?.(arguments)`. A method call has a
    /// `member` or `index` callee.
    case call(Expression, arguments: [Argument], isOptional: Bool)
    /// The end of a chain that holds a `?.`: a short circuit inside makes the whole `undefined`.
    case optionalChain(Expression)
    /// `first |> …`: what it means is in ``Pipeline/role``.
    case pipeline(Pipeline)
    case match(Match)
    case jsx(JSXElement)
  }
}

/// An element of an array literal. Holes are refused.
public enum ArrayElement: Sendable {
  case value(Expression)
  case spread(Expression)
}

/// A member of an object literal. Shorthands and methods are written out; getters and setters are
/// refused.
public enum ObjectMember: Sendable {
  case property(PropertyKey, Expression)
  case spread(Expression)
}

/// A key in an object literal or pattern.
public enum PropertyKey: Sendable {
  /// `name`, `"name"` or `1` (written as JavaScript prints the number).
  case literal(StringLiteral)
  /// `[expression]`.
  case computed(Expression)
}

/// An argument of a call.
public struct Argument: Sendable {
  /// Its value.
  public var value: Expression
  /// Written with `...`.
  public var isSpread: Bool
  /// An argument from its parts.
  public init(value: Expression, isSpread: Bool) {
    self.value = value
    self.isSpread = isSpread
  }
}

/// What an assignment can store to.
public enum AssignmentTarget: Sendable {
  /// The expression is an `identifier`; look its id up in ``Program/references``.
  case variable(Expression)
  case member(Expression, name: String)
  case index(Expression, Expression)
}

/// Prefix operators.
public enum UnaryOperator: String, Sendable {
  case minus = "-"
  case plus = "+"
  case not = "!"
  case bitNot = "~"
  case typeOf = "typeof"
  case void
}

/// Operators that evaluate both sides.
public enum BinaryOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case remainder = "%"
  case power = "**"
  case equal = "==="
  case notEqual = "!=="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case bitAnd = "&"
  case bitOr = "|"
  case bitXor = "^"
  case shiftLeft = "<<"
  case shiftRight = ">>"
  case shiftRightUnsigned = ">>>"
  case `in`
}

/// Operators that may not evaluate their right side.
public enum LogicalOperator: String, Sendable {
  case and = "&&"
  case or = "||"
  case coalesce = "??"
}

/// `first |> second |> …`, flat.
public struct Pipeline: Sendable {
  /// What the bar means, decided from the members' values when the program is loaded.
  public enum Role: Sendable {
    /// `second(first)`, and so on.
    case apply
    /// Guards around one plain function: the value is a handler function.
    case sequence
  }
  /// At least two.
  public var members: [Expression]
  /// Apply or sequence.
  public var role: Role
  /// For a sequence: index in `members` of the one plain function.
  public var plainIndex: Int?
  /// A pipeline from its parts.
  public init(members: [Expression], role: Role, plainIndex: Int? = nil) {
    self.members = members
    self.role = role
    self.plainIndex = plainIndex
  }
}

/// `match (subject) { when PATTERN: expression … default: expression }`.
public struct Match: Sendable {
  /// One `when`.
  public struct Arm: Sendable {
    /// What the subject must be.
    public var pattern: MatchPattern
    /// The value of the arm.
    public var value: Expression
    /// An arm from its parts.
    public init(pattern: MatchPattern, value: Expression) {
      self.pattern = pattern
      self.value = value
    }
  }
  /// What is looked at.
  public var subject: Expression
  /// In order: the first that fits decides.
  public var arms: [Arm]
  /// `default`; without it and without a matching arm the value is `undefined`.
  public var otherwise: Expression?
  /// A match from its parts.
  public init(subject: Expression, arms: [Arm], otherwise: Expression?) {
    self.subject = subject
    self.arms = arms
    self.otherwise = otherwise
  }
}

/// What a `when` looks for.
public indirect enum MatchPattern: Sendable {
  /// `_`
  case any
  /// A number, string, boolean, `null` or `undefined` literal (or a negative number), compared
  /// with `===`.
  case literal(Expression)
  /// An object that is neither null nor an array, with these fields.
  case object([Field])

  /// One field of an object shape.
  public struct Field: Sendable {
    /// The name of the field.
    public var key: StringLiteral
    /// What the field must be.
    public var value: FieldPattern
    /// A field from its parts.
    public init(key: StringLiteral, value: FieldPattern) {
      self.key = key
      self.value = value
    }
  }
  /// What a field must be.
  public enum FieldPattern: Sendable {
    case pattern(MatchPattern)
    /// Present and not undefined; bound to a name for the arm.
    case bind(BindingName)
  }
}

/// `<tag …>…</tag>`, or a fragment.
public struct JSXElement: Sendable {
  /// What stands behind `<`.
  public enum Tag: Sendable {
    case fragment
    /// Lower case: an HTML element.
    case element(String)
    /// A component: a call with `{...attributes, children}`.
    case component(Expression)
  }
  /// One attribute.
  public enum Attribute: Sendable {
    /// `name`, `name="text"` or `name={value}`; without a value it is `true`.
    case named(String, Expression?)
    case spread(Expression)
  }
  /// One child.
  public enum Child: Sendable {
    /// Text after JSX white-space folding and entity decoding.
    case text(StringLiteral)
    case expression(Expression)
  }
  /// What it is.
  public var tag: Tag
  /// In source order: later ones win.
  public var attributes: [Attribute]
  /// In source order.
  public var children: [Child]
  /// An element from its parts.
  public init(tag: Tag, attributes: [Attribute], children: [Child]) {
    self.tag = tag
    self.attributes = attributes
    self.children = children
  }
}
