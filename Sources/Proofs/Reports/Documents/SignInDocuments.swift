import Encodings
import JSON

/// What `login` answers: who signed in where. Never the token.
public struct SignInDocument: Document {
  /// `schema/json/login-v1.schema.json`.
  public static let schema = "login"
  private let controlPlane: String
  private let email: String?

  /// - Parameter email: whose token it is, where the control plane says so.
  public init(controlPlane: String, email: String?) {
    self.controlPlane = controlPlane
    self.email = email
  }

  /// For people.
  public var text: SafeText {
    "Signed in to \(controlPlane)\(email.map { " as \($0)" } ?? "")\n"
  }

  /// `controlPlane`, `email`.
  public var members: JSONObject {
    var object: JSONObject = ["controlPlane": .string(controlPlane)]
    object["email"] = email.map(JSONValue.string)
    return object
  }
}

/// What `logout` answers.
public struct SignOutDocument: Document {
  /// `schema/json/logout-v1.schema.json`.
  public static let schema = "logout"
  private let controlPlane: String
  private let wasSignedIn: Bool

  /// - Parameter wasSignedIn: whether there was a token, which is revoked now.
  public init(controlPlane: String, wasSignedIn: Bool) {
    self.controlPlane = controlPlane
    self.wasSignedIn = wasSignedIn
  }

  /// For people.
  public var text: SafeText {
    wasSignedIn ? "Signed out of \(controlPlane)\n" : "Not signed in to \(controlPlane)\n"
  }

  /// `controlPlane`, `wasSignedIn`.
  public var members: JSONObject {
    ["controlPlane": .string(controlPlane), "wasSignedIn": .bool(wasSignedIn)]
  }
}
