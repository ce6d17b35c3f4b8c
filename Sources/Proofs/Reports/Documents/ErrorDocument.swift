import Encodings
import HandlerLanguage
import JSON

/// Why a command ended with something else than success: as text `error:` lines, as JSON the last
/// line on stderr of a command with `--json`.
public struct ErrorDocument: Document {
  /// `schema/json/error-v1.schema.json`.
  public static let schema = "error"
  /// More at a time help nobody; the document for programs has all.
  private static let mostShown = 50
  private let exitCode: Int32
  private let error: String
  private let message: SafeText
  private let details: [SafeText]
  private let next: [SafeText]
  private let diagnostics: [Diagnostic]

  /// - Parameters:
  ///   - error: what the exit code means, in a word.
  ///   - message: what happened, with the value, and what was expected. Empty where the answer itself
  ///     said it.
  ///   - details: further lines.
  ///   - next: what to run or to do.
  ///   - diagnostics: of a source that was refused.
  public init(
    exitCode: Int32, error: String, message: SafeText, details: [SafeText] = [],
    next: [SafeText] = [], diagnostics: [Diagnostic] = []
  ) {
    self.exitCode = exitCode
    self.error = error
    self.message = message
    self.details = details
    self.next = next
    self.diagnostics = diagnostics
  }

  /// For people.
  public var text: SafeText {
    let message: [SafeText] = message.isEmpty ? [] : ["error: \(message)"]
    let shown: [SafeText] = diagnostics.prefix(Self.mostShown).map { "\($0)" }
    let rest = diagnostics.count - shown.count
    let more: [SafeText] = rest > 0 ? ["… and \(rest) more"] : []
    let lines = message + details + shown + more + next
    return lines.map { "\($0)\n" }.joined()
  }

  /// `exitCode`, `error`, `message`, `details`, `next`, and `diagnostics` where there are any.
  public var members: JSONObject {
    var object: JSONObject = [
      "exitCode": .count(exitCode), "error": .string(error), "message": .string(message.text),
      "details": .strings(details.map(\.text)), "next": .strings(next.map(\.text)),
    ]
    if !diagnostics.isEmpty { object["diagnostics"] = .array(diagnostics.map(json)) }
    return object
  }

  private func json(_ diagnostic: Diagnostic) -> JSONValue {
    var object: JSONObject = [
      "code": .string(diagnostic.code), "severity": .string(diagnostic.severity.rawValue),
      "file": .string(diagnostic.path), "line": .count(diagnostic.line),
      "column": .count(diagnostic.column), "message": .string(diagnostic.message),
    ]
    object["advice"] = diagnostic.advice.map(JSONValue.string)
    return .object(object)
  }
}
