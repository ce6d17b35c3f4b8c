import Digests
import OCIImage

/// The tag of a pushed ledger: `ledger-<SHA-256 hex of its origin>-<lines>`.
///
/// A claim of whoever pushed: what the ledger is, only its artifact tells.
public struct LedgerTag: Sendable, Hashable {
  /// SHA-256 hex of the origin.
  public var ledger: String
  /// Lines under the checkpoint.
  public var size: Int

  private static let prefix = "ledger-"

  /// The tag of a ledger of some size.
  public init(origin: String, size: Int) {
    ledger = Digest.sha256(of: origin).hex
    self.size = size
  }

  /// From a tag; nil for one of another form.
  public init?(_ tag: TagName) {
    guard tag.text.hasPrefix(Self.prefix) else { return nil }
    let parts = tag.text.dropFirst(Self.prefix.count)
      .split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, Digest(sha256Hex: String(parts[0])) != nil, let size = Int(parts[1]),
      size > 0, String(size) == parts[1]
    else { return nil }
    ledger = String(parts[0])
    self.size = size
  }

  /// As a registry has it.
  public var name: TagName? { TagName("\(Self.prefix)\(ledger)-\(size)") }
}
