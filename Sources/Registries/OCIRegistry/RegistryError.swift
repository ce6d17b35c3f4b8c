import ContentStore
import Digests
import Encodings

/// Why a registry could not do what it was asked, or what it said is not to be believed.
///
/// Nothing in it is secret: addresses are without their queries, which may be signed, and what a
/// registry says in its own words is without what it was told to prove who asks.
public struct RegistryError: Error, Sendable, Hashable {
  /// What kind of failure it is.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// A name of a registry, a repository or a tag that is none.
    case badName
    /// A file or a program that holds credentials cannot be used.
    case credential
    /// The registry wants to know who asks, and does not take what it was told.
    case unauthorized
    /// The registry knows who asks, who may not.
    case denied
    /// There is no such repository, manifest or blob.
    case missing
    /// An answer that says no in another way.
    case refused
    /// The registry is overloaded or broken, also after all attempts.
    case unavailable
    /// No connection, or one that broke.
    case unreachable
    /// A connection that anybody can listen to where none was allowed.
    case insecure
    /// A redirection that is not followed.
    case redirected
    /// More bytes, pages or headers than are read.
    case tooLarge
    /// An answer that the specification does not know.
    case malformed
    /// Bytes that are not what their name says.
    case corrupt
    /// Somebody else wrote at the same time, again and again.
    case conflict
    /// What was to be sent could not be read.
    case source
  }

  /// What kind of failure it is.
  public var code: Code
  /// What was asked, as `GET registry.example/v2/app/tags/list`; a file or a program for
  /// `credential`.
  public var place: String
  /// What should have been: a status, a digest, a size.
  public var expected: String?
  /// What was.
  public var found: String?
  /// The status of the answer.
  public var status: Int?
  /// What the registry says of it.
  public var answers: [ErrorAnswer]
  /// Why what was to be sent could not be read.
  public var cause: StoreError?

  /// An error from its parts.
  public init(
    _ code: Code, at place: String, expected: String? = nil, found: String? = nil,
    status: Int? = nil, answers: [ErrorAnswer] = [], cause: StoreError? = nil
  ) {
    self.code = code
    self.place = place
    self.expected = expected
    self.found = found
    self.status = status
    self.answers = answers
    self.cause = cause
  }

  /// Whether the same may succeed a little later.
  var isPassing: Bool { code == .unreachable || code == .unavailable }
}

extension RegistryError: CustomStringConvertible {
  /// One sentence, safe for a terminal.
  public var description: String { SafeText(escaping: "\(place): \(sentence)").text }

  /// The same without what was asked, and not safe yet.
  var sentence: String {
    var text = what
    let comparison = [expected.map { "expected \($0)" }, found.map { "found \($0)" }]
      .compactMap(\.self).joined(separator: ", ")
    if !comparison.isEmpty { text += ": \(comparison)" }
    if let cause {
      let parts = [cause.path, cause.digest?.description, cause.expected, cause.found]
      text += ": \(cause.code.rawValue) \(parts.compactMap(\.self).joined(separator: ", "))"
    }
    if !answers.isEmpty {
      text += " (\(answers.map(\.description).joined(separator: "; ")))"
    }
    return text
  }

  private var what: String {
    switch code {
    case .badName: "the name cannot be read"
    case .credential: "no credential could be read"
    case .unauthorized: "the registry does not take the credential"
    case .denied: "the registry does not allow it"
    case .missing: "there is no such thing"
    case .refused: "the registry refuses it"
    case .unavailable: "the registry cannot do it now"
    case .unreachable: "no answer came"
    case .insecure: "the connection is not encrypted"
    case .redirected: "the redirection is not followed"
    case .tooLarge: "the answer is too large"
    case .malformed: "the answer cannot be understood"
    case .corrupt: "the bytes are not what their name says"
    case .conflict: "somebody else changes it as well"
    case .source: "what was to be sent cannot be read"
    }
  }
}

extension StoreError {
  /// A registry's failure, for whoever copies objects from wherever they are.
  public init(_ error: RegistryError, digest: Digest? = nil) {
    if let cause = error.cause {
      self = cause
      return
    }
    let code: Code
    switch error.code {
    case .missing: code = .missing
    case .corrupt: code = .corrupt
    case .tooLarge: code = .tooLarge
    case .malformed: code = .malformed
    case .unauthorized, .denied, .credential: code = .accessDenied
    default: code = .system
    }
    // What is wrong with an object is compared; of all else there is the sentence.
    let isCompared = [.corrupt, .tooLarge, .malformed].contains(code)
    self.init(
      code, path: error.place, digest: digest, expected: isCompared ? error.expected : nil,
      found: isCompared ? error.found : error.sentence)
  }
}
