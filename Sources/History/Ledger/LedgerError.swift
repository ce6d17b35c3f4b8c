import ContentStore

/// Why the ledger could not be read or written.
public enum LedgerError: Error, Sendable, Hashable {
  /// The store failed: disk full, read-only, a system call.
  case store(StoreError)
  /// A row is longer than a line may be (`LedgerFile.maxLineLength`).
  case lineTooLong(bytes: Int)
  /// More bytes in one append than `append.next` may hold.
  case batchTooLarge(bytes: Int)
  /// A line to append is empty or holds a newline.
  case notOneLine
  /// A step of an append was asked for before the one it follows.
  case outOfOrder(expected: String)
  /// The file changed while it was read or written, although the writer's lock was held.
  case changedUnderneath(path: String)
}

extension LedgerError: CustomStringConvertible {
  /// One line with the values involved.
  public var description: String {
    switch self {
    case .store(let error): "\(error)"
    case .lineTooLong(let bytes):
      "a ledger line of \(bytes) bytes is longer than \(LedgerFile.maxLineLength)"
    case .batchTooLarge(let bytes):
      "\(bytes) bytes in one append are more than \(AppendNext.maxLength)"
    case .notOneLine: "a ledger line must be neither empty nor hold a newline"
    case .outOfOrder(let expected): "expected \(expected) first"
    case .changedUnderneath(let path): "\(path) was changed by somebody who does not hold the lock"
    }
  }
}
