import Synchronization

/// Who asks: a token for one control plane, and somebody who may be asked for another one.
///
/// A control plane that does not take the token is told another one once, whatever it says then.
public final class TokenSource: Sendable {
  private struct State {
    var token: String?
    var isRenewed = false
  }

  private let state: Mutex<State>
  private let renew: @Sendable () throws -> String?

  /// - Parameters:
  ///   - token: nil for nobody.
  ///   - renew: asks for another token, once at most; nil where there is nobody to ask.
  public init(_ token: String?, renew: @escaping @Sendable () throws -> String? = { nil }) {
    state = Mutex(State(token: token))
    self.renew = renew
  }

  /// The token as it is now.
  public var token: String? { state.withLock { $0.token } }

  /// Another one in place of one that was refused; nil where there is none.
  func another(insteadOf refused: String?) throws -> String? {
    let (known, mayAsk) = state.withLock { state in
      defer { state.isRenewed = true }
      return (state.token, !state.isRenewed)
    }
    if let known, known != refused { return known }
    guard mayAsk, let new = try renew(), new != refused else { return nil }
    state.withLock { $0.token = new }
    return new
  }

  /// Text of others without the token.
  func redacted(_ text: String) -> String {
    guard let token, token.utf8.count >= 4 else { return text }
    return text.replacing(token, with: "…")
  }
}
