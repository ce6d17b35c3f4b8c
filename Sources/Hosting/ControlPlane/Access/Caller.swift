import Encodings

/// What a token allows.
public enum TokenRight: String, Sendable, Hashable, CaseIterable {
  /// Open sessions and change services.
  case deploy
  /// Decide on plans, revoke grants.
  case review
  /// Everything, for every project; counters and other people's tokens too.
  case admin
}

/// For which projects a token is good.
public enum ProjectScope: Sendable, Hashable {
  /// Every one.
  case all
  /// These.
  case only(Set<ByteName>)

  /// `*`, or names with spaces between them.
  var text: String {
    switch self {
    case .all: "*"
    case .only(let names): names.sortedTexts.joined(separator: " ")
    }
  }

  init(text: String) {
    self = text == "*" ? .all : .only(Set(text.split(separator: " ").map { ByteName(String($0)) }))
  }

  func contains(_ project: String) -> Bool {
    switch self {
    case .all: true
    case .only(let names): names.contains(project)
    }
  }
}

/// Somebody who asks, known by a token.
package struct Caller: Sendable, Hashable {
  package var tokenID: String
  package var email: String
  package var rights: Set<TokenRight>
  package var projects: ProjectScope

  /// Two tokens of one address are one person, however it is spelled.
  var person: String { Person.key(email) }

  package func may(_ right: TokenRight, _ project: String) -> Bool {
    rights.contains(.admin) || rights.contains(right) && projects.contains(project)
  }

  /// Whether he may see what there is of a project.
  func mayRead(_ project: String) -> Bool { may(.deploy, project) || may(.review, project) }

  func require(_ right: TokenRight, _ project: String) throws {
    guard may(right, project) else {
      throw ControlPlaneError.denied(
        "the token has not the right to \(right.rawValue) in the project \(project)")
    }
  }
}

/// A person by the address of a token.
enum Person {
  static func key(_ email: String) -> String { email.lowercased() }

  /// Printable, without spaces, of a length that fits everywhere.
  static func isValid(_ email: String) -> Bool {
    (1...254).contains(email.utf8.count) && email.utf8.allSatisfy { (0x21...0x7e).contains($0) }
  }
}
