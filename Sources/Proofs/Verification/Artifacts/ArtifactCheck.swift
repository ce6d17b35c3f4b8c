import Digests
import Ledger

/// One thing that was looked at: what it should be, what it is, and what that comes to.
public struct ArtifactCheck: Sendable, Hashable {
  /// What kind of thing; its word is stable.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The manifest's digest and size.
    case manifest
    /// The manifest's shape: an image of ours.
    case image
    /// The configuration's digest and size.
    case config
    /// Members of the configuration that an image of ours has not.
    case configMembers = "config-members"
    /// What the image says that it runs on, against its program.
    case platform
    /// What the image runs.
    case entrypoint
    /// As whom it runs.
    case user
    /// Where it starts.
    case workingDirectory = "working-dir"
    /// The ports that it exposes.
    case ports
    /// A label against the contract.
    case label
    /// A layer's digest and size.
    case layer
    /// A layer's digest before compression.
    case diffID = "diff-id"
    /// What the runtime's layer holds.
    case runtimeLayer = "runtime-layer"
    /// The runtime program.
    case runtime
    /// What kinds of entries the app's tar holds.
    case appTar = "app-tar"
    /// A file of the app against `app.json`.
    case appFile = "app-file"
    /// The app's tar in a program against the layer of the image.
    case appLayer = "app-layer"
    /// `contract.json`.
    case contract
    /// The sources of the record against those that are packed.
    case sources
    /// The sources, proven again, against the contract.
    case proof
    /// The deploy record's digest and shape.
    case record
    /// The image that the record is about.
    case recordSubject = "record-subject"
    /// The record's config.
    case recordConfig = "record-config"
    /// The record's contract.
    case recordContract = "record-contract"
    /// A self-contained program's digest.
    case binary
    /// Where a self-contained program says that its app is.
    case trailer
    /// A row of the ledger and what it names.
    case row
    /// A fact of the row against the contract.
    case facts
    /// The whole ledger against its checkpoint.
    case ledger
    /// The row under the checkpoint.
    case inclusion
    /// Who signed the checkpoint.
    case signature
    /// The sources, proven and packed again, against the image.
    case rebuild
    /// What a running service says of itself.
    case service
  }

  /// What looking came to.
  public enum Result: Sendable, Hashable {
    /// It is as it should be.
    case passed
    /// It is not.
    case failed
    /// Somebody says so of himself, and nothing speaks against it.
    case claimed
    /// An object is not there.
    case missing
    /// Nobody could look, for this reason.
    case notCovered(String)

    /// In a word, for programs.
    public var word: String {
      switch self {
      case .passed: "passed"
      case .failed: "failed"
      case .claimed: "claimed"
      case .missing: "missing"
      case .notCovered: "not-covered"
      }
    }
  }

  /// What kind of thing.
  public var kind: Kind
  /// Which of that kind: a label, a layer's number, a path.
  public var subject: String
  /// How it should be.
  public var expected: String?
  /// How it is.
  public var found: String?
  /// What that comes to.
  public var result: Result
  /// What a verification of the ledger says, where it is about that.
  public var ledger: LedgerFinding?

  /// Why nobody could look; nil where somebody did.
  public var reason: String? {
    if case .notCovered(let reason) = result { reason } else { nil }
  }

  /// A check from its parts.
  public init(
    _ kind: Kind, _ subject: String, expected: String? = nil, found: String? = nil,
    _ result: Result, ledger: LedgerFinding? = nil
  ) {
    self.kind = kind
    self.subject = subject
    self.expected = expected
    self.found = found
    self.result = result
    self.ledger = ledger
  }
}
