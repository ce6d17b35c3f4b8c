import Deployment
import Encodings

extension Project {
  /// Which handler was taken, where it is not one of the folder that the command works in; nil where
  /// it is.
  ///
  /// Reference: interface.md, "Project detection".
  func notice(in invocation: Invocation) -> SafeText? {
    guard !isHere else { return nil }
    let taken: SafeText = "\(invocation.relative("\(root)/\(handlerPath)"))"
    let folder: SafeText =
      invocation.directory == invocation.callerDirectory
      ? "this folder" : "\(invocation.relative(invocation.directory))"
    guard let passedOver else { return "there is no handler in \(folder): \(taken) is taken" }
    return """
      \(passedOver) in \(folder) is not taken, but \(taken): the project is \
      \(invocation.relative(root)); a package.json in \(folder) makes it one of its own
      """
  }
}
