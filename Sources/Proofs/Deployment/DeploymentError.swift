import Contracts
import ControlPlaneClient
import HandlerLanguage
import ProjectFiles

/// Why a handler could not be proven, packed or recorded. The bytes of the store and the ledger have
/// errors of their own.
public enum DeploymentError: Error, Sendable {
  /// None of the handler's usual names exists under the project root; one of them may in the folder
  /// where the command was started.
  case noHandler(root: String, searched: [String], passedOver: String?)
  /// The source was refused; at least one of the diagnostics is an error.
  case refused([Diagnostic])
  /// Secrets or credentials flow where they must not, and nobody allowed it: at least one flow, and
  /// ways that some of them take.
  case leaks([Leak], [Witness])
  /// The code does what the contract that it was given lacks: at least one thing, as the card names it.
  case contractLacks([String])
  /// The author declared what does not hold; at least one name.
  case brokenSpecs([String])
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
  /// A row of the ledger cannot be deployed again.
  case notDeployable(line: Int, reason: Undeployable)
  /// A deploy to a control plane was interrupted between asking and recording, and nobody has found
  /// out yet what became of it.
  case pendingDeploy(service: String, target: String)
  /// Whether the control plane accepted a deploy is not known: the next command settles it.
  case unknownAcceptance(service: String, cause: ControlPlaneClientError)
  /// No bundle of certificate authorities was found at any of these places.
  case noCertificateBundle(tried: [String])
  /// The runtime that was to be packed does not start this handler, and how it ended when it was to
  /// compile it; what it printed, line by line.
  case doesNotStart(runtime: String, TrialEnding, [String])

  /// How a runtime ended that was to compile a handler.
  public enum TrialEnding: Sendable, Hashable {
    /// With this status.
    case exit(Int32)
    /// By this signal.
    case signal(Int32)
    /// It was ended because it took longer.
    case timedOut(seconds: Int)
    /// It was never run: this call failed.
    case notRun(call: String, errno: Int32)
  }

  /// What a row lacks that would be deployed again.
  public enum Undeployable: String, Sendable, Hashable {
    /// No service.
    case noService
    /// No deploy record.
    case noRecord
    /// The contract is not as this version writes it.
    case otherContract
  }
}
