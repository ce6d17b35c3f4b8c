/// What the built-ins need of the host: `Date.now`, `Math.random` and `console`.
struct BuiltinServices: Sendable {
  /// Milliseconds since the epoch.
  var now: @Sendable () -> Double
  /// A number from 0 up to, and without, 1.
  var random: @Sendable () -> Double
  /// Writes a line of a level to the log; the text is UTF-8.
  var log: @Sendable (CallContext, ConsoleLevel, [UInt8]) -> Void

  init(
    now: @escaping @Sendable () -> Double, random: @escaping @Sendable () -> Double,
    log: @escaping @Sendable (CallContext, ConsoleLevel, [UInt8]) -> Void
  ) {
    self.now = now
    self.random = random
    self.log = log
  }
}

/// The functions of `console`.
enum ConsoleLevel: String, Sendable, Hashable, CaseIterable {
  case debug, info, log, warn, error
}

/// Everything that is there without an import.
enum Builtins {
  /// Puts every row of the table of built-ins but `fetchSync` into a registry.
  static func register(in registry: inout NativeRegistry, services: BuiltinServices) {
    GlobalFunctions.register(in: &registry)
    MathFunctions.register(in: &registry, random: services.random)
    ObjectFunctions.register(in: &registry)
    ConsoleFunctions.register(in: &registry, services: services)
    NumberMethods.register(in: &registry)
    StringMethods.register(in: &registry)
    ArrayFunctions.register(in: &registry)
    ArrayMethods.register(in: &registry)
    JSONFunctions.register(in: &registry)
    HeaderMethods.register(in: &registry)
    ResponseFunctions.register(in: &registry)
    RequestObject.register(in: &registry)
    ResultObject.register(in: &registry)
    JSXFunctions.register(in: &registry)
  }
}
