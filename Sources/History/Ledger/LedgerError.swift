import ContentStore
import Files

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
  /// Bytes that are not what their format asks for.
  case malformed(Document, reason: String)
  /// A file of keys, or of what was seen, that is not of its format.
  case malformedFile(path: String, reason: String)
  /// There is no place for the key: no home folder, and no key file was named.
  case noPlaceForKey
  /// Others than its owner may read or write the key.
  case exposedKey(path: String, permissions: UInt16)
  /// The signing key's file that was named is not there.
  case noNamedKey(path: String)
  /// The key is another ledger's.
  case keyOfAnotherOrigin(path: String, expected: String, found: String)
  /// The same where nothing was signed yet, so that the ledger can still take the key's name.
  case keyOfAnotherName(path: String, origin: String, name: String)
  /// Another key of that name is there already.
  case keyExists(path: String)
  /// Nothing is appended, because of what was found.
  case refused(LedgerFinding)
  /// A name that no origin may have.
  case badOrigin(String)
  /// The origin can only be given before the first row.
  case originInUse(rows: Int)
  /// There are not so many lines under the checkpoint.
  case beyondCheckpoint(line: Int, size: Int)

  /// What is read from bytes.
  public enum Document: String, Sendable, Hashable {
    case signedNote = "signed note"
    case checkpoint
    case receipt
    case consistencyProof = "consistency proof"
    case verifierKey = "verifier key"
    case signingKey = "private key"
  }
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
    case .malformed(let document, let reason): "not a \(document.rawValue): \(reason)"
    case .malformedFile(let path, let reason): "\(path): \(reason)"
    case .noPlaceForKey: "no folder for the signing key"
    case .exposedKey(let path, let permissions):
      "\(path) has the permissions \(String(permissions, radix: 8)), expected 600"
    case .noNamedKey(let path): "\(path), the signing key's file that was named, does not exist"
    case .keyOfAnotherOrigin(let path, let expected, let found):
      "\(path) is the key of \(found), expected \(expected)"
    case .keyOfAnotherName(let path, let origin, let name):
      "\(path) is the key of \(name), and the ledger, in which nothing is signed yet, is \(origin)"
    case .keyExists(let path): "\(path) is there and holds another key"
    case .refused(let finding): "\(finding)"
    case .badOrigin(let name): "'\(name)' is no origin"
    case .originInUse(let rows): "\(rows) rows have the origin already"
    case .beyondCheckpoint(let line, let size): "line \(line) is beyond the \(size) that are signed"
    }
  }
}

/// Runs what reads or writes files, in the ledger's error.
@discardableResult
func ledgering<Value: ~Copyable>(
  _ body: @autoclosure () throws(FileError) -> Value
) throws(LedgerError) -> Value {
  do throws(FileError) {
    return try body()
  } catch {
    throw .store(StoreError(error))
  }
}
