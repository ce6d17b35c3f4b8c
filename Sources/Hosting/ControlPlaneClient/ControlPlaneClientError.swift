import ControlPlaneAPI
import Encodings

/// Why a control plane did not do what it was asked, or what it said is not to be believed.
///
/// Nothing in it is secret: what a control plane says in its own words is without the token.
public struct ControlPlaneClientError: Error, Sendable, Hashable {
  /// What kind of failure it is.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// An address that is none.
    case badAddress
    /// A connection that anybody can listen to where none was allowed.
    case insecure
    /// There is no token for it.
    case signedOut
    /// It does not take the token.
    case unauthorized
    /// It knows who asks, who may not.
    case denied
    /// It has no such thing.
    case missing
    /// Something is not as the client took it to be.
    case conflict
    /// What was asked for is over.
    case gone
    /// An answer that says no in another way.
    case refused
    /// It is overloaded or broken, also after all attempts.
    case unavailable
    /// No connection, or one that broke.
    case unreachable
    /// It sends elsewhere, which is not followed.
    case redirected
    /// More bytes than are read.
    case tooLarge
    /// An answer that the protocol does not know.
    case malformed
    /// The file of credentials cannot be used.
    case credentials
  }

  /// What kind of failure it is.
  public var code: Code
  /// What was asked, as `PUT cp.example/v1/services/orders`; a file for `credentials`.
  public var place: String
  /// What should have been.
  public var expected: String?
  /// What was.
  public var found: String?
  /// What it says of it.
  public var problem: Problem?

  /// An error from its parts.
  public init(
    _ code: Code, at place: String, expected: String? = nil, found: String? = nil,
    problem: Problem? = nil
  ) {
    self.code = code
    self.place = place
    self.expected = expected
    self.found = found
    self.problem = problem
  }

  /// Whether it is certain that a call which changes something changed nothing: a plain no, or
  /// nobody was asked.
  public var saysNothingHappened: Bool {
    switch code {
    case .badAddress, .insecure, .signedOut, .unauthorized, .denied, .missing, .conflict, .gone,
      .refused, .credentials:
      true
    case .unavailable, .unreachable, .redirected, .tooLarge, .malformed: false
    }
  }
}

extension ControlPlaneClientError: CustomStringConvertible {
  /// One line, safe for a terminal.
  public var description: String {
    let comparison = [expected.map { "expected \($0)" }, found.map { "found \($0)" }]
      .compactMap(\.self).joined(separator: ", ")
    let own = problem.map { " (\($0.title)\($0.detail.map { ": \($0)" } ?? ""))" } ?? ""
    return SafeText(escaping: "\(place): \(code.rawValue): \(comparison)\(own)").text
  }
}
