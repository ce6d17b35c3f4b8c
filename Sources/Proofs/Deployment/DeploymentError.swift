import HandlerLanguage
import ProjectFiles

/// Why a handler could not be proven, packed or recorded. The bytes of the store and the ledger have
/// errors of their own.
public enum DeploymentError: Error, Sendable {
  /// None of the handler's usual names exists under the project root.
  case noHandler(root: String, searched: [String])
  /// The source was refused; at least one of the diagnostics is an error.
  case refused([Diagnostic])
  /// A line of `.env` is not `KEY=value`.
  case malformedEnvFile(EnvFileError)
  /// `package.json` is not JSON; the place is counted from 1.
  case malformedPackageManifest(path: String, line: Int, column: Int, problem: String)
  /// A member of `package.json` is not what it should be.
  case unfitPackageManifest(path: String, member: String, expected: String, found: String)
  /// Nothing that could name the service leaves a letter or digit behind.
  case emptyServiceName(tried: [String])
  /// A source resolves to a place outside of the project root.
  case sourceOutsideProject(path: String)
  /// A file could not be read.
  case unreadable(path: String, errno: Int32)
  /// A folder, pipe or device stands where a file is expected.
  case notAFile(path: String)
  /// A file could not be written.
  case unwritable(path: String, errno: Int32)
  /// No runtime to pack was found at any of these places.
  case noRuntime(tried: [String])
  /// No bundle of certificate authorities was found at any of these places.
  case noCertificateBundle(tried: [String])
}
