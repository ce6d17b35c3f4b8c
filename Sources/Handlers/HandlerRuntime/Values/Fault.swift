import HandlerLanguage

/// An error that ends one request (or the start of an isolate): a 500 for that request alone.
///
/// The message holds names from the source and kinds of values, never values of the request.
struct Fault: Error {
  /// Why it was raised.
  enum Kind: Sendable, Hashable {
    /// What JavaScript would throw: a call of undefined, bad JSON …
    case error
    /// `assert` was false.
    case assertion
    /// A store into state made at module level.
    case frozen
    /// More steps than the limit.
    case steps
    /// More memory than the limit.
    case memory
    /// Calls or data nested deeper than the stack allows.
    case stack
    /// Something outside the contract was asked for.
    case refused
    /// A run that may not wait came to something that may; see `ProvisionalRun`.
    case held
    /// Nobody waits for what the function gives any more.
    case cancelled
  }

  /// One word, so that throwing functions stay cheap.
  private let storage: Storage

  private final class Storage: Sendable {
    let kind: Kind
    let message: String
    let stack: [SourcePosition]
    init(kind: Kind, message: String, stack: [SourcePosition]) {
      self.kind = kind
      self.message = message
      self.stack = stack
    }
  }

  /// Why it was raised.
  var kind: Kind { storage.kind }
  /// What happened, without values of the request.
  var message: String { storage.message }
  /// Where, innermost first; at most ``stackLimit`` places.
  var stack: [SourcePosition] { storage.stack }

  /// How many places a fault remembers.
  static let stackLimit = 32

  /// A fault; the place is added by the call that raised it.
  init(_ message: String, kind: Kind = .error, stack: [SourcePosition] = []) {
    storage = Storage(kind: kind, message: message, stack: stack)
  }

  /// The same fault, seen from one call further out.
  func at(_ position: SourcePosition) -> Fault {
    if stack.count >= Self.stackLimit { return self }
    return Fault(message, kind: kind, stack: stack + [position])
  }
}

extension Fault {
  static var outOfMemory: Fault {
    Fault("the request used more memory than its limit", kind: .memory)
  }
  static var outOfSteps: Fault { Fault("the request took more steps than its limit", kind: .steps) }
  static var outOfStack: Fault { Fault("calls or data are nested too deeply", kind: .stack) }
  static var held: Fault { Fault("the run begins anew", kind: .held) }
  static var cancelled: Fault { Fault("another function has ended first", kind: .cancelled) }
  static var frozenStore: Fault {
    Fault("state made at module level cannot be changed while serving a request", kind: .frozen)
  }
  static var invalidStringLength: Fault { Fault("a string would be longer than 536870888 units") }
}
