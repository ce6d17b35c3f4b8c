import ControlPlane
import Digests
import Encodings
import HTTPTypes

/// One request of a browser, with what it says of where it comes from.
struct Visit: Sendable {
  let request: PageRequest
  /// What the browser keeps of ours; of whoever is not signed in it is good for the sign-in form
  /// alone.
  let secret: String?

  init(_ request: PageRequest) {
    self.request = request
    secret = SessionCookie(origin: request.origin).secret(in: request.headers)
  }

  /// The fields of the query.
  var query: FormFields { FormFields(request.query) }

  /// Path and query.
  var target: String {
    request.query.isEmpty ? request.path : "\(request.path)?\(request.query)"
  }

  /// Where to go after signing in: a path of ours, whatever the query says.
  var returnPath: String { LocalPath.checked(query["to"]) ?? PageRoute.plans.path }

  /// Whether the browser says that a link of another site led here.
  var comesFromElsewhere: Bool {
    request.headers[.fetchSite].map { $0 == "cross-site" || $0 == "same-site" } ?? false
  }

  /// What a form carries that only a page of ours can know: the browser's secret, hashed.
  func csrf(of secret: String) -> String { Digest.sha256(of: "csrf \(secret)").hex }

  // MARK: Forms

  private static let formType = "application/x-www-form-urlencoded"

  /// The fields of a form that a page of ours sent.
  ///
  /// - Returns: the browser's secret, which is that of a session or not, and the fields.
  /// - Throws: 403 for one of another site; 413; 415.
  func trustedForm() async throws -> (secret: String, fields: FormFields) {
    let given = request.headers[.origin]
    guard let known = given, Origin.areSame(known, request.origin) else {
      throw ControlPlaneError(
        403, "The form came from another site",
        "Nothing was changed. It was sent from \(given ?? "nowhere that the browser would name"), "
          + "expected \(request.origin).")
    }
    if let site = request.headers[.fetchSite], site != "same-origin" {
      throw ControlPlaneError(
        403, "The form came from another site", "Nothing was changed.")
    }
    guard let secret else { throw Self.stale }
    let type = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased()
    guard type == Self.formType else {
      throw ControlPlaneError(415, "That is no form", "Expected \(Self.formType).")
    }
    let fields = FormFields(String(decoding: try await request.body(), as: UTF8.self))
    // Of two digests the time of a comparison tells nothing that helps to guess.
    let (expected, told) = (csrf(of: secret), fields["csrf"] ?? "")
    guard Digest.sha256(of: expected) == Digest.sha256(of: told) else { throw Self.stale }
    return (secret, fields)
  }

  private static let stale = ControlPlaneError(
    403, "The form is not one of this session",
    "Nothing was changed. Load the page anew and send it again.")
}

/// Somebody who is signed in.
struct Visitor: Sendable {
  let caller: Caller
  let visit: Visit
  /// What his forms carry.
  let csrf: String
}

/// Paths that we lead people to.
enum LocalPath {
  /// The path where it is one of this server, so that nobody is led elsewhere.
  static func checked(_ path: String?) -> String? {
    guard let path, path.hasPrefix("/"), path.utf8.count <= 1000 else { return nil }
    let isPlain = path.utf8.allSatisfy { unit in
      switch unit {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "-._~/%?=&".utf8.contains(unit)
      }
    }
    // Two slashes would begin the name of a host.
    return isPlain && !path.hasPrefix("//") ? path : nil
  }
}

/// Scheme, host and port.
enum Origin {
  /// Whether two are the same one.
  static func areSame(_ a: String, _ b: String) -> Bool { plain(a) == plain(b) }

  private static func plain(_ origin: String) -> [UInt8] {
    var text = origin.lowercased()
    for (scheme, port) in [("https://", ":443"), ("http://", ":80")]
    where text.hasPrefix(scheme) && text.hasSuffix(port) {
      text.removeLast(port.count)
    }
    return Array(text.utf8)
  }
}

extension HTTPField.Name {
  private static func known(_ text: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(text) else { preconditionFailure("the literal names a field") }
    return name
  }

  static let fetchSite = known("Sec-Fetch-Site")
  static let contentTypeOptions = known("X-Content-Type-Options")
  static let referrerPolicy = known("Referrer-Policy")
  static let openerPolicy = known("Cross-Origin-Opener-Policy")
  static let resourcePolicy = known("Cross-Origin-Resource-Policy")
  static let permissionsPolicy = known("Permissions-Policy")
}
