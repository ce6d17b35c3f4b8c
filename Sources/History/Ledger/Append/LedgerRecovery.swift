import Digests

/// What a writer found and did before its first append.
public struct LedgerRecovery: Sendable, Hashable {
  /// A row that an interrupted append had promised, in the ledger now.
  public struct Row: Sendable, Hashable {
    /// Its line, counted from 1.
    public var number: Int
    /// nil when the line is no row that we can read.
    public var row: LedgerRow?
  }
  /// Something out of the ordinary, to be said aloud.
  public enum Notice: Sendable, Hashable {
    /// A last line without newline was moved to this path of the store.
    case tornTailSetAside(bytes: Int, path: String)
    /// The last line was what was signed but for its newline, which was put back.
    case newlinePutBack(line: Int)
    /// `append.next` does not fit the ledger, is not signed by the writer's key, or is no such file;
    /// it was not applied but moved.
    case foreignAppendSetAside(path: String)
    /// The store's key was made, in this file.
    case madeKey(VerifierKey, path: String)
    /// The ledger had so many rows and no checkpoint; the next append signs them with its own.
    case firstSeal(rows: Int, key: VerifierKey)
    /// `origin` was lost; it says this again.
    case originRestored(String)
    /// The folder held another ledger when it was last seen.
    case replaces(origin: String, rows: Int)
    /// The checkpoint was signed by another, trusted key; the next one is signed by the writer's.
    case changedSigner(from: VerifierKey)
    /// What was appended could not be remembered outside of the store.
    case notRemembered(LedgerError)
  }

  /// Rows whose consequences (`index.json`, `deploy/<service>`) must be written again.
  public var rows: [Row] = []
  /// Bytes of those rows that were missing and have been written.
  public var completedBytes = 0
  /// What has to be said aloud, in the order it was done.
  public var notices: [Notice] = []

  /// Nothing was found.
  public init() {}
}
