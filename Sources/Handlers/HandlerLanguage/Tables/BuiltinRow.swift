/// What a built-in name does, as the parser's checks, the prover and the runtime need it.
public struct BuiltinRow: Sendable, Hashable {
  /// What using the name can do besides giving a value.
  public enum Effect: Sendable, Hashable {
    /// Nothing: the same arguments always give the same value.
    case pure
    /// It reads the clock.
    case clock
    /// It draws a random number.
    case random
    /// It writes its arguments to the log.
    case log
    /// It changes the object or array that it is called on.
    case mutatesReceiver
    /// It changes the object in its first argument.
    case mutatesFirstArgument
    /// It speaks to another service.
    case network
  }

  /// How the name is used.
  public enum Form: Sendable, Hashable {
    /// A value that is never called, such as `Math.PI`.
    case constant
    /// A global whose members are used and which is no function itself, such as `JSON`.
    case namespace
    /// A function.
    case function
    /// A function that calls the functions among its arguments before it returns.
    case higherOrder
  }

  /// How the name is used.
  public var form: Form
  /// Fewest arguments that make sense.
  public var minimumArguments: Int
  /// Most arguments that are looked at; nil for any number. More are allowed and ignored.
  public var maximumArguments: Int?
  /// What a use does.
  public var effect: Effect

  /// Whether the result depends on the arguments and the receiver only.
  public var isDeterministic: Bool {
    switch effect {
    case .clock, .random, .network: false
    case .pure, .log, .mutatesReceiver, .mutatesFirstArgument: true
    }
  }

  /// Whether the name is a function.
  public var isCallable: Bool { form == .function || form == .higherOrder }

  static func constant() -> BuiltinRow {
    BuiltinRow(form: .constant, minimumArguments: 0, maximumArguments: 0, effect: .pure)
  }

  static func namespace() -> BuiltinRow {
    BuiltinRow(form: .namespace, minimumArguments: 0, maximumArguments: 0, effect: .pure)
  }

  static func function(
    _ minimum: Int, _ maximum: Int?, _ effect: Effect = .pure
  ) -> BuiltinRow {
    BuiltinRow(
      form: .function, minimumArguments: minimum, maximumArguments: maximum, effect: effect)
  }

  static func higherOrder(
    _ minimum: Int, _ maximum: Int?, _ effect: Effect = .pure
  ) -> BuiltinRow {
    BuiltinRow(
      form: .higherOrder, minimumArguments: minimum, maximumArguments: maximum, effect: effect)
  }
}
