/// A statement with its place.
public struct Statement: Sendable {
  /// Where it starts.
  public var position: SourcePosition
  /// What it is.
  public var kind: Kind

  /// A statement from its parts.
  public init(position: SourcePosition, kind: Kind) {
    self.position = position
    self.kind = kind
  }

  /// The forms a statement can have. Types, interfaces and imports leave none behind.
  public indirect enum Kind: Sendable {
    case variables(DeclarationKind, [Declarator])
    /// A function declaration: hoisted to the top of its block.
    case function(BindingName, Function)
    case expression(Expression)
    case `return`(Expression?)
    case `if`(test: Expression, then: Statement, otherwise: Statement?)
    case forOf(DeclarationKind, Pattern, iterable: Expression, body: Statement)
    case `break`
    case `continue`
    /// No case falls through into code.
    case `switch`(Expression, [SwitchCase])
    case block([Statement])
    /// `assert condition[, message]`: false is a fault.
    case assert(Expression, message: Expression?)
  }
}

/// `const` or `let`.
public enum DeclarationKind: Sendable { case const, `let` }

/// One `pattern = value` of a declaration.
public struct Declarator: Sendable {
  /// What it binds.
  public var pattern: Pattern
  /// Absent only for `let name;`.
  public var value: Expression?
  /// A declarator from its parts.
  public init(pattern: Pattern, value: Expression?) {
    self.pattern = pattern
    self.value = value
  }
}

/// One arm of a `switch`; several labels may share a body.
public struct SwitchCase: Sendable {
  /// The values of its `case` labels.
  public var tests: [Expression]
  /// Whether `default:` is among its labels.
  public var isDefault: Bool
  /// The statements, without the closing `break`.
  public var body: [Statement]
  /// A case from its parts.
  public init(tests: [Expression], isDefault: Bool, body: [Statement]) {
    self.tests = tests
    self.isDefault = isDefault
    self.body = body
  }
}

/// A declared name.
public struct BindingName: Sendable, Hashable {
  /// As it is spelled.
  public var name: String
  /// Index into ``Program/bindings``.
  public var binding: Int
  /// Where it stands.
  public var position: SourcePosition
  /// A name from its parts.
  public init(name: String, binding: Int, position: SourcePosition) {
    self.name = name
    self.binding = binding
    self.position = position
  }
}

/// What a declaration or parameter binds.
public indirect enum Pattern: Sendable {
  case name(BindingName)
  case object([Property], rest: BindingName?)
  /// A nil element skips one.
  case array([Element?], rest: Pattern?)

  /// `key: target = fallback`.
  public struct Property: Sendable {
    /// Which property is read.
    public var key: PropertyKey
    /// What the value is bound to.
    public var target: Pattern
    /// The value instead of `undefined`; evaluated only then.
    public var fallback: Expression?
    /// A property from its parts.
    public init(key: PropertyKey, target: Pattern, fallback: Expression?) {
      self.key = key
      self.target = target
      self.fallback = fallback
    }
  }
  /// `target = fallback`.
  public struct Element: Sendable {
    /// What the value is bound to.
    public var target: Pattern
    /// The value instead of `undefined`; evaluated only then.
    public var fallback: Expression?
    /// An element from its parts.
    public init(target: Pattern, fallback: Expression?) {
      self.target = target
      self.fallback = fallback
    }
  }
}

/// A function of any spelling.
public struct Function: Sendable {
  /// `target = fallback`.
  public typealias Parameter = Pattern.Element
  /// What follows the head.
  public enum Body: Sendable {
    case block([Statement])
    /// An arrow's single expression.
    case expression(Expression)
  }
  /// Dense and unique within a ``Program``.
  public var id: Int
  /// Its own name, or the name of the constant or field it is the value of.
  public var name: String?
  /// For a named function expression: the binding of its own name inside its body.
  public var selfBinding: BindingName?
  /// Where it stands.
  public var position: SourcePosition
  /// All but the rest parameter, in order.
  public var parameters: [Parameter]
  /// What the remaining arguments are bound to, as an array.
  public var rest: Pattern?
  /// What it runs.
  public var body: Body
  /// Names from `Spec<"…">` in its result type, dashes, sorted.
  public var declaredSpecs: [String]
  /// A function from its parts.
  public init(
    id: Int, name: String?, selfBinding: BindingName? = nil, position: SourcePosition,
    parameters: [Parameter], rest: Pattern?, body: Body, declaredSpecs: [String] = []
  ) {
    self.id = id
    self.name = name
    self.selfBinding = selfBinding
    self.position = position
    self.parameters = parameters
    self.rest = rest
    self.body = body
    self.declaredSpecs = declaredSpecs
  }
}
