import Encodings
import HandlerLanguage
import Reports

/// Why a command ends with something else than success.
struct CommandFailure: Error {
  /// The exit status.
  var status: ExitStatus
  /// What happened, with the value, and what was expected.
  var message: SafeText
  /// Further lines.
  var details: [SafeText]
  /// The next command to run, when there is one.
  var next: SafeText?
  /// Of a source that was refused.
  var diagnostics: [Diagnostic] = []
  /// Whether the answer said it, so that nothing is left to be told to a person.
  private(set) var isAnswered = false

  init(
    _ status: ExitStatus, _ message: SafeText, details: [SafeText] = [], next: SafeText? = nil,
    diagnostics: [Diagnostic] = []
  ) {
    self.status = status
    self.message = message
    self.details = details
    self.next = next
    self.diagnostics = diagnostics
  }

  /// What the answer that was printed, or the warnings before it, said already.
  init(answered status: ExitStatus, _ message: SafeText) {
    self.init(status, message)
    isAnswered = true
  }

  /// How a command ends that was asked to judge and found a breaking change.
  static let breaking = CommandFailure(answered: .breaking, "the change is breaking")

  /// How a command ends that was asked to judge what a deploy would stop at.
  static let blocked = CommandFailure(answered: .failure, "a deploy would stop here")

  /// As it is printed.
  var document: ErrorDocument {
    ErrorDocument(
      exitCode: status.rawValue, error: status.word, message: message, details: details,
      next: [next].compactMap(\.self), diagnostics: diagnostics)
  }
}
