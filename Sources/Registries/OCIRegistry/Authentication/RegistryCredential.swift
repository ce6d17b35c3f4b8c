/// What somebody proves with who asks. It is never shown.
public enum RegistryCredential: Sendable, Hashable {
  /// A name and a password, or a token in place of one.
  case password(user: String, password: String)
  /// What a token service gives a token for (OAuth 2's refresh token).
  case identityToken(String)
  /// What the registry takes as it is.
  case registryToken(String)

  /// What no text of others may show again.
  var secrets: [String] {
    switch self {
    case .password(_, let password): [password]
    case .identityToken(let token), .registryToken(let token): [token]
    }
  }
}

extension RegistryCredential: CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// Which kind it is.
  public var description: String {
    switch self {
    case .password: "a password"
    case .identityToken: "an identity token"
    case .registryToken: "a token"
    }
  }

  /// Which kind it is.
  public var debugDescription: String { description }

  /// Nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
