import HTTPListener
import OCIImage

/// Who may do what.
public struct AccessPolicy: Sendable {
  /// What anybody may, with every repository.
  public var anonymous: Set<RegistryRight>
  /// Whether nobody may change anything.
  public var isReadOnly: Bool
  private let tokens: any TokenHolders

  /// A policy from its parts.
  public init(
    anonymous: Set<RegistryRight>, isReadOnly: Bool = false, tokens: any TokenHolders
  ) {
    self.anonymous = anonymous
    self.isReadOnly = isReadOnly
    self.tokens = tokens
  }

  /// Somebody who asks.
  struct Caller: Sendable {
    fileprivate let token: AccessToken?
    fileprivate let anonymous: Set<RegistryRight>

    /// Whether he may do something with a repository.
    func may(_ right: RegistryRight, _ name: RepositoryName) -> Bool {
      anonymous.contains(right) || token?.allows(right, name) ?? false
    }

    /// Whether he may read everything, the counters among it.
    var readsAll: Bool { anonymous.contains(.pull) || token?.readsAll ?? false }
  }

  /// Who asks.
  ///
  /// - Throws: `UNAUTHORIZED` for credentials that are none, whatever anybody may.
  func caller(_ credentials: Credentials) throws(RegistryError) -> Caller {
    switch credentials {
    case .anonymous: return Caller(token: nil, anonymous: anonymous)
    case .unreadable: throw Self.unauthorized
    case .token(let secret):
      guard let token = try tokens.holder(of: secret) else { throw Self.unauthorized }
      return Caller(token: token, anonymous: anonymous)
    }
  }

  /// - Throws: `UNSUPPORTED` for a change where there is none; `UNAUTHORIZED` where a token would
  ///   help; `DENIED` where the one that was shown does not.
  func require(
    _ right: RegistryRight, _ name: RepositoryName, of caller: Caller
  ) throws(RegistryError) {
    if isReadOnly, right != .pull { throw Self.readOnly }
    guard !caller.may(right, name) else { return }
    guard caller.token != nil else { throw Self.unauthorized }
    throw RegistryError(
      .denied, 403, "the token has not the right to \(right.rawValue) here", details: [name.text])
  }

  /// Asked whether the protocol is spoken here, whoever is nobody gets a challenge where a token can
  /// do more: clients take from this answer how to sign in, and ask no second time.
  func requireBase(_ caller: Caller) throws(RegistryError) {
    if caller.token != nil { return }
    let useful: Set<RegistryRight> = isReadOnly ? [.pull] : [.pull, .push]
    guard useful.isSubset(of: anonymous) else { throw Self.unauthorized }
  }

  static let readOnly = RegistryError(
    .unsupported, 405, "this registry is read-only")

  static let unauthorized = RegistryError(
    .unauthorized, 401, "a token of this registry is needed, as password or bearer")
}
