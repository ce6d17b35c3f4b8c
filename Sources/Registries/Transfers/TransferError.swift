import Archive
import ContentStore
import Digests
import OCIRegistry

/// Why something could not be moved from one place to another.
public enum TransferError: Error, Sendable, Hashable {
  /// Text that is no address, and which part of it.
  case badAddress(String, expected: String, found: String)
  /// An address of a kind that only other tools read.
  case foreignKind(String, kind: String)
}
