import ContentStore
import ControlPlane
import Deployment
import Encodings
import Files
import RegistryServer

/// Why a command ends with something else than success.
struct ProgramFailure: Error {
  static let usage: Int32 = 64

  /// The exit status.
  var status: Int32 = 1
  /// What happened, with the value, and what was expected.
  var message: SafeText
  /// What to do next.
  var next: SafeText?

  init(_ message: SafeText, next: SafeText? = nil) {
    self.message = message
    self.next = next
  }

  /// What a library reports, in words.
  init(wording error: any Error) {
    switch error {
    case let error as ControlPlaneError:
      let parts = [error.problem.title, error.problem.detail].compactMap(\.self)
      self.init(SafeText(escaping: parts.joined(separator: ": ")))
    case let error as RegistryError:
      let cause = error.cause.map { ": \($0)" } ?? ""
      self.init(SafeText(escaping: error.message + cause))
    case let error as DeploymentError: self.init(deployment: error)
    default: self.init(SafeText(escaping: "\(error)"))
    }
  }

  private init(deployment error: DeploymentError) {
    switch error {
    case .noRuntime(let tried):
      self.init(
        "there is no zigttp runtime at \(SafeText(escaping: tried.joined(separator: " or ")))",
        next: "Name one with --runtime, or install this program beside zigttp-runtime.")
    case .noCertificateBundle(let tried):
      self.init("there is no CA bundle at \(SafeText(escaping: tried.joined(separator: " or ")))")
    default: self.init(SafeText(escaping: "\(error)"))
    }
  }
}
